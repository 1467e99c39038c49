import type { Fault as FaultKind } from '../../subject/subject.ts';

export type { FaultKind };

/**
 * The world of a module. Any of `call`, `load` and `store` may throw: the run ends there, the exception passes through,
 * and `continuation` tells how the run would have gone on.
 */
export interface Host {
  /**
   * A call of an imported function. Of the interpreter's memory it may write up to 16 bytes at each address that it is
   * given; the interpreter takes these for changed.
   *
   * @returns its result, an i64 as bigint
   */
  call(name: string, args: readonly (number | bigint)[]): number | bigint | undefined;
  /** Whether plain loads and stores of these bytes go to the host. Asked at each of them. */
  isShared(address: number, size: number): boolean;
  /** Whether a plain load or store of 8 shared bytes is one of 4 and one more: the compiler makes one of two neighbours. */
  isTwo?(address: number): boolean;
  /** @returns the bits as they lie in memory; the interpreter extends the sign */
  load(address: number, size: 1 | 2 | 4 | 8): number | bigint;
  /** @param value unsigned; a bigint when there are eight bytes */
  store(address: number, size: 1 | 2 | 4 | 8, value: number | bigint): void;
}

/** How a run failed. It is stopped there. */
export class Fault extends Error {
  override readonly name = 'Fault';
  /** Two sides of a comparison agree on a failure when their kinds agree; the function is for people. */
  readonly kind: FaultKind;
  /** The function in which. */
  readonly where: string;

  constructor(kind: FaultKind, where: string) {
    super(`${FAULT_TEXTS[kind]} in ${where}`);
    this.kind = kind;
    this.where = where;
  }
}

/** Each goes on with the function: "does not come to an end in refcount_inc". */
const FAULT_TEXTS: Readonly<Record<FaultKind, string>> = {
  'non-terminating': 'does not come to an end',
  trap: 'traps',
  'out-of-bounds': 'accesses what is no memory',
  'stack-overflow': 'needs more stack than there is',
  'out-of-memory': 'needs more memory than there is',
  'memory-error': 'touches memory that is not its own',
};
