import type { Subject } from '../subject/subject.ts';
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
    const ordered = <Side>(side: Side): Side => ({ ...side, asksOrder: true });
    const sides = { reference: reference === 'ideal' ? reference : ordered(reference) };
    return { ...target, ...sides, subject: ordered(subject), memory: 'kernel' };
  }
  // With all outcomes compared, no run is judged by itself but for its order.
  return {
    ...target,
    oracles: oracles.includes('ordering') ? oracles : [...oracles, 'ordering'],
    memory: 'kernel',
  };
}

/** The same target with nobody asking for orders. */
export function withoutMemory({ memory, ...target }: Target): Target {
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
  const { asksOrder, ...scheme } = side;
  return scheme;
}
