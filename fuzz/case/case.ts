import type { Divergence } from '../../oracles/divergence.ts';
import type { Result } from '../../targets/subject/subject.ts';
import type { ProgramText } from '../program/program.ts';
import type { CaseCode } from './code-of-case.ts';

/** What one side did: results thread by thread, and what remains of the run. */
export interface Observed {
  /**
   * By thread, then by op. Schemes: granted, refused or void. A void op of a counter is `undefined`. A thread that
   * waits for ever has fewer results than ops.
   */
  readonly results: readonly (readonly (Result | string)[])[];
  /**
   * Texts of the warnings, in the order of the ops that made them (thread by thread). Empty where nothing was warned
   * of.
   */
  readonly warnings: readonly string[];
  /** Counters: the word at the end. Signed 32 bits. */
  readonly final?: number;
  /** Schemes: the facts of the object's life. */
  readonly facts?: readonly string[];
}

/**
 * A reproducible divergence: what the corpus stores. Programs are text here, so that a case outlives the code. One
 * signature of a target has one case: see `caseFileName`.
 */
export interface Case {
  readonly target: string;
  /** The memory model that its divergence needs; absent for one that sequentially consistent accesses show. */
  readonly memory?: 'kernel';
  readonly program: ProgramText;
  /**
   * The thread of each access. Absent when there is one thread and no RCU callback runs. What runs later, RCU
   * first, has the numbers after the last thread.
   */
  readonly schedule?: readonly number[];
  readonly expect: {
    /** What replay must show again; the signature is made of it. */
    readonly divergence: Divergence;
    readonly reference: Observed;
    readonly subject: Observed;
  };
  /**
   * The name of its cause: which ops have to run as the reference's for the divergence to go away, and where they part. It
   * is also the folder that the case lies in. Absent in cases that were made without.
   */
  readonly cause?: string;
  /** The user's own C that it was made with, the reference first; absent for models and kernel trees. */
  readonly code?: readonly CaseCode[];
  /** Why the two differ, for a reader who has not seen the code. */
  readonly why: string;
  readonly found: {
    /** The engine: `random`, `exhaustive`, `hand`. */
    readonly by: string;
    /** With `iteration` it tells where the search met it; under feedback these two alone do not repeat the draw. */
    readonly seed?: number;
    readonly iteration?: number;
  };
}
