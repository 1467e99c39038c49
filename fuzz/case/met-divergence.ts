import type { Divergence } from '../../oracles/divergence.ts';
import type { ProgramText } from '../program/program.ts';

/** A divergence that a search met: whether the corpus lacked its signature, and how often it was met. */
export interface MetDivergence {
  readonly target: string;
  readonly divergence: Divergence;
  readonly isNew: boolean;
  readonly count: number;
  /** The file of its case, if it has one. */
  readonly case?: string | undefined;
  /** One that shows it, where there was no time to make a case of it. */
  readonly program?: ProgramText | undefined;
}
