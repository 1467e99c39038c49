import type { Result } from './subject.ts';

/** What an op ought to do to a count that is a mathematical integer and never wraps. */
export interface IdealStep {
  /** The exact count afterwards. */
  readonly value: number;
  /** What a right answer would be. */
  readonly result: Result;
  /**
   * The caller broke the protocol: it took or dropped a reference on a count that was already 0 or below, or
   * dropped more than there were.
   */
  readonly misuse: boolean;
}

/** An ideal effect as an op declares it: what it changes, when, and what it answers. */
export interface IdealEffect {
  /** `+` takes references, `-` gives them back, `=` overwrites the count. */
  readonly change: '+' | '-' | '=' | 'reads';
  /** References, or what the count becomes: a number, or the argument `a` or `b`. */
  readonly amount: number | 'a' | 'b';
  /** The change is made only where this holds. */
  readonly condition: Test | undefined;
  /** The count before, the count afterwards, a truth value of these, or whether the change was made; undefined: nothing. */
  readonly answer: 'old' | 'new' | 'done' | Test | undefined;
}

/**
 * A comparison of the count before or afterwards with a number. A condition looks at the count before: whether a change is made cannot
 * depend on what it leads to, and `+1 unless new > 9` is `+1 unless old > 8`.
 */
export interface Test {
  readonly of: 'old' | 'new';
  readonly comparison: keyof typeof COMPARISONS;
  readonly number: number;
  /** Whether it is meant the other way round. */
  readonly isNot: boolean;
}

const COMPARISONS = {
  '==': (one: number, other: number) => one === other,
  '!=': (one: number, other: number) => one !== other,
  '<=': (one: number, other: number) => one <= other,
  '>=': (one: number, other: number) => one >= other,
  '<': (one: number, other: number) => one < other,
  '>': (one: number, other: number) => one > other,
} as const;

const TEST = String.raw`(?:(?:(?<of>old|new)\s*)?(?<comparison>==|!=|<=|>=|<|>)\s*)?(?<number>-?\d+)`;
const CHANGE = /^(?:(?<sign>[-+=])\s*(?<amount>-?\d+|[A-Za-z_]\w*)|reads)\s*/;
const CONDITION = new RegExp(String.raw`^(?<when>if|unless)\s+${TEST}\s*`);
const ANSWER = new RegExp(String.raw`^returns\s+(?:${TEST}|(?<count>old|new))\s*$`);

/**
 * Reads an ideal effect.
 *
 *     +n                          takes n references, and returns nothing
 *     +1 unless 0                 takes one and returns true; refuses at 0
 *     -n returns new == 0         gives n back, and returns whether they were the last
 *     = n                         overwrites the count
 *     reads returns old           changes nothing
 *
 * Commas between the parts are as good as none.
 *
 * @param arity how many arguments the op takes: the name of the only one is free, of two they are `a` and `b`
 * @returns what is wrong with it, as text, where it says nothing
 */
export function readEffect(text: string, arity: number): IdealEffect | string {
  let rest = text.replaceAll(',', ' ').trim();
  const take = (pattern: RegExp) => {
    const found = pattern.exec(rest);
    if (found) rest = rest.slice(found[0].length);
    return found?.groups;
  };
  const change = take(CHANGE);
  if (!change) return 'write +n, -n, = n or reads first';
  const amount = amountOf(change.amount, arity);
  if (amount === undefined) return `"${change.amount}" is no number, and no argument of the op`;
  const when = take(CONDITION);
  if (when?.of === 'new') return 'a change is made or not by what the count was: compare "old"';
  const answer = take(ANSWER);
  if (rest !== '')
    return `"${rest}" is neither "if" nor "unless" with a comparison, nor "returns" with an answer`;
  const condition = when && testOf(when, when.when === 'unless', 'old');
  return { change: changeOf(change.sign), amount, condition, answer: answerOf(answer, condition) };
}

type Groups = Readonly<Record<string, string | undefined>>;

function changeOf(sign: string | undefined): IdealEffect['change'] {
  return (sign as '+' | '-' | '=' | undefined) ?? 'reads';
}

function amountOf(text: string | undefined, arity: number): IdealEffect['amount'] | undefined {
  if (text === undefined) return 0;
  if (/^-?\d/.test(text)) return Number(text);
  if (arity === 1) return 'a';
  return arity === 2 && (text === 'a' || text === 'b') ? text : undefined;
}

function testOf(groups: Groups, isNot: boolean, of: Test['of']): Test {
  const comparison = (groups.comparison ?? '==') as Test['comparison'];
  return {
    of: (groups.of as Test['of'] | undefined) ?? of,
    comparison,
    number: Number(groups.number),
    isNot,
  };
}

function answerOf(groups: Groups | undefined, condition: Test | undefined): IdealEffect['answer'] {
  if (!groups) return condition ? 'done' : undefined;
  return (groups.count as 'old' | 'new' | undefined) ?? testOf(groups, false, 'new');
}

function holds({ of, comparison, number, isNot }: Test, before: number, afterwards: number): boolean {
  return COMPARISONS[comparison](of === 'old' ? before : afterwards, number) !== isNot;
}

/** Whether the change is made on a count. */
export function isMade({ condition }: IdealEffect, count: number): boolean {
  return !condition || holds(condition, count, count);
}

/** How many references it takes, negative where it gives them back; 0 where it overwrites the count or leaves it. */
export function takenBy({ change, amount }: IdealEffect, a: number, b: number): number {
  if (change !== '+' && change !== '-') return 0;
  const references = typeof amount === 'number' ? amount : amount === 'a' ? a : b;
  return change === '+' ? references : -references;
}

/** The effect on a count. @param a arguments, read as the count is */
export function stepOf(effect: IdealEffect, count: number, a: number, b: number): IdealStep {
  const { change, amount, answer } = effect;
  const done = isMade(effect, count);
  const taken = takenBy(effect, a, b);
  let value = count + taken;
  if (change === '=') value = typeof amount === 'number' ? amount : amount === 'a' ? a : b;
  if (!done) value = count;
  return {
    value,
    result: answer === undefined ? undefined : resultOf(answer, done, count, value),
    misuse: done && (change === '+' || change === '-') && (count <= 0 || value < 0),
  };
}

function resultOf(
  answer: NonNullable<IdealEffect['answer']>,
  done: boolean,
  before: number,
  after: number,
): Result {
  if (answer === 'done') return done;
  if (answer === 'old') return before;
  return answer === 'new' ? after : holds(answer, before, after);
}
