import type { Scheme, Subject } from '../subject/subject.ts';
import type { Target } from './target.ts';

/**
 * Under which memory model programs are explored. `sc`: sequentially consistent. `kernel`: what memory orders make known is asked
 * as well, and reads of a scheme take older writes where no order forbids it.
 */
export const MEMORY_MODELS = ['sc', 'kernel'] as const;
/** One of MEMORY_MODELS. */
export type MemoryModel = (typeof MEMORY_MODELS)[number];

/**
 * A target under a memory model. A counter is asked for the order of uses and frees by one more oracle; a scheme keeps account
 * of it beside the facts of its object. Everything else stays as it is, so that programs, outcomes and keys do.
 *
 * @param model undefined or `sc`: the target itself
 */
export function withMemory(target: Target, model: MemoryModel | undefined): Target {
  if (model !== 'kernel' || target.memory === 'kernel') return target;
  const { reference, subject, oracles } = target;
  if (subject.kind === 'scheme') {
    const { asksUses, ...rest } = target;
    const sides = { reference: reference === 'ideal' ? reference : askedFor(reference as Scheme, model) };
    return { ...rest, ...sides, subject: askedFor(subject, model), memory: 'kernel' };
  }
  // With all outcomes compared, no run is judged by itself but for its order.
  return {
    ...target,
    oracles: oracles.includes('ordering') ? oracles : [...oracles, 'ordering'],
    memory: 'kernel',
  };
}

/**
 * A target of schemes whose interleavings are explored, and of which it is asked beside them whether uses, frees and payload are in
 * order: in an interleaving that is right only an order can be missing. See fuzz/judge/order-news.ts.
 *
 * @returns any other target as it is
 */
export function withUses(target: Target): Target {
  const { reference, subject, memory } = target;
  if (
    memory !== undefined ||
    reference === 'ideal' ||
    reference.kind !== 'scheme' ||
    subject.kind !== 'scheme'
  )
    return target;
  return { ...target, asksUses: true };
}

/** The same target with an account of uses on both sides, beside which nothing changes. @param target of two schemes */
export function accountingUses({ asksUses, ...target }: Target): Target {
  const accounted = (side: Subject): Scheme => ({ ...(side as Scheme), orders: 'uses' });
  return { ...target, reference: accounted(target.reference as Subject), subject: accounted(target.subject) };
}

/** A scheme under a memory model: under `kernel` it keeps account of who knows of whose last use. @param model as of `withMemory` */
export function askedFor(scheme: Scheme, model: MemoryModel | undefined): Scheme {
  return model === 'kernel' ? { ...scheme, orders: 'reads' } : scheme;
}

/** The same target with nobody asking for orders. */
export function withoutMemory({ memory, asksUses, ...target }: Target): Target {
  const { reference, subject, oracles } = target;
  return {
    ...target,
    reference: reference === 'ideal' ? reference : unordered(reference),
    subject: unordered(subject),
    oracles: oracles.filter((name) => name !== 'ordering'),
  };
}

function unordered(side: Subject): Subject {
  if (side.kind === 'counter') return side;
  const { orders, ...scheme } = side;
  return scheme;
}
