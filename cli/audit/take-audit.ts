import type { Census } from '../../audit/census/counter.ts';
import type { Judged } from '../../audit/census/verdict.ts';
import type { SourceTree } from '../../audit/source/source-tree.ts';
import type { Io } from '../io/io.ts';
import type { AuditOptions } from './audit-command.ts';

/** A tree, read and judged. */
export interface Taken {
  readonly tree: Pick<SourceTree, 'name' | 'texts'>;
  readonly census: Census;
  readonly judged: readonly Judged[];
}

/** Finds the counters of what is named, and judges them. @returns undefined if its user has ended it */
export type TakeAudit = (
  paths: readonly string[],
  options: AuditOptions,
  io: Io,
) => Promise<Taken | undefined>;

/** By reading the tree. */
export const takeAudit: TakeAudit = async () => {
  throw new Error('internal: not yet');
};
