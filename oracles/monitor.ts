import type { Kind } from './divergence.ts';

/**
 * What an oracle keeps of a run while it is under way, so that a state of the machine says all that must be known of the
 * way to it: an automaton that reads one access after another. Whatever it remembers from access to access lies in
 * cells of its `Watch`; they are part of the state, so equal states must be equal for every question that is still to
 * come.
 */
export interface Monitor {
  /** Whether it asks `Watch.firstBoundary`. Registers are kept for it then. */
  readonly readsFirstBoundary: boolean;
  /** Whether nothing that can still happen would be reported. Explorers stop where all monitors are settled. */
  readonly isSettled: boolean;
  /** Claims nothing about the rest of the run. */
  settle(): void;
  /**
   * A run begins. All cells are 0.
   *
   * @param value the word
   * @param threads by thread: its calls
   */
  start(value: number, threads: readonly (readonly number[])[]): void;
  /** An access was made; the watch says which. Called for every access, settled or not. */
  access(): void;
  /** The access was the last of the run. The cells do not matter any more. */
  end?(): void;
  /** Exchanges two threads: for monitors that remember something of each thread. */
  swapThreads?(one: number, other: number): void;
  /** Orders two threads that stand in the same place by what it remembers of each. */
  compareThreads?(one: number, other: number): number;
}

/** Stands where there is no monitor. */
export const IDLE: Monitor = {
  readsFirstBoundary: false,
  isSettled: true,
  settle() {},
  start() {},
  access() {},
};

/**
 * Reports what the last access brought to light.
 *
 * @param op its number, see `Watch.opOf`
 * @param boundary an index of BOUNDARIES
 */
export type Report = (op: number, boundary: number, kind: Kind) => void;
