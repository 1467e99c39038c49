import type { Divergence } from '../../oracles/divergence.ts';
import type { Use } from '../../oracles/holdings.ts';
import { textOf } from '../case/program-text.ts';
import { complexity } from '../minimize/simpler-values.ts';
import { opCount, type Program, type ProgramText } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { CoverageWatch, type KeysBySide, watchedSides } from './coverage-watch.ts';
import { type Decided, type Found, type ProgramVerdicts, programVerdicts } from './program-verdict.ts';
import { Scope, type ScopeSize } from './scope.ts';

/** A signature that some program shows, and the simplest program that does. */
export interface ScopeSignature {
  readonly divergence: Divergence;
  readonly program: ProgramText;
  /** How the program uses its counter. Sound use is shown where some program has it; absent where that is not asked. */
  readonly use?: Use;
  /**
   * Whether it is misuse, ops, threads, and where the program stands among those of its size: the first that differs
   * decides. Last comes the number of the program in which it was met, so a tie arises within one program only, which
   * no cut divides.
   */
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
  /** Programs with an outcome of the reference that the subject lacks. Of counters only those without a signature are asked. */
  readonly losing: number;
  /** Programs with an outcome that the reference lacks, and no divergence that names an op for it. */
  readonly strange: number;
  readonly states: number;
  readonly transitions: number;
  readonly signatures: Readonly<Record<string, ScopeSignature>>;
  /** Some of the undecided, of the losing and of the strange ones, for a person to look at. */
  readonly undecidedExamples: readonly Example[];
  readonly losingExamples: readonly Example[];
  readonly strangeExamples: readonly Example[];
  /** Of what was still to be met, see vacuity.ts, what was; absent where that is nothing. */
  readonly met?: KeysBySide;
}

/** The tally of no programs: what `joined` begins with. */
export const EMPTY_TALLY: ScopeTally = {
  programs: 0,
  undecided: 0,
  differing: 0,
  losing: 0,
  strange: 0,
  states: 0,
  transitions: 0,
  signatures: {},
  undecidedExamples: [],
  losingExamples: [],
  strangeExamples: [],
};

/**
 * Examples of each sort that a tally keeps. A tally travels from the workers and goes into the journal once for each
 * part, so it stays small.
 */
const EXAMPLES = 3;

/**
 * The same whatever the parts and their order: of two programs for a signature the simpler one stays.
 *
 * Joining is commutative and associative, with EMPTY_TALLY as its neutral element: sums, the minimum by `rank`, and the
 * examples with the smallest numbers. So workers may finish in any order, and a check that continues after a crash
 * reports what an uninterrupted one would.
 */
export function joined(one: ScopeTally, other: ScopeTally): ScopeTally {
  const signatures: Record<string, ScopeSignature> = { ...one.signatures };
  for (const [signature, found] of Object.entries(other.signatures)) {
    const known = signatures[signature];
    if (!known || isSimpler(found.rank, known.rank)) signatures[signature] = found;
  }
  return {
    programs: one.programs + other.programs,
    undecided: one.undecided + other.undecided,
    differing: one.differing + other.differing,
    losing: one.losing + other.losing,
    strange: one.strange + other.strange,
    states: one.states + other.states,
    transitions: one.transitions + other.transitions,
    signatures,
    undecidedExamples: firstOf(one.undecidedExamples, other.undecidedExamples),
    losingExamples: firstOf(one.losingExamples, other.losingExamples),
    strangeExamples: firstOf(one.strangeExamples, other.strangeExamples),
    ...bothMet(one.met, other.met),
  };
}

/** In an order that does not depend on which worker was quick. */
function bothMet(one: KeysBySide = [], other: KeysBySide = []): Pick<ScopeTally, 'met'> {
  const sides = Math.max(one.length, other.length);
  if (sides === 0) return {};
  const met = Array.from({ length: sides }, (_, at) =>
    [...new Set([...(one[at] ?? []), ...(other[at] ?? [])])].sort(),
  );
  return { met };
}

/** A divergence as a program shows it. */
interface Met {
  readonly divergence: Divergence;
  readonly program: Program;
  readonly use: Use | undefined;
}

/** By number and not by arrival, for the reason above. */
function firstOf(one: readonly Example[], other: readonly Example[]): readonly Example[] {
  return [...one, ...other].sort((a, b) => a.number - b.number).slice(0, EXAMPLES);
}

/** Lexicographic; equal ranks are not simpler, so the first to be met stays. */
function isSimpler(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((part, index) => part !== other[index]);
  return at >= 0 && one[at]! < other[at]!;
}

/** What is counted of programs beside their signatures, with examples. */
type Sort = 'undecided' | 'losing' | 'strange';

/** @param differs whether the program has shown a signature */
function sortsOf(decided: Decided | undefined, differs: boolean): Sort[] {
  if (!decided) return ['undecided'];
  const isStrange = decided.hasNew === true && !differs;
  return [...(decided.lost > 0 ? (['losing'] as const) : []), ...(isStrange ? (['strange'] as const) : [])];
}

/**
 * Bounded model checking of a target: decides every program of a scope, under all schedules of each. What it does not
 * find is not there within the scope; of anything larger it says nothing (most bugs show in small programs: the small
 * scope hypothesis, Jackson 2006).
 */
export class ScopeChecker {
  readonly scope: Scope;
  readonly #harness: Harness;
  readonly #verdicts: ProgramVerdicts;
  readonly #watch: CoverageWatch | undefined;

  /**
   * @param limit the most states of a program on one side
   * @param toMeet what is to be looked for, see vacuity.ts: then nothing is compared
   */
  constructor(harness: Harness, size: ScopeSize, limit: number, toMeet: KeysBySide = []) {
    this.scope = new Scope(harness, size);
    this.#harness = harness;
    if (toMeet.some((keys) => keys.length > 0))
      this.#watch = new CoverageWatch(watchedSides(harness), toMeet, limit);
    this.#verdicts = programVerdicts(harness, limit);
  }

  /**
   * Decides the programs `from` to `to - 1`.
   *
   * @returns the tally of all of them: a program that is too large, or whose op does not return, is counted as
   * undecided
   */
  check(from: number, to: number): ScopeTally {
    if (this.#watch) return this.#watched(this.#watch, from, to);
    const signatures = new Map<string, ScopeSignature>();
    const examples = { undecided: [], losing: [], strange: [] } as Record<Sort, Example[]>;
    const sorts: Record<Sort, number> = { undecided: 0, losing: 0, strange: 0 };
    const { counts } = this.#verdicts;
    // The counts run on from part to part, and a tally is of one part.
    const before = { ...counts };
    let differing = 0;
    for (let number = from; number < to; number++) {
      const program = this.scope.program(number);
      let differs = false;
      const found: Found = (signature, divergence, small = program, use) => {
        differs = true;
        this.#keep(signatures, signature, { divergence, program: small, use }, number);
      };
      const decided = this.#verdicts.decide(program, found);
      for (const sort of sortsOf(decided, differs)) {
        sorts[sort]++;
        if (examples[sort].length < EXAMPLES)
          examples[sort].push({ number, program: textOf(this.#harness, program) });
      }
      // Of an undecided program too: what it has shown before the limit is a fact.
      if (differs || decided?.hasNew) differing++;
    }
    return {
      programs: to - from,
      ...sorts,
      differing,
      states: counts.states - before.states,
      transitions: counts.transitions - before.transitions,
      signatures: Object.fromEntries(signatures),
      undecidedExamples: examples.undecided,
      losingExamples: examples.losing,
      strangeExamples: examples.strange,
    };
  }

  #watched(watch: CoverageWatch, from: number, to: number): ScopeTally {
    for (let number = from; number < to && !watch.isDone; number++) watch.look(this.scope.program(number));
    return { ...EMPTY_TALLY, programs: to - from, met: watch.met.map((keys) => [...keys].sort()) };
  }

  /**
   * Of the programs that show a signature the simplest stays: `rank` decides, and is the same for every cut into parts.
   */
  #keep(
    signatures: Map<string, ScopeSignature>,
    signature: string,
    { divergence, program, use }: Met,
    number: number,
  ): void {
    const known = signatures.get(signature);
    // Sound use first: misuse shows less. Then ops and threads: nearly every program that shows a known signature is
    // larger than the one kept.
    const misuse = use === 'misuse' ? 1 : 0;
    const ops = opCount(program);
    if (known && misuse === known.rank[0]! && ops > known.rank[1]!) return;
    const rank = [misuse, ops, program.threads.length, this.#startRank(program), number];
    if (known && !isSimpler(rank, known.rank)) return;
    const text = textOf(this.#harness, program);
    signatures.set(signature, { divergence, program: text, ...(use && { use }), rank });
  }

  /**
   * How simple a start is: small values before edges, states in the order of the target. Both come to numbers that are
   * compared within one target only, where starts are all of one sort.
   */
  #startRank({ start }: Program): number {
    const listed = this.#harness.target.initial.indexOf(start);
    return typeof start === 'number' ? complexity(start) : listed;
  }
}
