import type { Boundary } from './boundary.ts';
import type { ClassOf, Rules } from './rules.ts';
import type { Run } from './runs.ts';
import type { Fact, Who } from './state.ts';

/** What all complete runs of one side come to. */
export class Side {
  readonly runs: readonly Run[];
  readonly #rules: Rules;
  readonly #classOf: ClassOf;
  /** By `factKey`, by the key of results, and by `outcome`. */
  readonly facts: ReadonlySet<string>;
  readonly results: ReadonlySet<string>;
  readonly outcomes: ReadonlySet<string>;
  /** By situation: the runs that go through it. */
  readonly #through = new Map<string, Run[]>();
  /** By situation: how many returns there were, and how many of them warned. */
  readonly #returns = new Map<string, { all: number; warned: number }>();
  readonly #warnings = new Set<string>();

  constructor(runs: readonly Run[], rules: Rules, classOf: ClassOf) {
    this.runs = runs.filter((run) => rules.counts(run));
    this.#rules = rules;
    this.#classOf = classOf;
    this.facts = new Set(this.runs.flatMap(({ fact }) => (fact ? [this.factKey(fact)] : [])));
    this.results = new Set(this.runs.map((run) => rules.resultsKey(run)));
    this.outcomes = new Set(this.runs.map((run) => this.outcome(run)));
    for (const run of this.runs) this.#learn(run);
  }

  #learn(run: Run): void {
    for (const [thread, ops] of run.instances.entries()) {
      for (const [index, { touch, isSkipped }] of ops.entries()) {
        if (isSkipped) continue;
        const situation = this.situation({ thread, index }, touch);
        this.#through.set(situation, [...(this.#through.get(situation) ?? []), run]);
      }
    }
    for (const one of run.returns) {
      const situation = this.situation(one, one.touch);
      const { all, warned } = this.#returns.get(situation) ?? { all: 0, warned: 0 };
      this.#returns.set(situation, { all: all + 1, warned: warned + (one.warnings.length > 0 ? 1 : 0) });
      for (const text of one.warnings) this.#warnings.add(this.#warningKey(one, text));
    }
  }

  factKey(fact: Fact): string {
    return this.#rules.factKey(fact, this.#classOf);
  }

  situation(who: Who, touch: Boundary | null): string {
    return this.#rules.situation(who, touch, this.#classOf);
  }

  /** Results, texts of warnings, and the first fact; without one, whether the object was freed. */
  outcome(run: Run): string {
    const texts = new Set(run.returns.flatMap(({ warnings }) => warnings));
    return JSON.stringify([
      this.#rules.resultsKey(run),
      [...texts].sort(),
      run.fact ? this.factKey(run.fact) : this.#rules.endOf(run),
    ]);
  }

  /** Whether an op ever first touches the count there; null for not at all. */
  isKnown(who: Who, touch: Boundary | null): boolean {
    return this.#through.has(this.situation(who, touch));
  }

  /** The runs through the first of some places of an op that is known. */
  firstKnown(who: Who, places: readonly (Boundary | null)[]): readonly Run[] {
    const place = places.find((one) => this.isKnown(who, one));
    return place === undefined ? [] : this.#through.get(this.situation(who, place))!;
  }

  /** Whether an op never returns there without having warned. */
  alwaysWarns(who: Who, touch: Boundary | null): boolean {
    const returns = this.#returns.get(this.situation(who, touch));
    return returns !== undefined && returns.warned === returns.all;
  }

  /** Whether an op, or one like it, ever warns with a text. */
  warns(who: Who, text: string): boolean {
    return this.#warnings.has(this.#warningKey(who, text));
  }

  /** Whether there are runs with some of these results, and all of them are faulty. */
  isAlwaysFaulty(results: readonly string[]): boolean {
    const runs = this.runs.filter((run) => results.includes(this.#rules.resultsKey(run)));
    return runs.length > 0 && runs.every(({ fact }) => fact);
  }

  #warningKey({ thread, index }: Who, text: string): string {
    return `${this.#classOf(thread)}.${index} ${text}`;
  }
}
