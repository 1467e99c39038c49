import { NotModelled } from './expressions.ts';
import type { Frame } from './loop-frame.ts';
import type { Outside } from './loop-outside.ts';
import type { Way } from './loop-run.ts';
import type { Value } from './loop-values.ts';
import type { Effect } from './ops.ts';
import type { Exit, LoopOp, Use } from './site.ts';

/** Counts beyond these are saturated in a refcount_t, and nobody counts so far: what a loop does with them is no part of its op. */
const MOST_COUNT = 1 << 30;

/**
 * The op that all ways through a piece of code come to, if it is one. A way that wins an exchange takes effect there; one that leaves
 * without has decided by the count that it saw last, and takes effect where it saw it. So the piece is one op if each count either
 * always lets through or always refuses, and if what it does then is the same each time.
 *
 *     refuses 0, and else adds 1            inc_not_zero
 *     refuses 1, and else takes 1           dec_not_one
 *     takes 1 from 1, refuses all others    dec_if_one
 *     refuses nothing, takes 1              dec; told whether that was the last, dec_and_test
 *
 * @returns why it is none that refcount_t has
 */
export function opOfWays(ways: readonly Way[], outside: Outside, frame: Frame): LoopOp | string {
  const won = ways.filter(({ done }) => done.won);
  const refused = ways.filter(({ done }) => !done.won);
  if (won.length === 0) return 'it changes nothing';
  const steps = new Set(won.map(({ done }) => (done.won!.to - done.won!.from) | 0));
  const [by] = steps;
  // A step that differs is no step of a count: `old * 2`, or a constant that is stored whatever was there.
  if (steps.size > 1 || !by) return 'it adds another number each time';
  const grants = new Set(won.map(({ done }) => done.won!.from));
  const refuses = new Set<number>();
  for (const { done } of refused) {
    // It leaves before it has looked at all, so what it does is not for the count to decide.
    if (done.seen === undefined) throw new NotModelled();
    refuses.add(done.seen);
  }
  /*
   * The same count lets through here and refuses there. So a try that was lost is a refusal, as of a trylock; or what decides is a count
   * that was read earlier, and is not there any more.
   */
  if ([...refuses].some((count) => grants.has(count))) return 'it gives up where others come between';
  if (frame.values.some((count) => !refuses.has(count) && !grants.has(count)))
    return 'it waits for another count';
  const exits = (some: readonly Way[]) => {
    const told = some.map((way) => exitOf(way, frame, outside));
    return new Map(told.map((exit) => [JSON.stringify(exit), exit]));
  };
  // To an unsigned number what is below 0 is very large.
  const least = frame.unsigned.size > 0 ? 0 : 1 - MOST_COUNT;
  const isUsual = (count: number) => least <= count && count < MOST_COUNT;
  const small = (counts: ReadonlySet<number>) => [...counts].filter(isUsual);
  const isSmall = ({ done }: Way) => isUsual(done.won?.from ?? done.seen!);
  const rest = { keeps: outside.keeps, orphans: outside.orphans };
  if (small(refuses).length === 0) return { ...unconditional(won, by, exits), ...rest };
  const effect = effectOf(by, small(refuses), small(grants), frame);
  if (typeof effect === 'string') return effect;
  const [granted, denied] = [
    leastTold(exits(won.filter(isSmall))) ??
      leastTold(exits(won.filter((way) => isSmall(way) && way.done.won!.from >= 0))),
    exits(refused.filter(isSmall)),
  ];
  if (!granted || denied.size > 1) return 'it tells the count, and not only whether it was granted';
  return {
    effect,
    use: TRUTH,
    granted: granted.exit,
    refused: [...denied.values()][0]!,
    ...(granted.isNumber && { tellsCount: true }),
    ...rest,
  };
}

const TRUTH: Use = { kind: 'truth' };

/**
 * How a granted op leaves, where all leave in the same way; or in ways that differ in one number above 0, which is the count or follows
 * from it. Then the least of these is told: that it was granted, and no more.
 *
 *     return old + 1;       return 2;       which is true, as any count would be
 *
 * What it tells of a count below 0 is no number of users, so these may be left out.
 */
function leastTold(
  exits: ReadonlyMap<string, Exit>,
): { readonly exit: Exit; readonly isNumber: boolean } | undefined {
  const all = [...exits.values()];
  const [first] = all;
  if (!first || all.length === 1) return first && { exit: first, isNumber: false };
  const NUMBER = /^((?:return|\w+ =) )(-?\d+);$/;
  const spoken = all.map(({ statements }) => NUMBER.exec(statements.at(-1) ?? ''));
  const shapes = all.map(({ statements, jumps }, at) =>
    JSON.stringify([statements.slice(0, -1), jumps, spoken[at]?.[1]]),
  );
  const numbers = spoken.map((told) => Number(told?.[2] ?? 0));
  if (new Set(shapes).size > 1 || numbers.some((number) => number <= 0)) return undefined;
  return { exit: all[numbers.indexOf(Math.min(...numbers))]!, isNumber: true };
}

/** An op that looks at the count before it changes it, by what it refuses. Both lists are sorted, the smallest first. */
function effectOf(
  by: number,
  refuses: readonly number[],
  grants: readonly number[],
  frame: Frame,
): Effect | string {
  if (grants.length === 1) {
    const [from] = grants as [number];
    if (from === 1 && by === -1) return { kind: 'drop', when: 'last', gives: 'bool' };
    return { kind: 'claim', from: `${from}`, to: `${from + by}`, gives: 'bool' };
  }
  const [least, most] = [Math.min(...grants), Math.max(...grants)];
  const isBelow = Math.max(...refuses) < least;
  if (refuses.length > 1 && !isBelow) {
    if (by < 0) return 'it refuses counts that are large, and a put of refcount_t has no limit';
    if (refuses.some((count) => least < count && count < most))
      return 'it refuses counts that lie among those it grants';
    return { kind: 'get', by: `${by}`, gives: 'bool', limit: limitText(most + by, frame) };
  }
  if (by > 0) return { kind: 'get', by: `${by}`, gives: 'bool' };
  return by === -1 ? { kind: 'drop', when: 'not last', gives: 'bool' } : 'it takes more than one at once';
}

/** By the name that the function has for it, if it has one. */
function limitText(limit: number, { code: { constants, tokens }, body: { from, to } }: Frame): string {
  const words = new Set(tokens.slice(from, to).map(({ text }) => text));
  for (const [name, value] of constants) if (value === limit && words.has(name)) return name;
  return `${limit}`;
}

/** An op that is never refused. Where it tells two cases apart, one of them is that nothing is left. */
function unconditional(
  won: readonly Way[],
  by: number,
  exits: (ways: readonly Way[]) => Map<string, Exit>,
): Pick<LoopOp, 'effect' | 'use' | 'granted' | 'refused'> {
  const add = { kind: 'add', sign: by > 0 ? 1 : -1, by: `${Math.abs(by)}` } as const;
  const all = exits(won);
  if (all.size === 1) {
    const [exit] = all.values();
    return { effect: { ...add, gives: 'nothing' }, use: { kind: 'void' }, granted: exit!, refused: exit! };
  }
  for (const [gives, holds] of [
    ['isZero', (left: number) => left === 0],
    ['isNegative', (left: number) => left < 0],
  ] as const) {
    const isSo = ({ done }: Way) => holds(done.won!.to);
    const [yes, no] = [exits(won.filter(isSo)), exits(won.filter((way) => !isSo(way)))];
    if (yes.size !== 1 || no.size !== 1) continue;
    const [granted, refused] = [[...yes.values()][0]!, [...no.values()][0]!];
    return { effect: { ...add, gives }, use: TRUTH, granted, refused };
  }
  throw new NotModelled();
}

/**
 * What is left of a piece when its op is one call: what it leaves in variables, and how it goes on. Variables that nobody looks at
 * behind it are nothing, so that ways with different numbers in them are the same.
 *
 *     if (!old) { unlock(p); return NULL; }       unlock(p); return NULL;
 *     if (!old) { ok = false; break; }            ok = false;             where somebody looks at ok
 *     return old;                                 return true;            in a function that returns bool, where old is 3
 */
function exitOf({ done, leaves }: Way, { isBool, bools }: Frame, { live, next }: Outside): Exit {
  const assigns = [...done.env].flatMap(([name, value]) => (live.has(name) ? [{ name, value }] : []));
  const spelled = (value: Value, isTruth: boolean) =>
    isTruth && typeof value === 'number' ? `${value !== 0}` : `${value}`;
  const before = [
    ...done.others,
    ...assigns.map(({ name, value }) => `${name} = ${spelled(value, bools.has(name))};`),
  ];
  const only = assigns.length === 1 && done.others.length === 0 ? assigns[0] : undefined;
  switch (leaves.kind) {
    case 'end':
      return { statements: before, jumps: false, ...(only && { assigns: only }) };
    case 'return': {
      const text = leaves.value === undefined ? leaves.text : `return ${spelled(leaves.value, isBool)};`;
      const truth = before.length === 0 ? /^return\s*\(?(true|false|1|0)\)?\s*;$/.exec(text)?.[1] : undefined;
      const returns = truth === undefined ? {} : { returns: truth === 'true' || truth === '1' };
      return { statements: [...before, text], jumps: true, ...returns };
    }
    case 'goto':
      if (leaves.name === next) return { statements: before, jumps: false, ...(only && { assigns: only }) };
      return { statements: [...before, `goto ${leaves.name};`], jumps: true };
    default:
      return { statements: [...before, `${leaves.kind};`], jumps: true };
  }
}
