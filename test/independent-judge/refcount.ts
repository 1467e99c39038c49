import type { Body } from './language.ts';

// What counters do at each place of a protocol, plain and as refcount_t does it: change first, check afterwards, and pin
// a broken count. `r` is what was found in every case.

/** The value that a broken count is pinned to. */
export const SATURATED = -0x40000000;

const pin = (text: string): Body => [
  { do: 'store', word: 'count', value: SATURATED },
  { do: 'warn', text },
];

/** How a protocol counts. */
export interface Counting {
  readonly inc: Body;
  /** `r` is 0 where it was refused. */
  readonly incNotZero: Body;
  /** Of a reference that is not the last. */
  readonly dec: Body;
  /** `r` is 1 where it was the last. */
  readonly decAndTest: Body;
}

export const PLAIN: Counting = {
  inc: [{ do: 'add', word: 'count', value: 1 }],
  incNotZero: [{ do: 'add_unless', word: 'count', value: 1, unless: 0 }],
  dec: [{ do: 'add', word: 'count', value: -1 }],
  decAndTest: [{ do: 'add', word: 'count', value: -1 }],
};

export const CHECKED: Counting = {
  inc: [
    ...PLAIN.inc,
    {
      do: 'if',
      is: '==',
      value: 0,
      yes: pin('addition on 0'),
      no: [{ do: 'if', is: '<', value: 0, yes: pin('saturated'), no: [] }],
    },
  ],
  incNotZero: [...PLAIN.incNotZero, { do: 'if', is: '<', value: 0, yes: pin('saturated'), no: [] }],
  dec: [...PLAIN.dec, { do: 'if', is: '<', value: 2, yes: pin('decrement hit 0'), no: [] }],
  decAndTest: [...PLAIN.decAndTest, { do: 'if', is: '<', value: 1, yes: pin('underflow'), no: [] }],
};
