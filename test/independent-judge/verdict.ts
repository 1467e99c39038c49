import type { Boundary } from './boundary.ts';
import type { Fact, Instance, What, Who } from './interpreter.ts';
import type { Program, Role } from './language.ts';
import type { Run } from './runs.ts';

/** Who is right, the gravest first. */
export const JUDGEMENTS = ['breaks', 'misses', 'false-alarm', 'changes', 'protects'] as const;
export type Judgement = (typeof JUDGEMENTS)[number];

export interface Divergence {
  readonly op: string;
  readonly boundary: Boundary;
  readonly kind: 'lifetime' | 'result' | 'warning';
  readonly judgement: Judgement;
}

/** What a program says of two protocols. */
export interface Verdict {
  /** As text, sorted: `put-zero-lifetime-breaks`. */
  readonly divergences: readonly string[];
  readonly gravest: Judgement | 'none';
  /** Whether the reference has a complete outcome that the subject lacks; and the other way round. */
  readonly hasLost: boolean;
  readonly hasNew: boolean;
}

/** What the definitions leave to be said once, so that a test can say it wrongly. */
export interface Rules {
  /** Two facts with the same key are the same fact. `classOf` is the lowest thread with the same ops. */
  factKey(fact: Fact, classOf: ClassOf): string;
  /** Where an op is: facts and warnings are judged by what the reference comes to there. */
  situation(who: Who, touch: Boundary | null, classOf: ClassOf): string;
  /** What of a run's results is compared. */
  resultsKey(run: Run): string;
  /** Whether a run counts at all. */
  counts(run: Run): boolean;
  /** Whether a leak is told with the warning that the run has. */
  isToldByWarning(run: Run, what: What, warnsAnew: boolean): boolean;
  /** Whether all runs that show a fact must have warned for `protects`, or one is enough. */
  allHaveWarned(runs: readonly Run[], warnsAnew: (run: Run) => boolean): boolean;
  /** Whether a refusal is no alarm, because the object was not to be found. */
  isPlainMiss(role: Role, list: number): boolean;
  /** Whether a result follows from the warning of an op before it. */
  followsFromWarning(boundary: Boundary | null, hasWarnedBefore: boolean): boolean;
  /** Whether lost facts are told, and outcomes whose parts are all known. */
  readonly tellsLostFacts: boolean;
  readonly tellsKnownParts: boolean;
  /** The judgements, the gravest first. */
  readonly gravity: readonly Judgement[];
}

type ClassOf = (thread: number) => number;

/** The definitions. */
export const RULES: Rules = {
  factKey: ({ what, thread, index, boundary, holder }, classOf) =>
    `${what} ${classOf(thread)}.${index} ${boundary} ${holder === null ? '' : classOf(holder)}`,
  situation: ({ thread, index }, touch, classOf) => `${classOf(thread)}.${index} ${touch ?? 'none'}`,
  resultsKey: ({ results }) => JSON.stringify(results),
  counts: () => true,
  isToldByWarning: ({ isSaturated }, what, warnsAnew) => what === 'leak' && isSaturated && warnsAnew,
  allHaveWarned: (runs, warnsAnew) => runs.every(warnsAnew),
  isPlainMiss: (role, list) => (role === 'get' || role === 'enter') && list === 0,
  followsFromWarning: (boundary, hasWarnedBefore) => boundary === 'saturated' && hasWarnedBefore,
  tellsLostFacts: true,
  tellsKnownParts: true,
  gravity: JUDGEMENTS,
};

/** A fact, a warning or a result of a run, with who answers for it. */
interface Found extends Who {
  readonly boundary: Boundary;
  readonly kind: Divergence['kind'];
  readonly judgement: Judgement;
}

/** A warning that its op never gives in the reference. */
interface NewWarning extends Who {
  readonly text: string;
  readonly boundary: Boundary;
  readonly situation: string;
}

/**
 * Judges a program: the complete runs of the reference against those of the subject.
 *
 * @param roles of the protocols' ops
 */
export function verdictOf(
  program: Program,
  roles: Readonly<Record<string, Role>>,
  reference: readonly Run[],
  subject: readonly Run[],
  rules: Rules = RULES,
): Verdict {
  return new Comparison(program, roles, reference, subject, rules).verdict();
}

class Comparison {
  readonly #program: Program;
  readonly #roles: Readonly<Record<string, Role>>;
  readonly #reference: readonly Run[];
  readonly #subject: readonly Run[];
  readonly #rules: Rules;
  readonly #warned: ReadonlySet<string>;

  constructor(
    program: Program,
    roles: Readonly<Record<string, Role>>,
    reference: readonly Run[],
    subject: readonly Run[],
    rules: Rules,
  ) {
    this.#program = program;
    this.#roles = roles;
    this.#rules = rules;
    this.#reference = reference.filter((run) => rules.counts(run));
    this.#subject = subject.filter((run) => rules.counts(run));
    this.#warned = new Set(
      this.#reference.flatMap((run) =>
        instancesOf(run).flatMap(({ who, instance }) =>
          instance.warnings.map(({ text }) => this.#warningKey(who, text)),
        ),
      ),
    );
  }

  verdict(): Verdict {
    const newFacts = this.#newFacts();
    const lostFacts = this.#rules.tellsLostFacts ? this.#lostFacts([...newFacts.values()]) : [];
    const found: Found[] = [...newFacts.values(), ...lostFacts];
    /** Outcomes that something has been said of. */
    const explained = new Set<string>();
    for (const run of this.#subject) {
      const result = run.fact ? undefined : this.#newResult(run);
      const warnings = this.#newWarnings(run);
      if (result) found.push(result);
      for (const warning of warnings) {
        // An op whose result is new too is told by that.
        if (result && isSame(result, warning)) continue;
        found.push({ ...warning, kind: 'warning', judgement: this.#judgeWarning(warning) });
      }
      const isFactNew = run.fact && newFacts.has(this.#factKey(run.fact));
      if (result || warnings.length > 0 || isFactNew) explained.add(this.#outcome(run));
    }
    if (this.#rules.tellsKnownParts) found.push(...this.#otherOutcomes(explained));
    return this.#summary(found);
  }

  /** Facts that the subject has and the reference lacks, by key. */
  #newFacts(): Map<string, Found> {
    const known = new Set(this.#reference.flatMap(({ fact }) => (fact ? [this.#factKey(fact)] : [])));
    const showing = new Map<string, Run[]>();
    for (const run of this.#subject) {
      if (!run.fact || this.#rules.isToldByWarning(run, run.fact.what, this.#warnsAnew(run))) continue;
      const key = this.#factKey(run.fact);
      if (!known.has(key)) showing.set(key, [...(showing.get(key) ?? []), run]);
    }
    const found = new Map<string, Found>();
    for (const [key, runs] of showing) {
      const fact = runs[0]!.fact!;
      found.set(key, { ...fact, kind: 'lifetime', judgement: this.#judgeFact(fact, runs) });
    }
    return found;
  }

  #judgeFact(fact: Fact, runs: readonly Run[]): Judgement {
    const situation = this.#situation(fact, fact.boundary);
    const there = this.#referenceIn(situation);
    if (there.length === 0 || there.some(({ fact }) => !fact)) return 'breaks';
    return this.#rules.allHaveWarned(runs, (run) => this.#warnsAnew(run)) ? 'protects' : 'misses';
  }

  /** Facts that the reference has and the subject lacks: repairs, unless something worse came in their place. */
  #lostFacts(newFacts: readonly Found[]): Found[] {
    const kept = new Set(this.#subject.flatMap(({ fact }) => (fact ? [this.#factKey(fact)] : [])));
    const harm = newFacts.filter(({ judgement }) => judgement === 'misses' || judgement === 'breaks');
    const isReplaced = (fact: Fact) =>
      harm.some((other) => this.#situation(other, other.boundary) === this.#situation(fact, fact.boundary));
    return this.#reference.flatMap(({ fact }) =>
      fact && !kept.has(this.#factKey(fact)) && !isReplaced(fact)
        ? [{ ...fact, kind: 'lifetime', judgement: 'protects' } as const]
        : [],
    );
  }

  #newWarnings(run: Run): NewWarning[] {
    return instancesOf(run).flatMap(({ who, instance }) =>
      instance.warnings
        .filter(({ text }) => !this.#warned.has(this.#warningKey(who, text)))
        .map((warning) => ({ ...warning, ...who, situation: this.#situation(who, instance.touch) })),
    );
  }

  #warnsAnew(run: Run): boolean {
    return this.#newWarnings(run).length > 0;
  }

  #judgeWarning({ situation, thread, index }: NewWarning): Judgement {
    const there = this.#referenceIn(situation);
    const sames = there.flatMap((run) => this.#instancesIn(run, situation));
    if (sames.length > 0 && sames.every(({ warnings }) => warnings.length > 0)) return 'changes';
    if (there.length > 0) return there.some(({ fact }) => !fact) ? 'false-alarm' : 'protects';
    if (this.#reference.every(({ fact }) => !fact)) return 'false-alarm';
    // Every run of the subject in which the op warns there: one with a sound counterpart is enough for an alarm.
    const warning = this.#subject.filter((run) =>
      this.#newWarnings(run).some(
        (other) => other.situation === situation && this.#isAlike(other, { thread, index }),
      ),
    );
    return warning.every((run) => this.#isAlwaysFaulty([this.#rules.resultsKey(run)]))
      ? 'protects'
      : 'false-alarm';
  }

  /** The first op whose result the reference cannot give in this run, if nothing else tells it. */
  #newResult(run: Run): Found | undefined {
    const known = this.#reference.map((other) => this.#rules.resultsKey(other));
    if (known.includes(this.#rules.resultsKey(run))) return undefined;
    const distances = this.#reference.map((other) => distance(run, other));
    const least = Math.min(...distances);
    const nearest = this.#reference.filter((_, at) => distances[at] === least);
    const first = nearest.reduce((one, other) => (inOrder(other) < inOrder(one) ? other : one));
    const who = firstDifference(run, first)!;
    const instance = run.instances[who.thread]![who.index]!;
    const before = instance.before.some((other) => !this.#warned.has(this.#warningKey(other, other.text)));
    if (this.#rules.followsFromWarning(instance.touch, before)) return undefined;
    const judgement = this.#judgeResult(run, who, nearest);
    return { ...who, boundary: (instance.touch ?? instance.place)!, kind: 'result', judgement };
  }

  #judgeResult(run: Run, who: Who, nearest: readonly Run[]): Judgement {
    if (this.#isAlwaysFaulty(nearest.map((other) => this.#rules.resultsKey(other)))) return 'protects';
    const { result, list } = run.instances[who.thread]![who.index]!;
    const couldOnlyGrant = nearest.every(({ results }) => results[who.thread]![who.index] === 'granted');
    const role = this.#roles[this.#opOf(who)]!;
    if (result === 'refused' && couldOnlyGrant && !this.#rules.isPlainMiss(role, list)) return 'false-alarm';
    const own = this.#newWarnings(run).filter((warning) => isSame(warning, who));
    return own.length > 0 ? this.#judgeWarning(own[0]!) : 'changes';
  }

  /** Outcomes that are new although each of their parts is known. */
  #otherOutcomes(explained: ReadonlySet<string>): Found[] {
    const known = new Set(this.#reference.map((run) => this.#outcome(run)));
    return this.#subject.flatMap((run): Found[] => {
      const outcome = this.#outcome(run);
      if (known.has(outcome) || explained.has(outcome)) return [];
      const results = this.#rules.resultsKey(run);
      const alike = this.#reference.filter((other) => this.#rules.resultsKey(other) === results);
      const { fact, lastReturned } = run;
      if (fact)
        return alike.some((other) => !other.fact) ? [{ ...fact, kind: 'lifetime', judgement: 'breaks' }] : [];
      if (!this.#isAlwaysFaulty([results]) || !lastReturned) return [];
      const { touch, place } = run.instances[lastReturned.thread]![lastReturned.index]!;
      return [{ ...lastReturned, boundary: (touch ?? place)!, kind: 'result', judgement: 'protects' }];
    });
  }

  #summary(found: readonly Found[]): Verdict {
    const texts = found.map((one) => `${this.#opOf(one)}-${one.boundary}-${one.kind}-${one.judgement}`);
    const outcomes = (runs: readonly Run[]) => new Set(runs.map((run) => this.#outcome(run)));
    const [reference, subject] = [outcomes(this.#reference), outcomes(this.#subject)];
    return {
      divergences: [...new Set(texts)].sort(),
      gravest: this.#rules.gravity.find((one) => found.some(({ judgement }) => judgement === one)) ?? 'none',
      hasLost: [...reference].some((outcome) => !subject.has(outcome)),
      hasNew: [...subject].some((outcome) => !reference.has(outcome)),
    };
  }

  /** Whether the reference has runs with some of these results, and all of them are faulty. */
  #isAlwaysFaulty(results: readonly string[]): boolean {
    const runs = this.#reference.filter((run) => results.includes(this.#rules.resultsKey(run)));
    return runs.length > 0 && runs.every(({ fact }) => fact);
  }

  #referenceIn(situation: string): Run[] {
    return this.#reference.filter((run) => this.#instancesIn(run, situation).length > 0);
  }

  #instancesIn(run: Run, situation: string): Instance[] {
    return instancesOf(run).flatMap(({ who, instance }) =>
      this.#situation(who, instance.touch) === situation ? [instance] : [],
    );
  }

  #outcome(run: Run): string {
    const texts = instancesOf(run).flatMap(({ instance }) => instance.warnings.map(({ text }) => text));
    const fact = run.fact ? this.#factKey(run.fact) : '';
    return JSON.stringify([this.#rules.resultsKey(run), [...new Set(texts)].sort(), fact]);
  }

  #factKey(fact: Fact): string {
    return this.#rules.factKey(fact, this.#classOf);
  }

  #situation(who: Who, touch: Boundary | null): string {
    return this.#rules.situation(who, touch, this.#classOf);
  }

  #warningKey({ thread, index }: Who, text: string): string {
    return `${this.#classOf(thread)}.${index} ${text}`;
  }

  #isAlike(one: Who, other: Who): boolean {
    return one.index === other.index && this.#classOf(one.thread) === this.#classOf(other.thread);
  }

  /** The lowest thread with the same ops. Threads that only hold have none. */
  readonly #classOf: ClassOf = (thread) => {
    const opsOf = (one: number) => (this.#program.threads[one] ?? []).join();
    return [0, 1, 2, 3].findIndex((other) => opsOf(other) === opsOf(thread));
  };

  #opOf({ thread, index }: Who): string {
    return this.#program.threads[thread]![index]!;
  }
}

function isSame(one: Who, other: Who): boolean {
  return one.thread === other.thread && one.index === other.index;
}

function instancesOf({ instances }: Run): { who: Who; instance: Instance }[] {
  return instances.flatMap((ops, thread) =>
    ops.map((instance, index) => ({ who: { thread, index }, instance })),
  );
}

/** Every op of two runs of the same program, in order, with both results. */
function pairs(one: Run, other: Run): { who: Who; isSame: boolean }[] {
  return one.results.flatMap((ops, thread) =>
    ops.map((result, index) => ({
      who: { thread, index },
      isSame: result === other.results[thread]![index],
    })),
  );
}

function distance(one: Run, other: Run): number {
  return pairs(one, other).filter(({ isSame }) => !isSame).length;
}

function firstDifference(one: Run, other: Run): Who | undefined {
  return pairs(one, other).find(({ isSame }) => !isSame)?.who;
}

/** Results as text that sorts like them: granted, refused, void, none. */
function inOrder({ results }: Run): string {
  return results
    .flat()
    .map((result) => ['granted', 'refused', 'void', 'none'].indexOf(result))
    .join('');
}
