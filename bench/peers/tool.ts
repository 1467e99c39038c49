import type { Mutant } from './mutants.ts';

/** A child process that looks for one mutant, and ends with the line of report.ts. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** What the command of a tool is made for. */
export interface Job {
  readonly mutant: string;
  readonly shows: Mutant['shows'];
  readonly seed: number;
}

/** One column of the tables. */
export interface Tool {
  readonly name: string;
  /** The tables in which it stands. */
  readonly looksFor: readonly Mutant['shows'][];
  /** What it counts in a second on the sound counter. */
  readonly speedIn: Readonly<Partial<Record<Mutant['shows'], string>>>;
  /** Makes it ready, once. @returns why it cannot run, if it cannot */
  prepare(): string | undefined;
  command(job: Job): Command;
}

/** Where things are. */
export interface Places {
  /** The compiled benchmark, `dist/bench/peers`. */
  readonly compiled: string;
  /** `bench/peers` as written: the C. */
  readonly written: string;
  /** Holds a node_modules with jsfuzz and Jazzer.js, if they are installed. */
  readonly installed: string;
  /** Where children may write, and where they run. */
  readonly scratch: string;
}
