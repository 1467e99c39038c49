import { EDITS } from './edits.ts';
import type { Program, Protocol } from './language.ts';
import { Random } from './random.ts';
import { isWellFormed, randomProgram, randomProtocol } from './random-protocols.ts';
import { SATURATED } from './refcount.ts';

/** Two protocols, what was done to the first to get the second, and programs to judge them by. */
export interface Pair {
  readonly number: number;
  readonly before: Protocol;
  readonly after: Protocol;
  readonly edits: readonly string[];
  readonly programs: readonly Program[];
}

/** The pair with a number: the same one at any time. */
export function pairOf(number: number, programs: number): Pair {
  const random = new Random(number);
  let before = randomProtocol(random);
  while (!isWellFormed(before)) before = randomProtocol(random);
  let { after, edits } = edited(before, random);
  while (!isWellFormed(after) || JSON.stringify(after) === JSON.stringify(before))
    ({ after, edits } = edited(before, random));
  // Repairs are pairs as well.
  if (random.once(5)) [before, after] = flipped(before, after);
  const ops = withChangedOps(before, after);
  const list = Array.from({ length: programs }, () => randomProgram(random, before, ops));
  return { number, before, after, edits, programs: list };
}

/** Every op, and twice more each that the edits have changed: a program without one of them has nothing to tell. */
function withChangedOps(before: Protocol, after: Protocol): string[] {
  return Object.entries(before.ops).flatMap(([name, { body }]) =>
    JSON.stringify(body) === JSON.stringify(after.ops[name]!.body) ? [name] : [name, name, name],
  );
}

function edited(before: Protocol, random: Random): { after: Protocol; edits: readonly string[] } {
  let after = before;
  const edits = Array.from({ length: 1 + random.below(3) }, () => random.one(EDITS));
  for (const edit of edits) after = edit.apply(after, random);
  if (JSON.stringify(after).includes(String(SATURATED))) after = { ...after, saturated: SATURATED };
  return { after, edits: edits.map(({ name }) => name) };
}

/** The other way round. The reference is the one without a bias. */
function flipped(before: Protocol, after: Protocol): [Protocol, Protocol] {
  return after.bias === before.bias ? [after, before] : [before, after];
}
