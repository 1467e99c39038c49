import type { ScopeSize } from '../../fuzz/check/scope.ts';
import type { ProgramText } from '../../fuzz/program/program.ts';
import type { Divergence } from '../../oracles/divergence.ts';
import type { Candidate } from '../menu/candidate.ts';
import type { Clause } from './enumerate.ts';

/** What becomes of the object where the original frees it, or does not: it stays, or goes too. */
export type OfObject = 'stays' | 'goes';

/** A program in which candidates part from the original, and what it says of them. */
export interface Refutation {
  readonly program: ProgramText;
  readonly size: ScopeSize;
  readonly divergences: readonly Divergence[];
  readonly kind: 'forbidden' | 'changes' | 'loses' | 'undecided';
  /** Where the candidates free otherwise, and all else is the same. */
  readonly ofObject?: OfObject;
  /** The sites that its ops may come to, as the candidates have them. */
  readonly clause: Clause;
  /** One of the candidates: to show the program with. */
  readonly example: Candidate;
  /** How many candidates it spoke of when it was met. */
  readonly candidates: number;
}

/** What is known of a candidate in the end. */
export interface Decided {
  readonly candidate: Candidate;
  /** Simplest first, see `costOf`. */
  readonly cost: readonly number[];
  /** `equivalent` and `loses` in the whole scope; `changes` in as much of it as `within` says. */
  readonly kind: 'equivalent' | 'loses' | 'changes' | 'undecided';
  /** What it was told by, if it is not equivalent. */
  readonly refutation?: Refutation;
  /** Nothing told it from the original in this smaller scope, and for more there was no time: then it is undecided. */
  readonly within?: ScopeSize;
  /** What its code can do and never does in the scope, though the original does it: then it is undecided. */
  readonly missing?: readonly string[];
  /** There was no time to see whether it does all that its code can do: then it is undecided. */
  readonly isUnasked?: boolean;
  /** Ways of its ops that no small program goes and that end as one that was met, by the names that `check --never` has for them. */
  readonly guards?: readonly string[];
}

/** The order in which they are told. */
export const RANK: Readonly<Record<Decided['kind'], number>> = {
  equivalent: 0,
  loses: 1,
  changes: 2,
  undecided: 3,
};

/** What a search came to. */
export interface SearchResult {
  /** All candidates of the menu. */
  readonly total: number;
  /** By kind; the rest of the total is forbidden. */
  readonly decided: readonly Decided[];
  readonly forbidden: number;
  /** Candidates that nothing is known of: the menu was too large, or the search was ended. */
  readonly open: number;
  readonly refutations: readonly Refutation[];
  /** What the original can do, and no program of the scope meets: nothing is said of it. Absent where nobody has asked. */
  readonly unmet?: readonly string[];
  /** The largest scope that was decided as a whole. */
  readonly scope: ScopeSize | undefined;
  /** The scope that was asked for. */
  readonly asked: ScopeSize;
  readonly programs: number;
  readonly states: number;
}
