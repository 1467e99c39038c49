import type { Program } from '../../fuzz/program/program.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { amountsOf } from '../../oracles/holdings.ts';
import { tellsLast } from '../../oracles/ledger.ts';
import { Inexpressible } from '../reproduce/reproduced-case.ts';
import type { CounterReproduction } from '../reproduce/reproduced-counter.ts';

/**
 * The object in a litmus test of a case of memory orders: each thread writes a word of it before each put, and who is told of
 * the last one reads those of the others.
 */
export interface Payload {
  /** Parameters of every thread, and the words at the start. */
  readonly words: readonly string[];
  /** What stands before and behind an op. */
  before(thread: number, op: number): readonly string[];
  behind(thread: number, op: number): readonly string[];
  /** Registers of a thread. */
  registers(thread: number): readonly string[];
  /** What is missed; undefined in a thread that reads nothing. */
  readonly condition: string;
}

/**
 * @returns undefined for a case of any other kind
 * @throws Inexpressible where the ops have fences, which litmus tests of refuzz do not write
 */
export function payloadOf({ harness, program, stored, ops }: CounterReproduction): Payload | undefined {
  const { kind } = stored.expect.divergence;
  if (kind !== 'race' && kind !== 'unordered-free') return undefined;
  refuseFences(harness, program);
  const callOf = (thread: number, op: number) => harness.alphabet.call(program.threads[thread]![op]!);
  const isPut = (thread: number, op: number) => (amountsOf(callOf(thread, op))?.puts ?? 0) > 0;
  const last = ops.find(({ call, outcome }) => {
    const { op, a } = harness.alphabet.call(call);
    return outcome?.result === true && tellsLast(op, a, outcome.result);
  });
  if (!last) throw new Inexpressible('nobody is told by true that it put the last reference');
  const own = ops.filter(({ thread }) => thread === last.thread).indexOf(last);
  const putting = program.threads.flatMap((calls, thread) =>
    thread !== last.thread && calls.some((_, op) => isPut(thread, op)) ? [thread] : [],
  );
  const isLast = (thread: number, op: number) => thread === last.thread && op === own;
  return {
    words: putting.map((thread) => `field${thread}`),
    // A loop that goes round more often leaves no answer.
    before: (thread, op) => [
      ...(isLast(thread, op) ? [`a${op} = 0;`, ...putting.map((other) => `seen${other} = 1;`)] : []),
      ...(putting.includes(thread) && isPut(thread, op) ? [`WRITE_ONCE(*field${thread}, 1);`] : []),
    ],
    behind: (thread, op) =>
      isLast(thread, op)
        ? [
            `if (a${op} == 1) {`,
            ...putting.map((other) => `\tseen${other} = READ_ONCE(*field${other});`),
            '}',
          ]
        : [],
    registers: (thread) => (thread === last.thread ? putting.map((other) => `seen${other}`) : []),
    condition: `(${putting.map((other) => `${last.thread}:seen${other}=0`).join(' \\/ ')})`,
  };
}

function refuseFences({ subject: trees }: Harness, program: Program): void {
  const calls = program.threads.flat();
  for (let node = 0; node < trees.size; node++)
    if (calls.includes(trees.callOf(node)) && trees.fence(node) !== 0)
      throw new Inexpressible('its ops have fences, which are not written into litmus tests');
}
