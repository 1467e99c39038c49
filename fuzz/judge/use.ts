import { type Called, type Held, Holdings, mayRefuse, type Use } from '../../oracles/holdings.ts';
import type { Alphabet } from '../program/alphabet.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import type { AccessSeen } from '../run/trace.ts';

/** How one op is used that runs alone from the value `old`. @returns undefined where every use is as good as any other */
export function useAlone({ held, alphabet }: Harness, call: number, old: number): Use | undefined {
  if (!held) return undefined;
  const holdings = new Holdings(held);
  holdings.begin(old);
  holdings.calls(0, alphabet.call(call));
  return useIn(holdings);
}

/**
 * Whether some run of a program may be sound use: with every get granted, and every put left out that an op may leave
 * out. False says that none is; it is also said of programs that may get more references than fit.
 */
export function mayBeSound({ held, alphabet }: Harness, program: Program): boolean {
  if (!held) return false;
  return isSoundWith(held, alphabet, program, (_thread, _op, { op }) =>
    op === 'dec_not_one' || op === 'dec_if_one' ? false : mayRefuse(op) || undefined,
  );
}

/**
 * How a complete run used its counter. What threads hold depends on what ops told them, and on no order.
 *
 * @param resultOf by thread and op: what it returned; only truth values matter
 */
export function useOfRun({ held, alphabet }: Harness, program: Program, resultOf: ResultOf): Use | undefined {
  if (!held) return undefined;
  return isSoundWith(held, alphabet, program, resultOf) ? 'sound' : 'misuse';
}

type ResultOf = (thread: number, op: number, call: Called) => undefined | boolean | number | string;

/** One thread after the other: only whether the count fits depends on the order, so it has to in all of them. */
function isSoundWith(held: Held, alphabet: Alphabet, { start, threads }: Program, resultOf: ResultOf) {
  const holdings = new Holdings(held);
  const calls = threads.map((ops) => ops.map((id) => alphabet.call(id)));
  holdings.begin(start as number);
  for (const [thread, ops] of calls.entries()) {
    for (const [op, call] of ops.entries()) {
      holdings.calls(thread, call);
      holdings.returned(thread, call, resultOf(thread, op, call));
    }
  }
  return holdings.isSound && holdings.fits(start as number, calls.flat());
}

/** How a run used its counter up to its access `last`. */
export function useUntil(
  { held, alphabet }: Harness,
  start: number,
  accesses: readonly AccessSeen[],
  last: AccessSeen,
): Use | undefined {
  if (!held) return undefined;
  const holdings = new Holdings(held);
  holdings.begin(start);
  for (const access of accesses.slice(0, accesses.indexOf(last) + 1)) {
    const call = alphabet.call(access.call);
    if (access.first) holdings.calls(access.thread, call);
    if (access.outcome) holdings.returned(access.thread, call, access.outcome.result);
  }
  return useIn(holdings);
}

function useIn({ isSound }: Holdings): Use {
  return isSound ? 'sound' : 'misuse';
}
