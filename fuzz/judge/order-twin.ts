import type { Divergence } from '../../oracles/divergence.ts';
import { isOfOrder } from '../../oracles/lifetime.ts';
import { withMemory } from '../../targets/target/memory.ts';
import type { Program } from '../program/program.ts';
import { inAlphabetOf } from '../run/alphabets.ts';
import { type Harness, harnessOf } from '../run/harness.ts';

/** A harness, and a program in its alphabet. */
export interface Told {
  readonly harness: Harness;
  readonly program: Program;
}

const TWINS = new WeakMap<Harness, Harness>();

/**
 * The same target under the kernel's memory model. Interleavings alone tell that uses are out of order; which op that is, how it
 * comes about and what repairs it is told by the model that knows of nothing else.
 *
 * @returns undefined where nobody asks for uses beside interleavings
 */
export function orderTwin(harness: Harness): Harness | undefined {
  if (!harness.target.asksUses) return undefined;
  const twin = TWINS.get(harness) ?? harnessOf(withMemory(harness.target, 'kernel'));
  TWINS.set(harness, twin);
  return twin;
}

/** By whom a case is run: a case of the kernel's memory model that was found beside interleavings, by the twin. */
export function harnessOfCase(harness: Harness, memory: 'kernel' | undefined): Harness {
  return memory === undefined ? harness : (orderTwin(harness) ?? harness);
}

/** By whom a divergence of a program is told: by the twin, where it is one of orders. */
export function toldBy(harness: Harness, { kind }: Divergence, program: Program): Told {
  const twin = isOfOrder(kind) ? orderTwin(harness) : undefined;
  return twin ? { harness: twin, program: inAlphabetOf(twin, program, harness) } : { harness, program };
}
