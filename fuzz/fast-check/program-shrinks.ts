import { smallerPrograms } from '../minimize/minimize.ts';
import { complexity } from '../minimize/simpler-values.ts';
import { opCount, type Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { returns } from '../run/non-terminating.ts';

/** What was offered on the way to a program, and refused, so that it is not offered again. */
export interface OffersSoFar {
  /** No program of this many ops or fewer, made of these ops, does it. */
  readonly ops: number;
}

/** All ways to take this many ops out of a program are offered; of three there would be too many. */
const FEW = 2;
/** Values that the program reaches, as other starts: the simplest ones. */
const MOST_REACHED = 12;
/** States of a program run op by op; with more, only some of the values that it reaches are known. */
const MOST_STATES = 500;

/**
 * Smaller programs, the best first: few ops of this one, each from every start that suggests itself; then whatever the
 * minimiser tries. A list of ops can be shrunk from its ends only while its start stays what it is. To exchange
 * a long prefix for another start is what fast-check's own shrinking of commands cannot do.
 */
export function* smallerProgramsFor(
  harness: Harness,
  program: Program,
  soFar: OffersSoFar = { ops: 0 },
): Iterable<readonly [Program, OffersSoFar]> {
  const most = Math.min(FEW, opCount(program) - 1);
  const starts = startsFor(harness, program);
  for (let ops = soFar.ops + 1; ops <= most; ops++) {
    for (const offer of withOnly(program, ops, starts)) yield [offer, { ops: ops - 1 }];
  }
  const left = { ops: Math.max(soFar.ops, most) };
  for (const offer of smallerPrograms(harness, program)) {
    if (opCount(offer) > left.ops || opCount(offer) === opCount(program)) yield [offer, left];
  }
}

/** Every program of `count` ops of this one, in their order, without those that are the same. */
function* withOnly(program: Program, count: number, starts: readonly Program['start'][]): Iterable<Program> {
  const seen = new Set<string>();
  for (const threads of picks(program.threads, count)) {
    const text = JSON.stringify(threads);
    if (seen.has(text)) continue;
    seen.add(text);
    for (const start of starts) yield { start, threads };
  }
}

function* picks(threads: Program['threads'], count: number): Iterable<number[][]> {
  const slots = threads.flatMap((ops, thread) => ops.map((call) => ({ thread, call })));
  for (const chosen of subsets(slots, count)) {
    const lists = threads.map((_, own) =>
      chosen.filter(({ thread }) => thread === own).map(({ call }) => call),
    );
    yield lists.filter((list) => list.length > 0);
  }
}

function* subsets<T>(items: readonly T[], size: number): Iterable<readonly T[]> {
  if (size === 0) return yield [];
  for (const [at, item] of items.entries()) {
    for (const rest of subsets(items.slice(at + 1), size - 1)) yield [item, ...rest];
  }
}

/** The program's own start, those of the target, and values that the program comes by; the simplest first. */
function startsFor(harness: Harness, program: Program): readonly Program['start'][] {
  const { initial } = harness.target;
  if (typeof program.start === 'string') return [...new Set([...initial, program.start])];
  const reached = [...reachedValues(harness, program, program.start)]
    .sort(bySimplicity)
    .slice(0, MOST_REACHED);
  return [...new Set([...(initial as readonly number[]), program.start, ...reached])].sort(bySimplicity);
}

function bySimplicity(one: number, other: number): number {
  return complexity(one) - complexity(other);
}

/** The values that a counter has between ops, in every order in which its threads can take turns. */
function reachedValues(
  { subject: { specification } }: Harness,
  { threads }: Program,
  start: number,
): ReadonlySet<number> {
  const states = [{ at: threads.map(() => 0), value: start }];
  const seen = new Set<string>();
  for (let from = 0; from < states.length && states.length < MOST_STATES; from++) {
    const { at, value } = states[from]!;
    for (const [thread, ops] of threads.entries()) {
      const call = ops[at[thread]!];
      if (call === undefined) continue;
      const next = returns(() => specification.atomicValue(specification.atomically(call, value)));
      if (next === undefined) continue;
      const state = { at: at.with(thread, at[thread]! + 1), value: next };
      const text = `${state.at} ${next}`;
      if (seen.has(text)) continue;
      seen.add(text);
      states.push(state);
    }
  }
  return new Set(states.map(({ value }) => value));
}
