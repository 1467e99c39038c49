import { INT_MAX } from '../../targets/subject/values.ts';
import type { Choices } from '../program/choices.ts';

/**
 * Fills a batch with all values within 64 of the first boundaries, a stretch of 128 for each.
 *
 * @param boundaries at least one; those that there is no room for are left out
 */
export function fillAround(batch: Int32Array, boundaries: readonly number[]): void {
  for (let at = 0; at < batch.length; at++) {
    batch[at] = boundaries[(at >> 7) % boundaries.length]! + (at & 127) - 64;
  }
}

/**
 * Fills a batch with values of which a quarter lie near a boundary, half of these within 8 and half within 64; the others
 * anywhere.
 *
 * The batch is a function of one draw, so that iterations stay repeatable. The generator never gives 0 from a state
 * that is not 0, hence the + 1; 0 is met as a boundary.
 */
export function fillDrawn(batch: Int32Array, boundaries: readonly number[], choices: Choices): void {
  let state = choices.below(INT_MAX) + 1;
  for (let at = 0; at < batch.length; at++) {
    // Marsaglia's xorshift: a choice of `choices` for each value would cost more than the ops do.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const near = boundaries[(state >>> 8) % boundaries.length]!;
    const offset = (at & 4) === 0 ? ((state >>> 20) & 15) - 8 : ((state >>> 20) & 127) - 64;
    batch[at] = (at & 3) === 0 ? near + offset : state;
  }
}
