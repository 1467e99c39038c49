import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import { PairWalk } from '../judge/pair-walk.ts';
import { opCount, type Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';

/**
 * Programs of a counter that nearly always show a divergence if a larger one does: the op alone, from a value at which it
 * diverges so by itself; then the op beside one other of the program. To ask a dozen programs of two ops is cheaper than to
 * take a large one apart.
 *
 *     0: inc, dec, read | dec_and_test, inc | dec      shows inc-zero-value-protects
 *     0: inc                                           so does this, and nothing is smaller
 */
export function* shortcuts(harness: Harness, program: Program, divergence: Divergence): Iterable<Program> {
  if (harness.target.subject.kind !== 'counter' || opCount(program) === 1) return;
  yield* alone(harness, program, signatureOf(divergence));
  if (opCount(program) > 2) yield* besideOne(harness, program, divergence.op);
  if (opCount(program) > LARGE) yield* besideTwo(harness, program, divergence.op);
}

/** Programs with more ops are sampled, not decided, while they are taken apart: each question takes as long as many. */
const LARGE = 8;

/** Where some order of the ops, each indivisible, comes to it. */
function* alone(harness: Harness, program: Program, signature: string): Iterable<Program> {
  const found = new Map<string, Program>();
  new PairWalk(harness).walk(program, (met) => {
    if (met.signature === signature)
      found.set(`${met.call} ${met.old}`, { start: met.old, threads: [[met.call]] });
  });
  yield* found.values();
}

/** Each pair of calls of which one is of the op, from where the program starts, and from where the target's programs do. */
function* besideOne({ target, alphabet }: Harness, program: Program, op: string): Iterable<Program> {
  const calls = [...new Set(program.threads.flat())];
  const starts = [...new Set([program.start, ...target.initial])];
  for (const start of starts)
    for (const one of calls.filter((call) => alphabet.call(call).op === op))
      for (const other of calls) yield { start, threads: [[one], [other]] };
}

/** Each op of the program with two others, in their threads, from the same starts. */
function* besideTwo({ target, alphabet }: Harness, program: Program, op: string): Iterable<Program> {
  const slots = program.threads.flatMap((calls, thread) => calls.map((call) => ({ thread, call })));
  const starts = [...new Set([program.start, ...target.initial])];
  const only = (kept: readonly number[]): readonly (readonly number[])[] =>
    program.threads
      .map((_, thread) => kept.flatMap((at) => (slots[at]!.thread === thread ? [slots[at]!.call] : [])))
      .filter((calls) => calls.length > 0);
  for (const start of starts)
    for (const [at, { call }] of slots.entries()) {
      if (alphabet.call(call).op !== op) continue;
      for (let one = 0; one < slots.length; one++)
        for (let other = one + 1; other < slots.length; other++)
          if (one !== at && other !== at)
            yield { start, threads: only([at, one, other].sort((a, b) => a - b)) };
    }
}
