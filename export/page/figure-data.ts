import type { Judgement } from '../../oracles/divergence.ts';

// What the figures show that are not of one case: the matrix of generations, a graph of states, a number line. As in
// page-data.ts, all of it is text already, or a place in a drawing.

/** What one counter does with one program. */
export const MATRIX_CELLS = ['sound', 'objects', 'false-alarm', 'misses', 'breaks', 'unknown'] as const;
/** One of MATRIX_CELLS, from the best to what is not known. */
export type CellKind = (typeof MATRIX_CELLS)[number];

/** Programs × counters. */
export interface MatrixData {
  readonly counters: readonly { readonly name: string; readonly about: string }[];
  readonly rows: readonly MatrixRow[];
}

/** One program on every counter. */
export interface MatrixRow {
  readonly program: string;
  readonly about: string;
  readonly cells: readonly MatrixCell[];
}

/** One program on one counter. */
export interface MatrixCell {
  readonly kind: CellKind;
  /** Warnings that some schedule shows. */
  readonly warnings: readonly string[];
  /** Signatures against the ideal counter. */
  readonly signatures: readonly string[];
  /** Words that some schedule ends with. */
  readonly finals: readonly string[];
}

/** The states of one program. */
export interface SpaceData {
  readonly target: string;
  readonly program: string;
  readonly answer: string;
  /** The reference first, if it has states. */
  readonly sides: readonly SpaceSide[];
  readonly outcomes: readonly OutcomeRow[];
  /** Said where outcomes are left out. */
  readonly outcomesNote?: string;
}

/** The graph of one side, whole and merged. */
export interface SpaceSide {
  readonly side: 'reference' | 'subject';
  readonly name: string;
  /** Who moves: the threads, and RCU behind them where it has callbacks to run. */
  readonly lanes: readonly string[];
  readonly full: GraphData;
  /** Where threads are alike: states that differ only in which is which, as one. */
  readonly merged?: GraphData;
}

/** A graph of states, laid out. */
export interface GraphData {
  /** How many there are; those drawn are fewer where `note` says so. */
  readonly states: number;
  readonly nodes: readonly NodeData[];
  readonly edges: readonly EdgeData[];
  /** Schedules to follow. */
  readonly paths: readonly PathData[];
  readonly note?: string;
}

/** A state, and where it is drawn: in which row from the top, and where in it. */
export interface NodeData {
  readonly row: number;
  readonly at: number;
  readonly label: string;
  readonly detail: string;
  readonly kind: 'start' | 'inner' | 'end' | 'stuck' | 'fault';
}

/** An access that leads from one state to another. */
export interface EdgeData {
  readonly from: number;
  readonly to: number;
  readonly lane: number;
  readonly label: string;
}

/** A schedule through a graph, as indices of its edges. */
export interface PathData {
  readonly name: string;
  readonly edges: readonly number[];
}

/** An outcome, and which sides have it. */
export interface OutcomeRow {
  readonly outcome: string;
  readonly reference: boolean;
  readonly subject: boolean;
  /** One that comes to it, as threads or by its name; empty where none is known. */
  readonly schedule: string;
}

/** What each call does to each old value, on both sides. */
export interface SweepData {
  readonly target: string;
  readonly reference: string;
  readonly subject: string;
  /** Said of what was swept. */
  readonly summary: readonly string[];
  /** Where ranges begin, over all calls; unsigned and in the order of the number line from INT_MIN. */
  readonly columns: readonly { readonly from: string; readonly to: string; readonly values: number }[];
  readonly rows: readonly SweepRow[];
}

/** One call. */
export interface SweepRow {
  readonly call: string;
  readonly ranges: readonly SweepRange[];
}

/** A range of old values over which both sides follow one rule each. */
export interface SweepRange {
  /** Indices of `columns`, inclusive. */
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly reference: string;
  readonly subject: string;
  /** Empty where they do the same, or differ without a divergence. */
  readonly judged: readonly { readonly signature: string; readonly judgement: Judgement }[];
  readonly isSame: boolean;
}
