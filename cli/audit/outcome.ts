import { join } from 'node:path';
import type { Judged } from '../../audit/census/verdict.ts';
import type { SourceTree } from '../../audit/source/source-tree.ts';
import type { Audit, BaselineEntry } from '../../export/audit/audit.ts';
import { statsOf } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';

/** What files are made of. */
export interface Outcome {
  readonly audit: Audit;
  /** The counters that were asked for: what diffs and extracts are of. */
  readonly chosen: readonly Judged[];
  readonly tree: Pick<SourceTree, 'texts'>;
  /** The baseline that was read, for the reasons in it. */
  readonly earlier: readonly BaselineEntry[];
}

/** An extract is edited by hand: another one must not write over it. @throws InputError */
export function refuseExtracted(folder: string, names: readonly string[]): void {
  for (const name of names) {
    const path = join(folder, name);
    if (statsOf(path)) throw new InputError(path, 'is there already; name another folder with --output');
  }
}
