/** A small tree of our own wording, and what becomes of a counter in it. */
export interface Shape {
  /** Below trees/. */
  readonly files: readonly string[];
  readonly counter: string;
  readonly taken: readonly string[];
  readonly left?: readonly string[];
  readonly ops: readonly string[];
  /** Words of a TODO, what is written in its place, and how often it is asked. */
  readonly decisions: readonly (readonly [asked: string, line: string, times?: number])[];
  /** Of before.c by itself. */
  readonly faults?: readonly string[];
  /** Whether naive.c differs from before.c; left out where there is none. */
  readonly differing?: boolean;
}

const WHAT_HAPPENS = 'what happens here';

/** From five classes of what an audit says. */
export const SHAPES: readonly Shape[] = [
  {
    // As it is: found below a lock, and taken out by the last put.
    files: ['mug.c', 'mug.h'],
    counter: 'mug.users',
    taken: ['mug_find', 'mug_put'],
    left: ['mug_show only reads the count'],
    ops: ['mug_find', 'mug_put', 'use'],
    decisions: [
      ['the count starts at 1', ''],
      ['where the object is made, size', ''],
      ['the functions are handed size', ''],
    ],
    differing: false,
  },
  {
    // A kref: there is nothing to convert, and before.c is asked by itself.
    files: ['lamp.c'],
    counter: 'lamp.refs',
    taken: ['lamp_first', 'lamp_put', 'lamp_release'],
    ops: ['lamp_first', 'lamp_put', 'use'],
    decisions: [['the count starts at 1', '']],
  },
  {
    // As it is: readers in RCU who may be refused, and a callback that frees.
    files: ['trail.c'],
    counter: 'trail.walkers',
    taken: ['trail_enter', 'trail_leave', 'trail_free'],
    ops: ['trail_enter', 'trail_leave', 'use'],
    decisions: [
      ['the count starts at 1', ''],
      ['where the object is made, length', ''],
      ['the functions are handed length', ''],
    ],
    differing: false,
  },
  {
    // First user: a global that starts at 0.
    files: ['pump.c'],
    counter: 'pump_users',
    taken: ['pump_get', 'pump_put'],
    ops: ['pump_get', 'pump_put', 'use'],
    decisions: [
      ['has no inc_return', '({ int old; __refcount_inc(&pump_users, &old); old + 1; })'],
      [WHAT_HAPPENS, '', 2],
      ['pump_get\\(\\) returns int', ''],
      ['the count starts at 0', 'refuzz_link(REFUZZ_LIVE);'],
    ],
    differing: true,
  },
  {
    // As it is: the last put queues a work that frees.
    files: ['cart.c'],
    counter: 'cart.loads',
    taken: ['cart_get', 'cart_put', 'cart_unload'],
    ops: ['cart_get', 'cart_put', 'use'],
    decisions: [['who calls cart_get', '']],
    differing: false,
  },
  {
    // With a change: at 0 it lives on, and the collector frees it.
    files: ['nest.c'],
    counter: 'nest.birds',
    taken: ['nest_enter', 'nest_leave', 'nest_collect'],
    ops: ['nest_collect', 'nest_enter', 'nest_leave', 'use'],
    decisions: [
      ['nest_collect\\(\\): does it drop', ''],
      ['the count starts at 0', ''],
      ['where the object is made, height', ''],
      ['the functions are handed the_tree', ''],
    ],
    differing: true,
  },
  {
    // As it is, a countdown: both references are out when it is made, and nobody takes another.
    files: ['slip.c'],
    counter: 'slip.copies',
    taken: ['slip_tear'],
    ops: ['slip_tear', 'use'],
    decisions: [['the count starts at 2: whose are they', '']],
    differing: false,
  },
];
