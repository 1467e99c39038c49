import { Holdings, type Use } from '../../oracles/holdings.ts';
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
export function mayBeSound({ held, alphabet }: Harness, { start, threads }: Program): boolean {
  if (!held) return false;
  const holdings = new Holdings(held);
  holdings.begin(start as number);
  for (const [thread, ops] of threads.entries()) {
    for (const id of ops) {
      const call = alphabet.call(id);
      holdings.calls(thread, call);
      if (call.op === 'dec_not_one' || call.op === 'dec_if_one') holdings.returned(thread, call, false);
    }
  }
  return holdings.isSound;
}

/**
 * How a complete run used its counter. What threads hold depends on what ops told them, and on no order.
 *
 * @param resultOf by thread and op: what it returned; only truth values matter
 */
export function useOfRun(
  { held, alphabet }: Harness,
  { start, threads }: Program,
  resultOf: (thread: number, op: number) => undefined | boolean | number | string,
): Use | undefined {
  if (!held) return undefined;
  const holdings = new Holdings(held);
  holdings.begin(start as number);
  for (const [thread, ops] of threads.entries()) {
    for (const [op, id] of ops.entries()) {
      const call = alphabet.call(id);
      holdings.calls(thread, call);
      holdings.returned(thread, call, resultOf(thread, op));
    }
  }
  return useIn(holdings);
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
