import type { Program } from '../../fuzz/program/program.ts';
import { asksThread } from '../../fuzz/run/alike-threads.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import { defaultOracles } from '../../oracles/oracles.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import type { Candidate } from '../menu/candidate.ts';
import {
  type ConversionData,
  originalOf,
  SwitchedModule,
  settingOf,
  shifted,
} from '../module/switched-scheme.ts';
import { AlikeOps } from './alike.ts';
import { CandidateKeys } from './candidate-keys.ts';
import { type Difference, differenceIn } from './judge.ts';
import { type Comparison, comparisonOf, Side, VariantSide } from './sides.ts';

/** What is said of a candidate in one program. */
export type Verdict =
  | { readonly kind: 'same' }
  | { readonly kind: 'differs'; readonly difference: Difference }
  /** Too many states, or both sides were stopped by a bound. */
  | { readonly kind: 'undecided' };

const SAME: Verdict = { kind: 'same' };
const UNDECIDED: Verdict = { kind: 'undecided' };

/** Candidates that a program cannot tell apart, as they agree on all sites that it may come to. By their places in the list. */
export interface Group {
  readonly members: readonly number[];
  readonly verdict: Verdict;
  /** Whether that was known without a run, as they do what something does that has been explored. */
  readonly isAlike: boolean;
}

/** A program explored on a side: what else is alike needs no exploration. */
interface Explored {
  readonly trees: TransitionTrees;
  readonly calls: readonly number[];
  readonly shift: number;
  readonly verdict: Verdict;
}

/**
 * Decides programs, for many candidates at once: the original is explored in each program once, then each group of candidates,
 * unless it does the same as one that has been explored.
 */
export class ConversionDecider {
  /** Numbers the calls of programs. Both its sides are the original. */
  readonly base: Harness;
  readonly module: SwitchedModule;
  readonly #data: ConversionData;
  readonly #reference: Scheme;
  readonly #limit: number;
  readonly #comparison: Comparison;
  #original: Side;
  /** By what candidates do in what runs later. */
  readonly #sides = new Map<string, VariantSide>();
  /** By the two sides' numbers and the shift. */
  readonly #alike = new Map<string, AlikeOps>();
  readonly #numbers = new Map<TransitionTrees, number>();
  /** Whether both modules have the same words in the same order: only then do their ops mean the same by them. */
  readonly #isLaidOutAlike: boolean;
  readonly #keys: CandidateKeys;
  /** Of the program under way: see `#isQuiet`. */
  #quiet: boolean | undefined;
  /** Programs explored: of the original, and of candidates. */
  readonly counts = { original: 0, candidates: 0, alike: 0 };

  /** @param limit the most states of a program on one side */
  constructor(data: ConversionData, limit: number) {
    this.#data = data;
    this.#limit = limit;
    this.module = new SwitchedModule(data);
    this.#reference = originalOf(data);
    this.base = baseHarness(this.#reference);
    this.#comparison = comparisonOf(asksThread(this.base.target), limit);
    this.#original = this.#newOriginal();
    this.#isLaidOutAlike = layoutOf(this.#reference) === layoutOf(this.module.base);
    this.#keys = new CandidateKeys(data);
  }

  /** How many states have been visited. */
  get states(): number {
    return this.#comparison.counts.states;
  }

  /** Decides a program for all candidates that are left. @param alive places in the list */
  decide(program: Program, candidates: readonly Candidate[], alive: readonly number[]): Group[] {
    const groups = this.#keys.grouped(program, this.base, candidates, alive);
    this.#renewLargeTrees();
    this.#comparison.instances.begin(program);
    const original = this.#original.explore(program);
    this.#quiet = undefined;
    this.counts.original++;
    const calls = program.threads.flat();
    if (original === 'too many states')
      return groups.map((members) => ({ members, verdict: UNDECIDED, isAlike: true }));
    const explored: Explored[] = [
      {
        trees: this.#original.trees,
        calls,
        shift: 0,
        verdict: original === 'given up' ? UNDECIDED : SAME,
      },
    ];
    return groups.map((members) => {
      const before = this.counts.candidates;
      const verdict = this.#verdictOf(program, candidates[members[0]!]!, explored);
      return { members, verdict, isAlike: this.counts.candidates === before };
    });
  }

  /** Whether nothing befalls the object in any run of the original in this program; so in no run of what comes to the same. */
  #isQuiet(): boolean {
    this.#quiet ??= !this.#original.hasFacts();
    return this.#quiet;
  }

  /** Trees of their own: nodes of two sides are compared by number. */
  #newOriginal(): Side {
    return new Side(new TransitionTrees(this.#reference, this.base.alphabet), this.#comparison);
  }

  /** Trees would drop themselves when they have grown too large, and what is known of their nodes with them. */
  #renewLargeTrees(): void {
    const all = [this.#original, ...this.#sides.values()];
    if (all.every(({ trees }) => trees.size < LARGE_TREES)) return;
    this.#original = this.#newOriginal();
    this.#sides.clear();
    this.#alike.clear();
    this.#numbers.clear();
  }

  /**
   * What is known of one group: without a run if it does the same as another one in all that has been met. Groups are few, and the
   * original is the first of them, so nearly always the first that is asked is alike.
   */
  #verdictOf(program: Program, candidate: Candidate, explored: Explored[]): Verdict {
    const side = this.#sideOf(candidate);
    const shift = this.#data.menu.shifts[candidate.shift]!;
    const state = this.module.base.states[program.start as string]!;
    const begin = shifted(state, shift);
    const moved = begin.count - this.#reference.states[program.start as string]!.count;
    const threads = program.threads.map((ofThread) =>
      ofThread.map((call) => this.#callOf(side, candidate, call)),
    );
    const calls = threads.flat();
    const other = { trees: side.trees, calls, shift: moved };
    const known =
      explored.find((one) => this.#areAlike(one, other)) ??
      explored.find((one) => one.verdict === SAME && this.#isQuiet() && this.#areAlike(one, other, true));
    if (known) {
      this.counts.alike++;
      return known.verdict;
    }
    const start = `${program.start}@${moved}`;
    side.state(start, begin);
    this.#comparison.instances.begin({ start, threads });
    const end = side.explore({ start, threads });
    this.counts.candidates++;
    const verdict = this.#verdict(program, candidate, side, end);
    explored.push({ trees: side.trees, calls, shift: moved, verdict });
    return verdict;
  }

  #verdict(program: Program, candidate: Candidate, side: Side, end: ReturnType<Side['explore']>): Verdict {
    if (end === 'too many states') return UNDECIDED;
    if (end === 'given up' && this.#original.runs.hasGivenUp) return UNDECIDED;
    if (side.comesToTheSame(this.#original)) return SAME;
    const difference = differenceIn(this.base, this.module, candidate, program, this.#limit);
    if (!difference) return UNDECIDED;
    const ofObject = side.ofObject(this.#original);
    const isNone = difference.divergences.length === 0 && !difference.isLosing && !difference.isStrange;
    if (isNone && !ofObject) return SAME;
    return { kind: 'differs', difference: { ...difference, ...(ofObject && { ofObject }) } };
  }

  /** Whether all that was met of a program elsewhere is the same here: its ops, and what runs later. */
  #areAlike(one: Explored, other: Omit<Explored, 'verdict'>, takesLoops = false): boolean {
    const { trees } = one;
    const key = `${this.#numberOf(trees)} ${this.#numberOf(other.trees)} ${other.shift - one.shift} ${takesLoops}`;
    const alike =
      this.#alike.get(key) ?? new AlikeOps(trees, other.trees, other.shift - one.shift, takesLoops);
    this.#alike.set(key, alike);
    if (!this.#isLaidOutAlike || trees.laterCalls > other.trees.laterCalls || this.#reference.conserves)
      return false;
    // Ops first: they queue what runs later, and until it has been queued nobody knows which function it is.
    if (!one.calls.every((call, at) => alike.areAlike(call, other.calls[at]!))) return false;
    try {
      for (let later = 1; later <= trees.laterCalls; later++)
        if (!alike.areAlike(-later, -later)) return false;
      return true;
    } catch (error) {
      if (error instanceof InputError) return false;
      throw error;
    }
  }

  #numberOf(trees: TransitionTrees): number {
    const known = this.#numbers.get(trees) ?? this.#numbers.size;
    this.#numbers.set(trees, known);
    return known;
  }

  /**
   * What runs later is one function of the whole side, and what the count is held against as well: candidates that differ in these
   * cannot share it. In most sources none does.
   */
  #sideOf(candidate: Candidate): VariantSide {
    const shift = this.#data.menu.shifts[candidate.shift]!;
    const conserves = this.module.conserves(shift);
    const key = `${this.#keys.later(candidate)} ${conserves ? candidate.shift : ''}`;
    const known = this.#sides.get(key);
    if (known) return known;
    const setting = settingOf(this.#data.menu, candidate);
    const callback = this.module.later(setting, this.#data.ofLater);
    const side = new VariantSide(
      { ...this.module.base, callback, ...(conserves && { conserves }) },
      this.#comparison,
    );
    this.#sides.set(key, side);
    return side;
  }

  /** The call as this candidate has it; the first that asks for an op so brings it along. */
  #callOf(side: VariantSide, candidate: Candidate, call: number): number {
    const { op, arity, a, b } = this.base.alphabet.call(call);
    return side.call(`${op}@${this.#keys.ofOp(candidate, op)}`, { arity, a, b }, () =>
      this.module.op(op, settingOf(this.#data.menu, candidate), this.#data.ofOp.get(op) ?? []),
    );
  }
}

/** Well below where trees drop themselves: one program adds some hundred nodes. */
const LARGE_TREES = 1 << 14;

/** The words of a scheme, and where its states begin, as text. */
function layoutOf({ words, states, pairs, threadWords }: Scheme): string {
  // Counts differ by the bias, where a conversion is repaired.
  const begun = Object.entries(states).map(([name, state]) => [name, { ...state, count: 0 }]);
  return JSON.stringify([
    words?.map(({ name, isInObject }) => [name, isInObject]),
    begun,
    pairs,
    threadWords,
  ]);
}

/** The original against itself: what numbers its calls and its programs. */
export function baseHarness(reference: Scheme): Harness {
  return harnessOf({
    name: 'conversion',
    about: 'the original',
    reference,
    subject: reference,
    threads: 4,
    ops: Object.keys(reference.ops),
    initial: Object.keys(reference.states),
    arguments: [],
    oracles: defaultOracles('scheme'),
    ...(reference.orders === 'reads' && { memory: 'kernel' }),
  });
}
