import { Explorer, type ExplorerOptions } from '../../fuzz/explore/explorer.ts';
import { Instances, Outcomes } from '../../fuzz/judge/scheme-outcomes.ts';
import { type ExplorationCounts, SchemeRuns } from '../../fuzz/judge/scheme-runs.ts';
import { rowsOf, warningsOf } from '../../fuzz/judge/scheme-situations.ts';
import { Alphabet, type Call } from '../../fuzz/program/alphabet.ts';
import type { Program } from '../../fuzz/program/program.ts';
import { Machine } from '../../fuzz/run/machine.ts';
import { TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import type { Scheme, SchemeOp, SchemeState } from '../../targets/subject/subject.ts';
import type { OfObject } from './state.ts';

/** What both sides are compared by. */
export interface Comparison {
  readonly instances: Instances;
  readonly outcomes: Outcomes;
  readonly options: ExplorerOptions;
  readonly counts: ExplorationCounts;
  /** The most states of a program on one side. */
  readonly limit: number;
}

/** What is shared by all sides of one search. */
export function comparisonOf(asksThread: boolean, limit: number): Comparison {
  const options = { symmetry: !asksThread, eager: true };
  const instances = new Instances(asksThread);
  const outcomes = new Outcomes(instances, options);
  return { instances, outcomes, options, counts: { states: 0, transitions: 0 }, limit };
}

/** One side that programs are explored on. Where ops first touch the counter is not watched: it names differences, and finds none. */
export class Side {
  readonly trees: TransitionTrees;
  readonly runs: SchemeRuns;
  readonly #comparison: Comparison;

  constructor(trees: TransitionTrees, comparison: Comparison, options = comparison.options) {
    this.trees = trees;
    this.#comparison = comparison;
    this.runs = new SchemeRuns(
      new Explorer(new Machine(trees), options),
      comparison.outcomes,
      comparison.instances,
    );
  }

  /** @returns whether the program was decided, and no op stopped by a bound */
  explore(program: Program): 'decided' | 'given up' | 'too many states' {
    const { limit, counts } = this.#comparison;
    if (!this.runs.explore(program, limit, counts)) return 'too many states';
    return this.runs.hasGivenUp ? 'given up' : 'decided';
  }

  /**
   * Whether it leaves the object where another side, with the same outcome in all else, has freed it; or frees what that leaves.
   *
   * @returns undefined where neither is so
   */
  ofObject({ runs: other }: Side): OfObject | undefined {
    const { rows } = this.runs;
    const row = new Int32Array(rows.stride);
    const freed = row.length - 1;
    for (let index = 0; index < rows.size; index++) {
      rows.copyTo(index, row);
      if (other.rows.indexOf(row) >= 0) continue;
      row[freed] = 1 - row[freed]!;
      if (other.rows.indexOf(row) >= 0) return row[freed] === 1 ? 'stays' : 'goes';
    }
    return undefined;
  }

  /** Whether something befalls the object in some run of the program. */
  hasFacts(): boolean {
    const { outcomes } = this.#comparison;
    return rowsOf(this.runs).some((row) => outcomes.factOf(row) !== 0);
  }

  /** Whether another side came to the same in all: whether the object was freed, results, facts and warnings of complete runs, and who warned. */
  comesToTheSame({ runs: other }: Side): boolean {
    const { runs } = this;
    if (runs.rows.size !== other.rows.size) return false;
    const row = new Int32Array(runs.rows.stride);
    for (let index = 0; index < runs.rows.size; index++) {
      runs.rows.copyTo(index, row);
      if (other.rows.indexOf(row) < 0) return false;
    }
    if (!runs.hasWarned && !other.hasWarned) return true;
    const [mine, theirs] = [warningsOf(runs), warningsOf(other)];
    return mine.size === theirs.size && [...mine].every((key) => theirs.has(key));
  }
}

/**
 * The side of all candidates that do the same in what runs later. Its ops are added as candidates ask for them: `put@3` is put
 * as some of the candidates have it.
 */
export class VariantSide extends Side {
  readonly #ops: Record<string, SchemeOp>;
  readonly #states: Record<string, SchemeState>;
  readonly #alphabet: VariantAlphabet;

  /** @param scheme the source as it was, for all that candidates do not change */
  constructor(scheme: Scheme, comparison: Comparison) {
    // The machine asks for ops and states when it comes to them, so both may grow.
    const ops: Record<string, SchemeOp> = { ...scheme.ops };
    const states: Record<string, SchemeState> = {};
    const alphabet = new VariantAlphabet(scheme);
    const trees = new TransitionTrees({ ...scheme, ops, states }, alphabet);
    super(trees, comparison, { ...comparison.options, keepsFootprints: true });
    this.#ops = ops;
    this.#states = states;
    this.#alphabet = alphabet;
  }

  /** The number of a call of an op with a name of its own. */
  call(name: string, { arity, a, b }: Omit<Call, 'op'>, op: () => SchemeOp): number {
    this.#ops[name] ??= op();
    return this.#alphabet.add({ op: name, arity, a, b });
  }

  /** Adds a state to start from. */
  state(name: string, state: SchemeState): void {
    this.#states[name] = state;
  }
}

/** An alphabet whose calls are given. */
class VariantAlphabet extends Alphabet {
  readonly #given: Call[] = [];
  readonly #numbers = new Map<string, number>();

  add(call: Call): number {
    const key = `${call.op} ${call.a} ${call.b}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#given.length);
    return this.#given.push(call) - 1;
  }

  override call(id: number): Call {
    const call = this.#given[id];
    if (!call) throw new Error(`internal: no call ${id} of a conversion`);
    return call;
  }

  override get size(): number {
    return this.#given.length;
  }
}
