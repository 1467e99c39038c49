import { readSource } from '../c/build/source-files.ts';
import type { Counter, Scheme, Subject } from '../subject/subject.ts';
import { formatValue } from '../subject/values.ts';
import { saturationsOf, sideNames, statesIn, subjectsOf } from './sides.ts';
import { type SourceConstant, type Target, USUAL_ARGUMENTS, USUAL_STARTS } from './target.ts';

/** The numbers that are written in a C source. */
export interface SourceConstants {
  /** Those that something is compared with, or that have a name: behaviour may change around them. */
  readonly compared: readonly number[];
  /** All others but widths, lengths and 0. */
  readonly others: readonly number[];
}

/**
 * Reads the numbers of a C source and of what it includes from beside it.
 *
 *     if (count == 6) … case 8: … #define MOST 1000 … atomic_cmpxchg(&v, 7, -1)    compared: 6, 8, 1000, 7, -1
 *     atomic_add(5, &v)                                                            others: 5
 *     for (i = 0; i < 9; i++)                                                      9 likewise
 *     char name[16]; 1 << 20                                                       neither 16 nor 20
 *     #define UNUSED 12, if nothing else says UNUSED                               none
 *
 * By the looks of the text, without a preprocessor: a number too many costs some programs, and one that is missed is
 * only one that nobody starts from.
 *
 * @param path of a source that has been compiled, and so can be read
 */
export function constantsOf(path: string): SourceConstants {
  const { files } = readSource(path);
  const texts = withoutUnused(
    [...files].filter(([name]) => name.startsWith('source/')).map(([, text]) => bare(text)),
  );
  // How often a loop goes round is nothing that a count is compared with.
  const straight = texts.map((text) => text.replaceAll(/\bfor\s*\([^;]*;[^;]*;[^;{}]*?\)/g, ' '));
  const compared = straight.flatMap((text) => COMPARED.flatMap((pattern) => numbersIn(text, pattern)));
  const others = texts.flatMap((text) => numbersIn(text, ANY));
  return {
    compared: [...new Set(compared)],
    others: [...new Set(others)].filter((value) => value !== 0 && !compared.includes(value)),
  };
}

/** Without comments, and without texts and characters: numbers in those are no numbers. */
function bare(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ')
    .replaceAll(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, ' ');
}

/** The value of a macro or of an enumerator. */
const NAMED_VALUE =
  /^([ \t]*#[ \t]*define[ \t]+)(\w+)[ \t].*$|(?<![.\w])([a-zA-Z_]\w*)\s*=\s*-?\w+(?=\s*[,}])/gm;

/** Whoever pastes a list of flags or states pastes more of them than his code looks at: nothing depends on the others. */
function withoutUnused(texts: readonly string[]): string[] {
  const times = new Map<string, number>();
  for (const text of texts)
    for (const [name] of text.matchAll(/[a-zA-Z_]\w*/g)) times.set(name, (times.get(name) ?? 0) + 1);
  return texts.map((text) =>
    text.replaceAll(NAMED_VALUE, (all, _define: string | undefined, macro?: string, enumerator?: string) =>
      times.get((macro ?? enumerator)!) === 1 ? ' ' : all,
    ),
  );
}

/** A number of C with its suffix. A sign belongs to it where nothing stands before that could be subtracted from. */
const NUMBER = String.raw`(?<value>(?:(?<=[-+*/=<>(,&|!?:{~]\s*|return\s+)-\s*)?\b(?:0[xX][0-9a-fA-F]+|\d+))[uUlL]*\b(?!\.)`;
const ANY = new RegExp(String.raw`(?<!(?:<<|>>|\[|\.)\s*)${NUMBER}`, 'g');
/** Before and behind a comparison, in a `case`, with a name, and as an argument of a conditional op. */
const COMPARED = [
  new RegExp(String.raw`(?:(?<![<>])[=!<>]=|(?<![<>-])>(?!>)|(?<!<)<(?!<))\s*\(?\s*${NUMBER}`, 'g'),
  new RegExp(String.raw`${NUMBER}\s*\)?\s*(?:[=!]=|[<>](?![<>]))`, 'g'),
  new RegExp(String.raw`\bcase\s+${NUMBER}`, 'g'),
  new RegExp(String.raw`^[ \t]*#[ \t]*define[ \t]+\w+[ \t]+\(?[ \t]*${NUMBER}`, 'gm'),
  // Enumerators, and constants: what is merely assigned is compared with nothing yet.
  new RegExp(String.raw`(?<![=!<>+\-|&^*/])=\s*${NUMBER}\s*[,}]`, 'g'),
  new RegExp(String.raw`\bconst\b[^;={}()]*=\s*${NUMBER}\s*;`, 'g'),
  new RegExp(String.raw`\w*(?:cmpxchg|unless|compare_exchange)\w*\([^;]*?,\s*${NUMBER}`, 'g'),
  new RegExp(String.raw`\w*(?:cmpxchg|unless|compare_exchange)\w*\([^;]*?,[^;,]*,\s*${NUMBER}`, 'g'),
];

/** As 32 bits, read signed; what does not fit is left out. */
function numbersIn(text: string, pattern: RegExp): number[] {
  return Array.from(text.matchAll(pattern), ({ groups }) => {
    const written = groups!.value!.replaceAll(/\s/g, '');
    const isNegative = written.startsWith('-');
    const digits = isNegative ? written.slice(1) : written;
    // A leading zero is octal in C.
    const size = Number(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
    return isNegative ? -size : size;
  })
    .filter((value) => value >= -(2 ** 31) && value < 2 ** 32)
    .map((value) => value | 0);
}

/** So many constants that the usual values do not have join the starts, each with its neighbours; and the arguments. */
const JOINING_STARTS = 4;
const JOINING_ARGUMENTS = 2;

/**
 * Where programs of two counters start, and what their ops are given: the usual values, those at which they saturate, and
 * around the numbers in their sources. Those that only one source compares with go first, for they are what was edited; only some join, as every
 * start more is as many programs more.
 */
export function valuesAround(constants: readonly SourceConstants[], subjects: readonly Subject[]) {
  const compiled = subjects.flatMap((side) => (side.kind === 'counter' ? (side.constants ?? []) : []));
  const compared = constants.flatMap((one) => one.compared);
  const ranked = [
    ...compared.filter((value) => constants.some((one) => !one.compared.includes(value))),
    ...compared,
    ...constants.flatMap(({ others }) => others),
    ...compiled.map((value) => value | 0),
  ];
  const usual = usualValues(subjects);
  const fresh = (taken: readonly number[], most: number) =>
    [...new Set(ranked)].filter((value) => !taken.includes(value)).slice(0, most);
  const near = fresh(usual.starts, JOINING_STARTS).flatMap((value) => [value - 1, value, value + 1]);
  return {
    starts: [...new Set([...usual.starts, ...near.map((value) => value | 0)])],
    arguments: [...usual.arguments, ...fresh(usual.arguments, JOINING_ARGUMENTS)],
  };
}

/**
 * Where programs of counters start, and what ops are given, when nobody says: the usual values, and where these counters
 * saturate. As arguments too: an op that takes all of a saturated count is where two counters differ that do not otherwise.
 */
export function usualValues(subjects: readonly Subject[]): { starts: number[]; arguments: number[] } {
  const saturations = saturationsOf(subjects);
  return {
    starts: [...new Set([...USUAL_STARTS, ...saturations])],
    arguments: [...new Set([...USUAL_ARGUMENTS, ...saturations])],
  };
}

/** The same target with the numbers of its sources. @param found of the reference, of the subject; none of a model */
export function withConstants(
  target: Target,
  found: { readonly reference?: SourceConstants | undefined; readonly subject?: SourceConstants | undefined },
): Target {
  const [ours, theirs] = [found.reference?.compared ?? [], found.subject?.compared ?? []];
  const constants = [...new Set([...ours, ...theirs])].map((value): SourceConstant => {
    const side = !theirs.includes(value) ? 'reference' : ours.includes(value) ? 'both' : 'subject';
    return { value, side };
  });
  return constants.length === 0 ? target : { ...target, constants };
}

/**
 * The numbers in the sources of a target that no program comes near: what happens there was not looked at. A count is
 * near as many steps away as a program has ops; an op that adds more at a time may come further.
 *
 * @param reach the most ops of a program
 * @returns in words, for the end of a verdict: `, without values near 60 (only in after.c), 1000 (in both)`; or empty text
 */
export function constantsOutOfReach(target: Target, reach: number): string {
  const far = farConstants(target, reach);
  const called = sideNames(target);
  const places = [
    { side: 'reference', where: `only in ${called.reference}` },
    { side: 'subject', where: `only in ${called.subject}` },
    { side: 'both', where: 'in both' },
  ];
  const parts = places.flatMap(({ side, where }) => {
    const here = far.filter((one) => one.side === side);
    return here.length === 0 ? [] : [`${valuesText(here)} (${where})`];
  });
  return parts.length === 0 ? '' : `, without values near ${parts.join(', ')}`;
}

/** The same of one counter whose threads put what they got: a count that is pinned or below 0 they never see. */
export function ownConstantsOutOfReach(target: Target, reach: number): string {
  const { saturated, inSaturation } = target.subject as Counter;
  const far = farConstants(target, reach).filter(
    ({ value }) => value > 0 && value !== saturated && !inSaturation?.(value),
  );
  return far.length === 0 ? '' : `, without values near ${valuesText(far)}`;
}

function farConstants(target: Target, reach: number): SourceConstant[] {
  const { constants = [], initial, arguments: given, subject } = target;
  const counts =
    subject.kind === 'counter'
      ? (initial as readonly number[])
      : subjectsOf(target).flatMap((side) => initial.map((state) => countIn(side as Scheme, String(state))));
  const isNear = (value: number) =>
    given.includes(value) || counts.some((count) => Math.abs(count - value) <= reach);
  return constants.filter(({ value }) => !isNear(value));
}

function valuesText(constants: readonly SourceConstant[]): string {
  const more = constants.length > NAMED ? ` and ${constants.length - NAMED} more` : '';
  const shown = constants.slice(0, NAMED).map(({ value }) => formatValue(value));
  return `${shown.join(', ')}${more}`;
}

/** Numbers that are told; a table in a source can have hundreds. */
const NAMED = 4;

function countIn(side: Scheme, state: string): number {
  return Object.hasOwn(statesIn(side), state) ? side.states[state]!.count : 0;
}
