import { type Divergence, keyOf } from '../oracles/divergence.ts';
import { type SchemeComparison, schemeComparison } from './compare-schemes.ts';
import { CounterDecider } from './explore/decide-counter.ts';
import { OutcomeComparison } from './explore/outcome-comparison.ts';
import { difference, outcomeSets } from './explore/outcomes.ts';
import { PairWalk } from './explore/pair-walk.ts';
import { stateGraph } from './explore/state-graph.ts';
import { asks, type Harness, isCounterTarget } from './harness.ts';
import { Machine } from './machine.ts';
import { complexity } from './minimize.ts';
import { opCount, type Program } from './program.ts';
import { Scope, type ScopeSize } from './scope.ts';
import type { TransitionTrees } from './transition-trees.ts';

/** A program as text, so that it means the same in another process. */
export interface ProgramText {
  readonly start: number | string;
  readonly threads: readonly (readonly string[])[];
}

/** A key that some program shows, and the simplest program that does. */
export interface ScopeKey {
  readonly divergence: Divergence;
  readonly program: ProgramText;
  /** Ops, threads, and where the program stands among those of its size: the first that differs decides. */
  readonly rank: readonly number[];
}

/** A program of the scope, with its number. */
export interface Example {
  readonly number: number;
  readonly program: ProgramText;
}

/** What was seen of a part of a scope. Plain data: workers send it, and a state file keeps it. */
export interface ScopeTally {
  readonly programs: number;
  /** Programs with more states than the limit: nothing is said of them. */
  readonly undecided: number;
  /** Programs that show some divergence, or have an outcome that the reference lacks. */
  readonly differing: number;
  /** Programs with an outcome of the reference that the subject lacks. Of counters only those without a key are asked. */
  readonly losing: number;
  readonly states: number;
  readonly transitions: number;
  readonly keys: Readonly<Record<string, ScopeKey>>;
  /** Some of the undecided and of the losing ones, for a person to look at. */
  readonly undecidedExamples: readonly Example[];
  readonly losingExamples: readonly Example[];
}

export const EMPTY_TALLY: ScopeTally = {
  programs: 0,
  undecided: 0,
  differing: 0,
  losing: 0,
  states: 0,
  transitions: 0,
  keys: {},
  undecidedExamples: [],
  losingExamples: [],
};

const EXAMPLES = 3;

/** The same whatever the parts and their order: of two programs for a key the simpler one stays. */
export function joined(one: ScopeTally, other: ScopeTally): ScopeTally {
  const keys: Record<string, ScopeKey> = { ...one.keys };
  for (const [key, found] of Object.entries(other.keys)) {
    const known = keys[key];
    if (!known || isSimpler(found.rank, known.rank)) keys[key] = found;
  }
  return {
    programs: one.programs + other.programs,
    undecided: one.undecided + other.undecided,
    differing: one.differing + other.differing,
    losing: one.losing + other.losing,
    states: one.states + other.states,
    transitions: one.transitions + other.transitions,
    keys,
    undecidedExamples: firstOf(one.undecidedExamples, other.undecidedExamples),
    losingExamples: firstOf(one.losingExamples, other.losingExamples),
  };
}

function firstOf(one: readonly Example[], other: readonly Example[]): readonly Example[] {
  return [...one, ...other].sort((a, b) => a.number - b.number).slice(0, EXAMPLES);
}

function isSimpler(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((part, index) => part !== other[index]);
  return at >= 0 && one[at]! < other[at]!;
}

/** Decides the programs of a scope, all schedules of each. */
export class ScopeChecker {
  readonly scope: Scope;
  readonly #harness: Harness;
  readonly #decide: (program: Program, found: Found) => Decided | undefined;
  readonly #counts: { states: number; transitions: number };

  /** @param limit the most states of a program on one side */
  constructor(harness: Harness, size: ScopeSize, limit: number) {
    this.scope = new Scope(harness, size);
    this.#harness = harness;
    if (isCounterTarget(harness) && asks(harness, 'outcomes')) {
      const comparison = new OutcomeComparison(harness);
      this.#counts = comparison.counts;
      this.#decide = (program, found) => decideOutcomes(comparison, program, limit, found);
    } else if (isCounterTarget(harness)) {
      const tools = counterTools(harness);
      this.#counts = tools.decider.counts;
      this.#decide = (program, found) => decideCounter(tools, program, limit, found);
    } else {
      const comparison = schemeComparison(harness, limit);
      this.#counts = comparison.counts;
      this.#decide = (program, found) => decideScheme(comparison, program, found);
    }
  }

  /** Decides the programs `from` to `to - 1`. */
  check(from: number, to: number): ScopeTally {
    const keys = new Map<string, ScopeKey>();
    const undecidedExamples: Example[] = [];
    const losingExamples: Example[] = [];
    let losing = 0;
    const before = { ...this.#counts };
    let undecided = 0;
    let differing = 0;
    for (let number = from; number < to; number++) {
      const program = this.scope.program(number);
      let differs = false;
      const found: Found = (key, divergence, small = program) => {
        differs = true;
        this.#keep(keys, key, divergence, small, number);
      };
      const decided = this.#decide(program, found);
      if (!decided) {
        undecided++;
        if (undecidedExamples.length < EXAMPLES)
          undecidedExamples.push({ number, program: this.#text(program) });
      } else if (decided.lost > 0) {
        losing++;
        if (losingExamples.length < EXAMPLES) losingExamples.push({ number, program: this.#text(program) });
      }
      if (differs || decided?.hasNew) differing++;
    }
    return {
      programs: to - from,
      undecided,
      differing,
      states: this.#counts.states - before.states,
      transitions: this.#counts.transitions - before.transitions,
      losing,
      keys: Object.fromEntries(keys),
      undecidedExamples,
      losingExamples,
    };
  }

  #keep(
    keys: Map<string, ScopeKey>,
    key: string,
    divergence: Divergence,
    program: Program,
    number: number,
  ): void {
    const known = keys.get(key);
    // Ops and threads first: nearly every program that shows a known key is larger than the one kept.
    const ops = opCount(program);
    if (known && ops > known.rank[0]!) return;
    const rank = [ops, program.threads.length, this.#startRank(program), number];
    if (known && !isSimpler(rank, known.rank)) return;
    keys.set(key, { divergence, program: this.#text(program), rank });
  }

  #startRank({ start }: Program): number {
    const listed = this.#harness.target.initial.indexOf(start);
    return typeof start === 'number' ? complexity(start) : listed;
  }

  #text({ start, threads }: Program): ProgramText {
    const { alphabet } = this.#harness;
    return { start, threads: threads.map((letters) => letters.map((letter) => alphabet.format(letter))) };
  }
}

/** A program whose schedules were all seen: how many outcomes of the reference the subject lacks. */
interface Decided {
  readonly lost: number;
  /** Whether the subject has an outcome that the reference lacks, with a key or without. */
  readonly hasNew?: boolean;
}

/** @param small a smaller program that shows the key as well */
type Found = (key: string, divergence: Divergence, small?: Program) => void;

/** What decides counter programs: ops alone, threads together, and the threads of the reference. */
interface CounterTools {
  readonly harness: Harness;
  readonly walk: PairWalk;
  readonly decider: CounterDecider;
  /** Absent with the ideal counter, whose ops are indivisible. */
  readonly reference: CounterDecider | undefined;
}

function counterTools(harness: Harness): CounterTools {
  const { target, reference } = harness;
  const alone = reference && {
    ...harness,
    subject: reference,
    documented: 'self' as const,
    target: { ...target, subject: reference.subject, oracles: ['linearizable' as const] },
  };
  return {
    harness,
    walk: new PairWalk(harness),
    decider: new CounterDecider(harness),
    reference: alone && new CounterDecider(alone),
  };
}

/**
 * With no key, both sides have the outcomes of the same one-step twin: no pair of op and value differs, and every run of
 * the subject is explained by its twin. That the runs of the reference are as well is asked last; if not, the sets of
 * outcomes themselves are compared.
 */
function decideCounter(
  tools: CounterTools,
  program: Program,
  limit: number,
  found: Found,
): Decided | undefined {
  const { harness, walk, decider, reference } = tools;
  let differs = false;
  // One op diverges by itself, from whatever value it meets: that is a program of its own.
  const isWalked = walk.walk(program, (divergence, key, letter, old) => {
    differs = true;
    found(key, divergence, { start: old, threads: [[letter]] });
  });
  const isDecided = decider.decide(program, limit, (divergence) => {
    differs = true;
    found(keyOf(divergence), divergence);
  });
  if (!isDecided || !isWalked) return undefined;
  if (differs || !reference) return { lost: 0 };
  const isExplained = reference.isExplained(program, limit);
  if (isExplained === undefined) return undefined;
  return isExplained ? { lost: 0 } : lostOutcomes(harness, program, limit);
}

/** All that both can do, windows included. */
function decideOutcomes(
  comparison: OutcomeComparison,
  program: Program,
  limit: number,
  found: Found,
): Decided | undefined {
  const answer = comparison.compare(program, limit, (divergence, key, letter, old) =>
    found(key, divergence, { start: old, threads: [[letter]] }),
  );
  if (!answer) return undefined;
  for (const [key, { divergence }] of answer.divergences) found(key, divergence);
  return { lost: answer.lost, hasNew: answer.added > 0 };
}

function lostOutcomes(harness: Harness, program: Program, limit: number): Decided | undefined {
  const sideOf = (trees: TransitionTrees) => {
    const graph = stateGraph(new Machine(trees), program, limit);
    return graph && { graph, trees };
  };
  const [reference, subject] = [sideOf(harness.reference!), sideOf(harness.subject)];
  const sets = reference && subject && outcomeSets(reference, subject);
  return sets && { lost: difference(sets.reference, sets.subject).length };
}

function decideScheme(comparison: SchemeComparison, program: Program, found: Found): Decided | undefined {
  const answer = comparison.compare(program);
  if (!answer) return undefined;
  for (const [key, { divergence }] of answer.divergences) found(key, divergence);
  return { lost: answer.lost, hasNew: answer.hasNew };
}
