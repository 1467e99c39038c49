import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BOUNDARIES } from '../../oracles/boundary.ts';
import { type Divergence, JUDGEMENTS, KINDS } from '../../oracles/divergence.ts';
import { entriesOf } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { onDemand, zod } from '../../targets/subject/on-demand.ts';
import { FILE, readText } from '../../targets/subject/read-file.ts';
import { fileNameOf } from '../case/case-file.ts';
import { StorageError } from '../storage/storage-error.ts';
import { storeText } from '../storage/store-text.ts';
import { parsedJson } from '../storage/stored-json.ts';
import type { StoredRawFinding } from './campaign-jobs.ts';

/** Of a state: of a campaign or of another engine. */
export const RAW_FINDINGS_FOLDER = 'raw-findings';

/** Checked, since it goes to a worker: what somebody has edited is an InputError here, not a crash there. */
const shape = onDemand(() => {
  const z = zod();
  return z.object({
    target: z.string(),
    divergence: z.object({
      op: z.string(),
      boundary: z.enum(BOUNDARIES),
      kind: z.enum(KINDS),
      judgement: z.enum(JUDGEMENTS),
    }),
    program: z.object({ start: z.union([z.int(), z.string()]), threads: z.array(z.array(z.string())) }),
    schedule: z.array(z.int()).optional(),
    by: z.string(),
    iteration: z.number().optional(),
    seed: z.number().optional(),
    cause: z.string().optional(),
  });
});

/**
 * Divergences that have been met and are not cases yet, a file each: whatever happens to the process that minimises
 * them, they are not lost.
 */
export class RawFindings {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The first one of a signature stays. The error carries the text, so that a full disk does not lose what was met: the
   * summary shows it.
   *
   * @returns whether it is the first
   * @throws StorageError that holds the raw finding
   */
  keep(target: string, rawFinding: StoredRawFinding): boolean {
    if (existsSync(this.pathOf(target, rawFinding.divergence))) return false;
    this.replace(target, rawFinding);
    return true;
  }

  /** The same, in the place of the one that is there: its program has become smaller. */
  replace(target: string, rawFinding: StoredRawFinding): void {
    const path = this.pathOf(target, rawFinding.divergence);
    const text = `${JSON.stringify({ target, ...rawFinding })}\n`;
    // What cannot be read again would end the next session.
    if (!shape().safeParse(parsedJson(text)).success)
      throw new StorageError(path, 'internal: it could not be read again', text);
    storeText(path, text, true);
  }

  /** It is a case now. */
  drop(target: string, divergence: Divergence): void {
    rmSync(this.pathOf(target, divergence), { force: true });
  }

  /**
   * Those of a target. In the order of file names, so that two sessions make cases of them in the same order.
   *
   * @throws InputError for a damaged one
   */
  of(target: string): StoredRawFinding[] {
    const folder = join(this.#folder, target);
    if (!existsSync(folder)) return [];
    const names = entriesOf(folder)
      .map(({ name }) => name)
      .filter((name) => name.endsWith('.json'));
    return names.map((name) => rawFindingIn(join(folder, name), target));
  }

  /** The file of one, whether it is there or not. */
  pathOf(target: string, divergence: Divergence): string {
    return join(this.#folder, target, fileNameOf(divergence).replace(/yaml$/, 'json'));
  }
}

function rawFindingIn(path: string, target: string): StoredRawFinding {
  const { success, data } = shape().safeParse(parsedJson(readText(path, FILE.state)));
  if (!success || data.target !== target) throw new InputError(path, 'is damaged; remove it');
  return data;
}
