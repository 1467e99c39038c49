import { probedLine } from '../../fuzz/cause/probed-line.ts';
import { type Harness, isCounterTarget } from '../../fuzz/run/harness.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { grouped } from '../report/grouped.ts';
import type { SweepData } from './figure-data.ts';
import { sweepData } from './sweep-data.ts';

/*
 * A cause says in a sentence where its ops part from those of the reference: "where the count is INT_MAX or
 * above". As a number line the same is seen at once, and so is what lies beside it: an op that parts at 0
 * and at INT_MAX is mended in two places.
 *
 * A report has fifty causes and is made in seconds, so it is no sweep that is drawn: see `probedLine`. The
 * page says so, and names the command that is one.
 */

/** Rows of a number line: a cause may have a dozen ops. */
const MOST_CALLS = 12;
/**
 * Somebody gets or puts one reference, or two. The other arguments of a target are there to break counters; each of them would
 * cut columns of its own into the line of all.
 */
const PLAIN = [1, 2];

/**
 * What the ops of a cause do alone, from every old value.
 *
 * @returns undefined for schemes, whose ops have no number line, and where alone the ops do the same on both sides
 */
export function causeLine(harness: Harness, ops: readonly string[]): SweepData | undefined {
  if (!isCounterTarget(harness)) return undefined;
  const { alphabet, target } = harness;
  const calls = harness.calls.filter((call) => ops.includes(alphabet.call(call).op));
  const isPlain = (call: number) => {
    const { arity, a, b } = alphabet.call(call);
    return [a, b].slice(0, arity).every((argument) => PLAIN.includes(argument));
  };
  // Of an op that parts with odd arguments only they are what there is to be seen.
  const probed = [calls.filter(isPlain), calls]
    .map((some) => some.slice(0, MOST_CALLS).flatMap((call) => lineOf(harness, call) ?? []))
    .find(isTold);
  if (!probed) return undefined;
  const rest = calls.length - probed.length;
  const summary = [
    `Each call was run alone from up to ${grouped(Math.max(...probed.map(({ probes }) => probes)))} old values: those near 0, INT_MAX, INT_MIN, powers of two, the saturation values and what the code mentions. Between two that differ the place was found by halving.`,
    ...documented(probed),
    `A sweep runs all 2^32 values: refuzz check ${target.name} --sweep`,
    ...(rest > 0
      ? [`${counted(rest)} of these ops with other arguments ${rest === 1 ? 'is' : 'are'} left out.`]
      : []),
  ];
  return sweepData({ harness, swept: probed, open: [], values: 0, known: new Set() }, summary);
}

/** A line on which both sides do the same everywhere is no news: the sentence of the cause has said so. */
function isTold(probed: readonly Probed[]): boolean {
  return probed.some(({ intervals }) => intervals.some(({ divergences }) => divergences.length > 0));
}

function counted(calls: number): string {
  return calls === 1 ? 'One call' : `${grouped(calls)} calls`;
}

type Probed = NonNullable<ReturnType<typeof probedLine>>;

/** C of the user's may trap: then a sweep says so, and the page has no line. */
function lineOf(harness: Harness, call: number): Probed | undefined {
  try {
    return probedLine(harness, call);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** A table covers all values, and so says more than probes do. What is not as documented may be wrong in either. */
function documented(probed: readonly Probed[]): string[] {
  const counters = [...new Set(probed.flatMap(({ compared }) => compared))];
  return counters.map((counter) => {
    const held = probed.filter(({ compared }) => compared.includes(counter)).length;
    const wrong = probed.flatMap(({ mismatches }) => mismatches).filter((one) => one.counter === counter);
    const verdict = wrong.length === 0 ? 'as documented' : `NOT as documented in ${wrong.length} ranges`;
    return `${counter}: ${held} of ${probed.length} calls ${verdict}, on all values.`;
  });
}
