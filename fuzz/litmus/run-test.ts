import { addressOf, type MemoryProgram, wordAt } from '../memory/event.ts';
import { type Ending, explore } from '../memory/explore.ts';
import type { Rules } from '../memory/rules.ts';
import { isComputable, valuesOf, writtenBy } from '../memory/state.ts';
import type { Path } from './path.ts';
import type { Formula, Initial, LitmusTest, Observation, Observed } from './syntax.ts';
import { pathsOf } from './thread-paths.ts';

/*
 * A test is decided for each choice of paths, one path of each thread, one choice after the other. Choices have no execution in
 * common, as they differ in what some read found, so what they come to is added up.
 *
 *     P0 has one path, P1 two (its if is taken or not): two programs to explore
 */

/** What a litmus test comes to. */
export interface LitmusAnswer {
  readonly test: LitmusTest;
  /** Executions for which the condition's formula holds, and those for which it does not. */
  readonly positive: number;
  readonly negative: number;
  /** How often the formula holds; DEADLOCK of no execution at all; undefined when the search was cut short. */
  readonly observation: Observation | undefined;
  /** Whether the condition holds: `exists` of some, `forall` of all, `~exists` of none. */
  readonly isOk: boolean;
  /** Each way in which what is observed can end, with whether the formula holds there; sorted. */
  readonly states: readonly { readonly text: string; readonly holds: boolean }[];
  /** Whether plain accesses race in some execution: then the kernel's model promises nothing. */
  readonly isRace: boolean;
  /** An execution that decides: one for which the formula holds, or, of `forall`, does not. */
  readonly witness: Ending | undefined;
  readonly explored: number;
  /** How many states it may explore. */
  readonly most: number;
}

/** How the registers of a path end, by thread. */
type Paths = readonly Path[];

/**
 * Decides a litmus test under the kernel's memory model.
 *
 * @param most states to explore
 * @param rules fewer than all only in tests
 * @throws InputError for what the dialect does not have
 */
export function runLitmusTest(test: LitmusTest, most: number, rules?: Rules): LitmusAnswer {
  const observed = observedBy(test);
  const found = { positive: 0, negative: 0, isRace: false, witness: undefined as Ending | undefined };
  const states = new Map<string, boolean>();
  let explored = 0;
  let isCutShort = false;
  for (const paths of everyChoice(test.threads.map((_, thread) => pathsOf(test, thread)))) {
    const result = explore(
      programOf(test, paths),
      most - explored,
      (ending) => {
        const value = (of: Observed) => finalValue(test, paths, ending, of);
        if (test.filter && !holds(test, test.filter, value)) return;
        found.isRace ||= ending.state.isRaced;
        if (ending.isKnown) return;
        const isPositive = holds(test, test.condition.formula, value);
        if (isPositive) found.positive++;
        else found.negative++;
        if (isPositive !== (test.condition.quantifier === 'forall')) found.witness ??= ending;
        states.set(observed.map((of) => `${nameOf(of)}=${shown(test, value(of))};`).join(' '), isPositive);
      },
      rules,
    );
    explored += result.states;
    isCutShort = result.isCutShort;
    if (isCutShort) break;
  }
  const sorted = [...states].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    test,
    ...found,
    observation: isCutShort ? undefined : observationOf(found.positive, found.negative),
    isOk: isOk(test, found.positive, found.negative),
    states: sorted.map(([text, isPositive]) => ({ text, holds: isPositive })),
    explored,
    most,
  };
}

/** As the kernel's tests word it. */
function observationOf(positive: number, negative: number): Observation {
  if (positive + negative === 0) return 'DEADLOCK';
  if (positive === 0) return 'Never';
  return negative === 0 ? 'Always' : 'Sometimes';
}

/** herd7's `Ok` and `No`: whether the test gets what its quantifier asks for. */
function isOk({ condition }: LitmusTest, positive: number, negative: number): boolean {
  switch (condition.quantifier) {
    case 'exists':
      return positive > 0;
    case '~exists':
      return positive === 0;
    case 'forall':
      return negative === 0;
  }
}

/** A program with its branches decided. Words are numbered in the order in which the test names them. */
function programOf(test: LitmusTest, paths: Paths): MemoryProgram {
  const words = [...test.words.keys()];
  const value = (initial: Initial) =>
    typeof initial === 'number' ? initial : addressOf(words.indexOf(initial.pointsTo));
  return { words, initial: [...test.words.values()].map(value), threads: paths };
}

/** One of each list, in every combination. */
function* everyChoice<T>(lists: readonly (readonly T[])[]): Generator<readonly T[]> {
  const [first, ...rest] = lists;
  if (first === undefined) yield [];
  else for (const one of first) for (const others of everyChoice(rest)) yield [one, ...others];
}

/** What the condition and `locations` name, registers first, each once. */
export function observedBy(test: LitmusTest): readonly Observed[] {
  const all = [...test.locations, ...namedIn(test.condition.formula)];
  const once = new Map(all.map((one) => [nameOf(one), one]));
  const rank = (one: Observed) => (one.kind === 'register' ? one.thread : Number.MAX_SAFE_INTEGER);
  return [...once.values()].sort(
    (one, other) => rank(one) - rank(other) || (nameOf(one) < nameOf(other) ? -1 : 1),
  );
}

/** The words and registers of a formula, as they come; some twice. */
function namedIn(formula: Formula): Observed[] {
  switch (formula.kind) {
    case 'true':
    case 'false':
      return [];
    case 'equal':
      return isObserved(formula.other) ? [formula.one, formula.other] : [formula.one];
    case 'not':
      return namedIn(formula.of);
    default:
      return [...namedIn(formula.left), ...namedIn(formula.right)];
  }
}

function isObserved(value: Initial | Observed): value is Observed {
  return typeof value !== 'number' && 'kind' in value;
}

/** `1:r0`, `x` */
export function nameOf(observed: Observed): string {
  return observed.kind === 'word' ? observed.name : `${observed.thread}:${observed.name}`;
}

/** A register that was never assigned holds 0, as in herd7. */
function finalValue(test: LitmusTest, paths: Paths, { setting, state }: Ending, of: Observed): number {
  if (of.kind === 'word') {
    const word = [...test.words.keys()].indexOf(of.name);
    return writtenBy(setting, state, state.histories[word]!.at(-1)!);
  }
  const operand = paths[of.thread]!.registers.get(of.name);
  if (!operand || !isComputable(state, of.thread, operand)) return 0;
  return operand.of(valuesOf(setting, state, of.thread));
}

/**
 * Whether a formula holds of an execution.
 *
 * @param value what a register or word is at its end
 */
function holds(test: LitmusTest, formula: Formula, value: (of: Observed) => number): boolean {
  const inner = (one: Formula) => holds(test, one, value);
  switch (formula.kind) {
    case 'true':
    case 'false':
      return formula.kind === 'true';
    case 'equal': {
      const { other } = formula;
      if (typeof other === 'number') return value(formula.one) === other;
      if (isObserved(other)) return value(formula.one) === value(other);
      return value(formula.one) === addressOf([...test.words.keys()].indexOf(other.pointsTo));
    }
    case 'not':
      return !inner(formula.of);
    case 'and':
      return inner(formula.left) && inner(formula.right);
    case 'or':
      return inner(formula.left) || inner(formula.right);
    case 'implies':
      return !inner(formula.left) || inner(formula.right);
  }
}

/** A value, or the word it points to. */
export function shown(test: LitmusTest, value: number): string {
  const words = [...test.words.keys()];
  const word = wordAt(value, words.length);
  return word === undefined ? String(value) : words[word]!;
}
