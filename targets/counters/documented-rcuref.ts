import {
  constant,
  effect,
  type Layer,
  on,
  onUnsigned,
  otherwise,
  plus,
  type Row,
} from './documented-layers.ts';

/** The bounds of the zones, unsigned, as the table at the top of lib/rcuref.c has them. */
const MOST = 0x7fffffff;
const RELEASED = 0xc0000000;
const NONE = 0xffffffff;

const SATURATED = constant(0xa0000000);
const DEAD = constant(0xe0000000);

/** Where the sum `old + by`, as 32 bits, lies between the bounds; both unsigned, and `by` is 1 or -1. */
function onNext(by: 1 | -1, from: number, to: number, does: ReturnType<typeof effect>): Layer[] {
  const first = (from - by) >>> 0;
  const last = (to - by) >>> 0;
  return first <= last
    ? onUnsigned(first, last, does)
    : [...onUnsigned(first, NONE, does), ...onUnsigned(0, last, does)];
}

/** rcuref_t by op: each row says where the sum comes to lie, and what is made of it there. */
export const RCUREF: Readonly<Record<string, Row>> = {
  read: () => [
    ...onUnsigned(RELEASED, NONE, effect(plus(0), constant(0))),
    otherwise(effect(plus(0), plus(1))),
  ],
  set: (n) => [otherwise(effect(constant(n - 1), undefined))],
  // "If the reference count was already marked dead, undo the increment"; "If it was saturated, warn and mark it so".
  inc_not_zero: () => [
    ...onNext(1, MOST + 1, RELEASED - 1, effect(SATURATED, true, 'rcuref saturated - leaking memory')),
    ...onNext(1, RELEASED, NONE, effect(DEAD, false)),
    otherwise(effect(plus(1), true)),
  ],
  // "Did this drop the last reference?"; "imbalanced"; "put() operation on a saturated refcount".
  dec_and_test: () => [
    on(0, 0, effect(DEAD, true)),
    ...onNext(-1, MOST + 1, RELEASED - 1, effect(SATURATED, false)),
    ...onNext(-1, RELEASED, NONE - 1, effect(DEAD, false, 'rcuref - imbalanced put()')),
    otherwise(effect(plus(-1), false)),
  ],
};
