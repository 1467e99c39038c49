import type { Program, Protocol, Role } from './language.ts';
import type { Pair } from './pairs.ts';
import { RefuzzJudge } from './refuzz-verdict.ts';
import { RULES, type Rules } from './rules.ts';
import { everyRun } from './runs.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** Most states of a side. More are undecided. */
export const STATES = 6000;

/** Says what a program tells of two protocols, or why it cannot. */
export type Judge = (before: Protocol, after: Protocol, program: Program) => Verdict | string;

/** The independent judge. */
export function independentJudge(rules: Rules = RULES): Judge {
  return (before, after, program) => {
    const runs = runsOf(before, after, program);
    return typeof runs === 'string' ? runs : runs.verdict(rules);
  };
}

/** Every run of both sides, ready to be judged by any rules; or why that cannot be. */
export function runsOf(
  before: Protocol,
  after: Protocol,
  program: Program,
): { verdict(rules?: Rules): Verdict } | string {
  const saturated = [before.saturated, after.saturated].filter((value) => value !== undefined);
  const reference = everyRun(before, program, saturated, STATES);
  if (typeof reference === 'string') return reference;
  const subject = everyRun(after, program, saturated, STATES);
  if (typeof subject === 'string') return subject;
  return { verdict: (rules) => verdictOf(program, rolesOf(before), reference, subject, rules) };
}

/** refuzz itself. What its judge has learnt of a pair serves the next program of the same pair. */
export function refuzzJudge(): Judge {
  let last: { before: Protocol; after: Protocol; judge: RefuzzJudge } | undefined;
  return (before, after, program) => {
    try {
      if (last?.before !== before || last.after !== after)
        last = { before, after, judge: new RefuzzJudge(before, after, STATES) };
      return last.judge.verdict(program);
    } catch (error) {
      return String(error);
    }
  };
}

function rolesOf({ ops }: Protocol): Record<string, Role> {
  return Object.fromEntries(Object.entries(ops).map(([name, { role }]) => [name, role]));
}

/** A program that two judges see differently. */
export interface Disagreement {
  readonly pair: Pair;
  readonly program: Program;
  readonly expected: Verdict;
  readonly actual: Verdict;
}

/** How many programs were judged, and how. */
export interface Agreement {
  readonly decided: number;
  /** Why the others were not, with how often. */
  readonly undecided: ReadonlyMap<string, number>;
  /** By gravest judgement, or `equivalent`, or `none` for outcomes that are only lost or new. */
  readonly verdicts: ReadonlyMap<string, number>;
  readonly disagreements: readonly Disagreement[];
}

/** Whether a verdict is the expected one in every part. The op of a change that nothing else names may be any. */
export function isSameVerdict(expected: Verdict, actual: Verdict): boolean {
  const isUnnamed = expected.gravest === 'changes' && expected.divergences.length === 0;
  const divergences = isUnnamed && actual.divergences.length === 1 ? [] : actual.divergences;
  return JSON.stringify(expected) === JSON.stringify({ ...actual, divergences });
}

/** Judges every program of some pairs twice. */
export function agreementOf(pairs: Iterable<Pair>, expects: Judge, judge: Judge): Agreement {
  const undecided = new Map<string, number>();
  const verdicts = new Map<string, number>();
  const disagreements: Disagreement[] = [];
  let decided = 0;
  const add = (counts: Map<string, number>, key: string) => void counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const pair of pairs) {
    for (const program of pair.programs) {
      const expected = expects(pair.before, pair.after, program);
      const actual = typeof expected === 'string' ? expected : judge(pair.before, pair.after, program);
      if (typeof expected === 'string' || typeof actual === 'string') {
        add(undecided, String(typeof actual === 'string' ? actual : expected));
        continue;
      }
      decided++;
      add(verdicts, wordOf(expected));
      if (!isSameVerdict(expected, actual)) disagreements.push({ pair, program, expected, actual });
    }
  }
  return { decided, undecided, verdicts, disagreements };
}

/** A verdict in a word. */
export function wordOf({ gravest, hasLost, hasNew }: Verdict): string {
  return gravest === 'none' && !hasLost && !hasNew ? 'equivalent' : gravest;
}
