import type { Counter, Result, Subject } from '../targets/subject/subject.ts';
import type { Divergence, Judgement, Kind } from './divergence.ts';
import type { Calls, Specification } from './execution.ts';
import type { Execution } from './linearizability.ts';
import type { Monitor, Report } from './monitor.ts';
import type { Watch } from './watch.ts';

/** What every oracle says of itself. */
interface OracleRecord {
  /** As target files write it. */
  readonly name: string;
  /** What it can judge. */
  readonly subjects: readonly Subject['kind'][];
  /** Those whose targets ask it if they name no oracles: some of `subjects`. */
  readonly byDefault: readonly Subject['kind'][];
  /** Whether it compares with what a reference does, and so cannot judge against the ideal counter. */
  readonly needsReference?: true;
  /** The question that it answers, in one sentence, for people. */
  readonly question: string;
  /** Whether it is the oracle behind a divergence. Where several are, the first of the table is named. */
  sees(divergence: Divergence, where: Where): boolean;
}

/** Where a divergence was met. */
export interface Where {
  readonly subject: Subject['kind'];
  /** Whether one op alone shows it. */
  readonly isAlone: boolean;
}

/** What one op did to a word, all accesses at once. */
export interface Alone {
  readonly result: Result;
  readonly value: number;
  readonly warnings: readonly string[];
}

/** One op, run from the same value on both sides. */
export interface OpPair {
  readonly op: string;
  readonly a: number;
  readonly b: number;
  readonly old: number;
  readonly subject: Alone;
  /** For the ideal counter: the exact answer, its value folded to 32 bits. */
  readonly reference: Alone;
  readonly counter: Counter;
  /** Absent when the reference is the ideal counter. */
  readonly referenceCounter: Counter | undefined;
}

/** What is wrong, and who is right. */
export type Verdict = Pick<Divergence, 'kind' | 'judgement'>;

/** Judges one op alone. @returns undefined where nothing diverges */
export type JudgeOp = (pair: OpPair) => Verdict | undefined;

/** Compares one op alone on both sides. */
export interface PairOracle extends OracleRecord {
  readonly kind: 'pair';
  readonly judgeOp: JudgeOp;
}

/** Whose finished runs are looked at. */
export interface RunSubject {
  readonly counter: Counter;
  readonly specification: Specification;
  readonly calls: Calls;
}

/** A quick look at a run that is over: false only where a monitor would report nothing. */
export type Suspects = (execution: Execution) => boolean;

/** What is told of a run in which something diverged. */
export interface RunTold {
  /** The op that diverged. */
  readonly op: string;
  /** The word at the end, as people write it. */
  readonly final: string;
}

/**
 * Watches runs of a counter with several threads. Most runs are sampled, and end before they are judged: `suspecting`
 * sorts out those that are worth watching. Explorers watch every access of every schedule with `monitor`.
 */
export interface RunOracle extends OracleRecord {
  readonly kind: 'run';
  /**
   * What its reports amount to. `documented`: `transient` if the algorithm that the counter documents can do the same,
   * else `breaks`.
   */
  readonly judgement: Judgement | 'documented';
  /** Whether it asks about memory orders, and says nothing of what the reference shows in some run of the program as well. */
  readonly isHeldAgainstReference?: true;
  /** Called once for each machine that watches. @returns undefined when nothing can be asked of this counter */
  monitor(watch: Watch, report: Report): Monitor | undefined;
  /** Called once for each judge of runs. */
  suspecting(subject: RunSubject): Suspects;
  /** Says in a sentence what happened. */
  tells(run: RunTold): string;
  /** The same question to one op alone, if that can be asked. */
  readonly judgeOp?: JudgeOp;
}

/** Compares all that both sides can do with a program, over all schedules. */
export interface OutcomesOracle extends OracleRecord {
  readonly kind: 'outcomes';
  /** Of an outcome of a counter that its reference lacks. @param isDivisible whether its ops are, by design */
  judgeCounter(isDivisible: boolean): Judgement;
  tells(run: RunTold): string;
}

/** What is told of an object that came to harm. */
export interface HarmTold {
  /** The named state at the start. */
  readonly start: string;
  readonly subject: string;
  readonly op: string;
  /** By name. */
  readonly facts: readonly string[];
  /** `protects` where it is the reference that does harm. */
  readonly judgement: Judgement;
}

/** Asks what befell the object of a scheme, whatever the counter says. */
export interface FactsOracle extends OracleRecord {
  readonly kind: 'facts';
  tells(harm: HarmTold): string;
}

/** An oracle: one entry of the table in oracles.ts. */
export type Oracle = PairOracle | RunOracle | OutcomesOracle | FactsOracle;

/** Whether a divergence of a counter has one of these kinds, and came from threads together. */
export function together(...kinds: readonly Kind[]): OracleRecord['sees'] {
  return ({ kind }, { isAlone, subject }) => subject === 'counter' && !isAlone && kinds.includes(kind);
}
