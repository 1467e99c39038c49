import type { Boundary } from './boundary.ts';
import type { Program, Role } from './language.ts';
import { type Judgement, RULES, type Rules } from './rules.ts';
import type { Run } from './runs.ts';
import { Side } from './side.ts';
import type { Fact, Place, Return, What, Who } from './state.ts';

// The judge, from the definitions of docs/words.md alone. What they leave open is read like this:
//
// - Of two facts at one moment a use after free comes first, and `unbalanced` before a resurrection.
// - What a callback does goes by the op that queued it, at the boundary that this op had when it did so: its first touch of
//   the count by then, or where the count stood. The callback's own accesses are nobody's first touch.
// - An op is seen to warn when it returns. One that never returns has still come through its place, so that a wait which
//   never ended before is a known one. One that was skipped has come through none.
// - A fact is asked for at its boundary, and if the reference does not come there, where its op never touches the count.
//   A warning or a result of an op that has not touched the count is asked for first there, then where the count stands.
// - A leak that is told with its warning is still a leak of the subject: the reference's leak there is not repaired.
// - Pinned is a count in which somebody has stored a saturation value; within four of one it counts as saturated.
// - A result is told instead of the warning that the same return carries, not beside it.
// - A leak and `stuck` exclude each other: a leak is a fact of programs that come to their end.
// - A holder whom the program has no thread for has no ops, and is like the others of that kind.

/** What a program says of two protocols. */
export interface Verdict {
  /**
   * Op, boundary, kind and judgement, sorted: `put-zero-lifetime-breaks`. Empty also where something is new that none of the
   * definitions names: that is `changes`, by an op that they do not say.
   */
  readonly divergences: readonly string[];
  readonly gravest: Judgement | 'none';
  /** Whether the reference has a complete outcome that the subject lacks; and the other way round. */
  readonly hasLost: boolean;
  readonly hasNew: boolean;
}

/** A fact, a warning or a result of a run, with who answers for it. */
interface Found extends Who {
  readonly boundary: Boundary;
  readonly kind: 'lifetime' | 'result' | 'warning';
  readonly judgement: Judgement;
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
  const opsOf = (thread: number) => (program.threads[thread] ?? []).join();
  const classOf = (thread: number) => [0, 1, 2, 3].findIndex((other) => opsOf(other) === opsOf(thread));
  const sides = [reference, subject].map((runs) => new Side(runs, rules, classOf)) as [Side, Side];
  return new Comparison(program, roles, ...sides, rules).verdict();
}

class Comparison {
  readonly #program: Program;
  readonly #roles: Readonly<Record<string, Role>>;
  readonly #reference: Side;
  readonly #subject: Side;
  readonly #rules: Rules;

  constructor(
    program: Program,
    roles: Readonly<Record<string, Role>>,
    reference: Side,
    subject: Side,
    rules: Rules,
  ) {
    this.#program = program;
    this.#roles = roles;
    this.#rules = rules;
    this.#reference = reference;
    this.#subject = subject;
  }

  verdict(): Verdict {
    const found = [...this.#newFacts(), ...this.#lostFacts()];
    for (const run of this.#subject.runs) {
      const result = this.#newResult(run);
      const warning = this.#firstWarning(run);
      if (result) found.push(this.#judgeResult(run, result));
      // An op whose result is new too is told by that.
      if (warning && warning !== result && !warning.isPinnedByOther)
        found.push(told(warning, 'warning', this.#judgeWarning(warning)));
      if (this.#rules.tellsKnownParts && !warning && !result) found.push(...this.#knownParts(run));
    }
    const texts = found.map((one) => `${this.#opOf(one)}-${one.boundary}-${one.kind}-${one.judgement}`);
    const [reference, subject] = [this.#reference.outcomes, this.#subject.outcomes];
    const hasNew = [...subject].some((outcome) => !reference.has(outcome));
    const gravest = this.#rules.gravity.find((one) => found.some(({ judgement }) => judgement === one));
    return {
      divergences: [...new Set(texts)].sort(),
      gravest: gravest ?? (hasNew ? 'changes' : 'none'),
      hasLost: [...reference].some((outcome) => !subject.has(outcome)),
      hasNew,
    };
  }

  /** Facts that the subject has and the reference lacks. */
  #newFacts(): Found[] {
    const showing = new Map<string, Run[]>();
    for (const run of this.#subject.runs) {
      if (!run.fact || this.#rules.isToldByWarning(run, run.fact.what, this.#warnsAnew(run))) continue;
      const key = this.#subject.factKey(run.fact);
      if (!this.#reference.facts.has(key)) showing.set(key, [...(showing.get(key) ?? []), run]);
    }
    return [...showing.values()].map((runs) => {
      const fact = runs[0]!.fact!;
      return told(fact, 'lifetime', this.#judgeFact(fact, runs));
    });
  }

  #judgeFact(fact: Fact, runs: readonly Run[]): Judgement {
    if (this.#rules.allHaveWarned(runs, (run) => this.#isForewarned(run))) return 'protects';
    const there = this.#reference.firstKnown(fact, [fact.boundary, null]);
    if (there.length === 0 || there.some(({ fact }) => !fact)) return 'breaks';
    return this.#rules.allHaveWarned(runs, (run) => this.#warnsAnew(run)) ? 'protects' : 'misses';
  }

  /** Facts that the reference has and the subject lacks: repairs, unless something worse came in their place. */
  #lostFacts(): Found[] {
    if (!this.#rules.tellsLostFacts) return [];
    const harm = this.#newFacts().filter(({ judgement }) => judgement === 'misses' || judgement === 'breaks');
    const place = (found: Found | Fact) => this.#reference.situation(found, found.boundary);
    return this.#reference.runs
      .flatMap(({ fact }) => fact ?? [])
      .filter((fact) => this.#isLost(fact) && !harm.some((other) => place(other) === place(fact)))
      .map((fact) => told(fact, 'lifetime', 'protects'));
  }

  #isLost(fact: Fact): boolean {
    return !this.#subject.facts.has(this.#reference.factKey(fact));
  }

  /** The first return of a run with a warning that its op never gives in the reference. Others may follow from it. */
  #firstWarning(run: Run): Return | undefined {
    return run.returns.find((one) => this.#isNewWarning(one));
  }

  #warnsAnew(run: Run): boolean {
    return this.#firstWarning(run) !== undefined;
  }

  /** Whether the first new warning of a run comes where the reference does nothing but harm, and does not always warn. */
  #isForewarned(run: Run): boolean {
    const warning = this.#firstWarning(run);
    if (!warning) return false;
    const place = placesOf(warning).find((one) => this.#reference.isKnown(warning, one));
    if (place === undefined || this.#reference.alwaysWarns(warning, place)) return false;
    return this.#reference.firstKnown(warning, [place]).every(({ fact }) => fact);
  }

  #isNewWarning(one: Return): boolean {
    return one.warnings.some((text) => !this.#reference.warns(one, text));
  }

  #judgeWarning(warning: Return): Judgement {
    const places = placesOf(warning);
    const there = this.#reference.firstKnown(warning, places);
    const place = places.find((one) => this.#reference.isKnown(warning, one));
    if (place !== undefined && this.#reference.alwaysWarns(warning, place)) return 'changes';
    if (there.length > 0) return there.some(({ fact }) => !fact) ? 'false-alarm' : 'protects';
    if (this.#reference.facts.size === 0) return 'false-alarm';
    // Every run of the subject in which the op is the first to warn there: one with a sound counterpart is an alarm.
    const alike = this.#subject.runs.filter((run) => {
      const first = this.#firstWarning(run);
      return first && this.#situations(first) === this.#situations(warning);
    });
    return alike.every((run) => this.#reference.isAlwaysFaulty([this.#rules.resultsKey(run)]))
      ? 'protects'
      : 'false-alarm';
  }

  /** By where the op is, or where the count stands if it has not touched it. */
  #situations(one: Return): string {
    return placesOf(one)
      .map((place) => this.#subject.situation(one, place))
      .join();
  }

  /**
   * The return in a sound run after which the results so far are none that the reference can end with. Nothing has warned
   * before it as the reference never does: what comes after that may follow from it.
   */
  #newResult(run: Run): Return | undefined {
    if (run.fact || this.#reference.results.has(this.#rules.resultsKey(run))) return undefined;
    const soFar: Who[] = [];
    for (const one of run.returns) {
      if (one.result !== null) soFar.push(one);
      // What an op sees of a count that another has just pinned is that one's divergence.
      if (this.#agreeing(run, soFar).length === 0) return one.isPinnedByOther ? undefined : one;
      if (this.#isNewWarning(one) && !this.#rules.tellsAfterWarning) return undefined;
    }
    return undefined;
  }

  /** Runs of the reference that end with the results that some ops have in a run. */
  #agreeing({ results }: Run, ops: readonly Who[]): Run[] {
    return this.#reference.runs.filter((other) =>
      ops.every(({ thread, index }) => other.results[thread]![index] === results[thread]![index]),
    );
  }

  #judgeResult(run: Run, found: Return): Found {
    const before = run.returns.slice(0, run.returns.indexOf(found)).filter(({ result }) => result !== null);
    const could = this.#agreeing(run, before);
    return told(found, 'result', this.#judgementOfResult(found, could));
  }

  #judgementOfResult(found: Return, could: readonly Run[]): Judgement {
    if (this.#reference.isAlwaysFaulty(could.map((run) => this.#rules.resultsKey(run)))) return 'protects';
    const there = this.#reference.firstKnown(found, placesOf(found));
    const atCount = this.#reference.firstKnown(found, [found.boundary]);
    if ([...there, ...atCount].some(({ fact }) => fact && this.#isLost(fact))) return 'protects';
    const couldOnlyGrant = could.every(({ results }) => results[found.thread]![found.index] === 'granted');
    const isMiss = this.#rules.isPlainMiss(this.#roles[this.#opOf(found)]!, found.list);
    if (found.result === 'refused' && couldOnlyGrant && !isMiss) return 'false-alarm';
    return this.#isNewWarning(found) ? this.#judgeWarning(found) : 'changes';
  }

  /** What a run without a warning shows whose results are possible, and whose fact is: the two may be new together. */
  #knownParts(run: Run): Found[] {
    if (this.#reference.outcomes.has(this.#subject.outcome(run))) return [];
    const alike = this.#reference.runs.filter(
      (other) => this.#rules.resultsKey(other) === this.#rules.resultsKey(run),
    );
    const { fact } = run;
    if (fact) {
      const isKnown = this.#reference.facts.has(this.#subject.factKey(fact));
      return isKnown && alike.some((other) => !other.fact) ? [told(fact, 'lifetime', 'breaks')] : [];
    }
    const facts = alike.flatMap(({ fact }) => fact ?? []);
    if (facts.length < alike.length || facts.length === 0) return [];
    return [
      told(
        facts.reduce((one, other) => (order(other) < order(one) ? other : one)),
        'lifetime',
        'protects',
      ),
    ];
  }

  #opOf({ thread, index }: Who): string {
    return this.#program.threads[thread]![index]!;
  }
}

function told({ thread, index, boundary }: Who & Place, kind: Found['kind'], judgement: Judgement): Found {
  return { thread, index, boundary, kind, judgement };
}

/** Where the reference is asked what comes of an op, the best answer first. Not both sides touch the count alike. */
function placesOf({ touch, boundary }: Place): (Boundary | null)[] {
  return touch === null ? [null, boundary] : [touch, null];
}

/** Of facts one of which has to be named: text that sorts like them. */
function order({ what, thread, index, boundary, holder }: Fact): string {
  const boundaries: Boundary[] = ['zero', 'minus-one', 'int-max', 'wrap', 'saturated', 'interior'];
  const whats: What[] = [
    'use-after-free',
    'double-free',
    'freed-while-held',
    'resurrection',
    'leak',
    'stuck',
  ];
  const at = whats.indexOf(what);
  return [
    holder === null ? 0 : holder + 1,
    boundaries.indexOf(boundary),
    index,
    thread,
    at < 0 ? whats.length : at,
  ].join();
}
