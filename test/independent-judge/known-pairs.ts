import type { Body, Op, Program, Protocol, Step } from './language.ts';
import { CHECKED, PLAIN, SATURATED } from './refcount.ts';

const when = (value: number, yes: Body): Step => ({ do: 'if', is: '==', value, yes, no: [] });
const lock = (name: string): Step => ({ do: 'lock', lock: name });
const unlock = (name: string): Step => ({ do: 'unlock', lock: name });
const FREE: Step = { do: 'free' };
const USE: Step = { do: 'use' };
const CALL_RCU: Step = { do: 'call_rcu' };
const GRANT: Step = { do: 'return', result: 'granted' };
const REFUSE: Step = { do: 'return', result: 'refused' };

const get = (body: Body): Op => ({ role: 'get', body });
const put = (body: Body): Op => ({ role: 'put', body });
const other = (body: Body): Op => ({ role: 'other', body });

const PUT = put([...PLAIN.decAndTest, when(1, [FREE])]);
const GET = get([...PLAIN.inc, GRANT]);

/** Looks at the object if it is linked, inside an RCU section or not. */
const peek = (inSection: boolean) =>
  other([
    ...(inSection ? [{ do: 'rcu_lock' } as const] : []),
    { do: 'load', word: 'list' },
    when(1, [{ do: 'load', word: 'count' }]),
    ...(inSection ? [{ do: 'rcu_unlock' } as const] : []),
  ]);

const KILL = other([{ do: 'store', word: 'list', value: 0 }, CALL_RCU]);

/** A protocol whose object starts out linked, or with two holders. */
function protocol(ops: Record<string, Op>, more: Partial<Protocol> = {}): Protocol {
  return {
    ops,
    states: {
      idle: { count: 0, list: 1, holders: [], readers: false },
      two: { count: 2, list: 0, holders: [0, 1], readers: false },
      last: { count: 1, list: 0, holders: [0], readers: false },
      alone: { count: 1, list: 1, holders: [], readers: false },
    },
    own: [{ name: 'flag', isLock: false, isInObject: false }],
    callback: [FREE],
    bias: 0,
    saturated: undefined,
    ...more,
  };
}

/** A pair with one program, and what the definitions say of it. */
export interface KnownPair {
  readonly what: string;
  readonly before: Protocol;
  readonly after: Protocol;
  readonly program: Program;
  /** As `wordOf` has it. */
  readonly verdict: string;
  readonly divergences: readonly string[];
}

const PAIRS: readonly (readonly [
  what: string,
  before: Record<string, Op>,
  after: Record<string, Op>,
  start: string,
  threads: string[][],
  verdict: string,
  divergences: string[],
])[] = [
  ['the same twice', { put: PUT }, { put: PUT }, 'two', [['put'], ['put']], 'equivalent', []],
  [
    'a store behind the effect that nobody reads',
    { put: PUT },
    { put: put([...PUT.body, { do: 'store', word: 'flag', value: 1 }]) },
    'two',
    [['put'], ['put']],
    'equivalent',
    [],
  ],
  [
    'a use behind the last put, where there was none',
    { put: PUT },
    { put: put([...PUT.body, USE]) },
    'last',
    [['put']],
    'breaks',
    ['put-zero-lifetime-breaks'],
  ],
  [
    'another use after free beside one that was there: put is clean at 2 → 1 in other runs',
    { put: PUT, peek: other([USE]) },
    { put: put([...PUT.body, USE]), peek: other([USE]) },
    'two',
    [['put'], ['put'], ['peek']],
    'breaks',
    ['put-interior-lifetime-breaks', 'put-zero-lifetime-breaks'],
  ],
  [
    'a put that no longer frees',
    { put: PUT },
    { put: put(PLAIN.dec) },
    'last',
    [['put']],
    'breaks',
    ['put-zero-lifetime-breaks'],
  ],
  [
    'and that frees again',
    { put: put(PLAIN.dec) },
    { put: PUT },
    'last',
    [['put']],
    'protects',
    ['put-zero-lifetime-protects'],
  ],
  [
    'two locks the other way round',
    {
      a: other([lock('lock'), lock('mutex'), unlock('mutex'), unlock('lock')]),
      b: other([lock('lock'), unlock('lock')]),
    },
    {
      a: other([lock('lock'), lock('mutex'), unlock('mutex'), unlock('lock')]),
      b: other([lock('mutex'), lock('lock'), unlock('lock'), unlock('mutex')]),
    },
    'idle',
    [['a'], ['b']],
    'breaks',
    ['a-zero-lifetime-breaks'],
  ],
  [
    'a wait that nobody ends any more',
    {
      a: other([{ do: 'store', word: 'flag', value: 1 }]),
      b: other([{ do: 'await', word: 'flag', value: 1 }]),
    },
    {
      a: other([{ do: 'store', word: 'flag', value: 0 }]),
      b: other([{ do: 'await', word: 'flag', value: 1 }]),
    },
    'idle',
    [['a'], ['b']],
    'breaks',
    ['b-zero-lifetime-breaks'],
  ],
  [
    'an idle count of 0 that refcount_t takes for dead',
    { get: GET },
    { get: get([...CHECKED.inc, GRANT]) },
    'idle',
    [['get']],
    'false-alarm',
    ['get-zero-warning-false-alarm'],
  ],
  [
    'a lookup that refuses what was granted',
    { get: GET },
    { get: get([...PLAIN.incNotZero, when(0, [REFUSE]), GRANT]) },
    'idle',
    [['get']],
    'false-alarm',
    ['get-zero-result-false-alarm'],
  ],
  [
    'a warning where the original leaks every time, told with the leak',
    { put: put(PLAIN.dec) },
    { put: put(CHECKED.dec) },
    'last',
    [['put']],
    'protects',
    ['put-zero-warning-protects'],
  ],
  [
    'a grace period left out: who looked before is still there',
    {
      get: get([{ do: 'rcu_lock' }, { do: 'load', word: 'list' }, when(1, [USE]), { do: 'rcu_unlock' }]),
      kill: other([{ do: 'store', word: 'list', value: 0 }, CALL_RCU]),
    },
    {
      get: get([{ do: 'rcu_lock' }, { do: 'load', word: 'list' }, when(1, [USE]), { do: 'rcu_unlock' }]),
      kill: other([{ do: 'store', word: 'list', value: 0 }, FREE]),
    },
    'idle',
    [['get'], ['kill']],
    'breaks',
    ['get-zero-lifetime-breaks'],
  ],
  [
    'a callback waits for who was in a section before it was queued, and for nobody else',
    { peek: peek(true), kill: KILL },
    { peek: peek(false), kill: KILL },
    'idle',
    [['peek'], ['kill']],
    'breaks',
    ['peek-zero-lifetime-breaks'],
  ],
  [
    'a lookup that is granted while the free is pending resurrects nothing',
    { get: GET, put: put([CALL_RCU]) },
    { get: GET, put: put([CALL_RCU]) },
    'last',
    [['put'], ['get']],
    'equivalent',
    [],
  ],
  [
    'a lock that is not given back',
    { a: other([lock('lock'), unlock('lock')]) },
    { a: other([lock('lock')]) },
    'idle',
    [['a']],
    'breaks',
    ['a-zero-lifetime-breaks'],
  ],
  [
    'a miss where the reference is always faulty, and a false alarm where it is not',
    {
      a: other([{ do: 'load', word: 'count' }, when(0, [FREE, USE])]),
      b: other(PLAIN.dec),
    },
    {
      a: other([
        { do: 'load', word: 'count' },
        when(0, [FREE, FREE]),
        when(1, [{ do: 'warn', text: 'beware' }]),
      ]),
      b: other(PLAIN.dec),
    },
    'alone',
    [['a'], ['b']],
    'misses',
    ['a-interior-warning-false-alarm', 'a-zero-lifetime-misses'],
  ],
  [
    'a double free instead of a use after free, with a warning in some runs only',
    {
      a: other([{ do: 'load', word: 'count' }, { do: 'load', word: 'flag' }, FREE, USE]),
      b: other([{ do: 'store', word: 'flag', value: 1 }]),
    },
    {
      a: other([
        { do: 'load', word: 'count' },
        { do: 'load', word: 'flag' },
        when(1, [{ do: 'warn', text: 'beware' }]),
        FREE,
        FREE,
      ]),
      b: other([{ do: 'store', word: 'flag', value: 1 }]),
    },
    'alone',
    [['a'], ['b']],
    'misses',
    ['a-interior-lifetime-misses', 'a-interior-warning-protects'],
  ],
];

/** Pairs that can be followed by hand. */
export const KNOWN_PAIRS: readonly KnownPair[] = PAIRS.map(
  ([what, before, after, start, threads, verdict, divergences]) => ({
    what,
    before: protocol(before),
    after: protocol(after, { saturated: SATURATED }),
    program: { start, threads },
    verdict,
    divergences,
  }),
);
