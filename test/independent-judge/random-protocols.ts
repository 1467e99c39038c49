import {
  type Body,
  isAccess,
  type Op,
  type Program,
  type Protocol,
  type StartState,
  type Step,
} from './language.ts';
import type { Random } from './random.ts';
import { CHECKED, type Counting, PLAIN, SATURATED } from './refcount.ts';

/** What every protocol has of its own: a lock and a flag in the object, a flag beside it, and one that nobody reads. */
const OWN = [
  { name: 'oblock', isLock: true, isInObject: true },
  { name: 'obflag', isLock: false, isInObject: true },
  { name: 'flag', isLock: false, isInObject: false },
  { name: 'scratch', isLock: false, isInObject: false },
];

const GRANT: Step = { do: 'return', result: 'granted' };
const REFUSE: Step = { do: 'return', result: 'refused' };
const when = (value: number, yes: Body, no: Body = []): Step => ({
  do: 'if',
  is: '==',
  value,
  yes,
  no,
});
const unless = (value: number, yes: Body): Step => ({ do: 'if', is: '!=', value, yes, no: [] });
const load = (word: string): Step => ({ do: 'load', word });
const store = (word: string, value: number): Step => ({ do: 'store', word, value });
const lock = (name: string): Step => ({ do: 'lock', lock: name });
const unlock = (name: string): Step => ({ do: 'unlock', lock: name });
const FREE: Step = { do: 'free' };
const CALL_RCU: Step = { do: 'call_rcu' };
const USE: Step = { do: 'use' };

/** A sensible protocol, or one with some ops that are anything; before any edit. */
export function randomProtocol(random: Random): Protocol {
  const counting = random.once(4) ? CHECKED : PLAIN;
  const idle = random.below(2);
  const isOfReaders = random.once(6);
  const flag = random.one(['flag', 'obflag']);
  const guard = random.one(['lock', 'lock', 'mutex', 'oblock']);
  const parts: Parts = { random, counting, idle, flag, guard };
  const ops: Record<string, Op> = {
    get: isOfReaders
      ? { role: 'enter', body: enter(parts) }
      : { role: 'get', body: sometimesAny(random, get(parts)) },
    put: { role: 'put', body: isOfReaders ? [{ do: 'rcu_unlock' }] : sometimesAny(random, put(parts)) },
    use: { role: 'use', body: random.once(4) ? [load('count')] : [USE] },
    kill: { role: 'other', body: sometimesAny(random, kill(parts)) },
  };
  return {
    ops,
    states: statesOf(idle, isOfReaders),
    own: OWN,
    callback: callback(parts),
    bias: 0,
    saturated: counting === CHECKED ? SATURATED : undefined,
  };
}

function statesOf(idle: number, readers: boolean): Record<string, StartState> {
  const counted = (users: number) => idle + (readers ? 0 : users);
  return {
    idle: { count: idle, list: 1, holders: [], readers },
    one: { count: counted(1), list: 1, holders: [0], readers },
    two: { count: counted(2), list: 1, holders: [0, 1], readers },
    gone: { count: readers ? 0 : 1, list: 0, holders: [0], readers },
  };
}

/** What the ops of a protocol have in common. */
interface Parts {
  readonly random: Random;
  readonly counting: Counting;
  /** The count of an object that is linked and that nobody holds. */
  readonly idle: number;
  readonly flag: string;
  readonly guard: string;
}

function get({ random, counting, flag, guard }: Parts): Body {
  const tryIt = (found: Body, after: Body): Body => [
    ...counting.incNotZero,
    unless(0, [...found, GRANT]),
    ...after,
    REFUSE,
  ];
  const leave: Step = { do: 'rcu_unlock' };
  return random.one<() => Body>([
    () => [{ do: 'rcu_lock' }, load('list'), when(1, tryIt([leave], [leave])), leave, REFUSE],
    () => [
      lock(guard),
      load('list'),
      when(1, [...counting.inc, unlock(guard), GRANT]),
      unlock(guard),
      REFUSE,
    ],
    () => [load(flag), when(0, [...counting.inc, GRANT]), REFUSE],
    () => tryIt([], []),
    () => [lock(guard), load(flag), when(0, [...counting.inc, unlock(guard), GRANT]), unlock(guard), REFUSE],
    () => [load('list'), when(1, tryIt([], [])), REFUSE],
  ])();
}

function enter({ guard, random }: Parts): Body {
  const leave: Step = { do: 'rcu_unlock' };
  return random.once(2)
    ? [{ do: 'rcu_lock' }, load('list'), when(1, [GRANT]), leave, REFUSE]
    : [{ do: 'rcu_lock' }, lock(guard), load('list'), unlock(guard), when(1, [GRANT]), leave, REFUSE];
}

function put({ random, counting, flag, guard }: Parts): Body {
  const dispose = random.one([FREE, CALL_RCU]);
  return random.one<() => Body>([
    () => [...counting.decAndTest, when(1, [dispose])],
    () => counting.dec,
    () => [...counting.decAndTest, when(1, [store('list', 0), dispose])],
    () => [
      lock(guard),
      ...counting.decAndTest,
      when(1, [store('list', 0), unlock(guard), dispose], [unlock(guard)]),
    ],
    () => [...counting.decAndTest, when(1, [store(flag, 1)])],
    () => [USE, ...counting.decAndTest, when(1, [dispose])],
    () => [CALL_RCU],
  ])();
}

function kill({ random, counting, idle, flag, guard }: Parts): Body {
  const dispose = random.one([FREE, CALL_RCU, CALL_RCU]);
  return random.one<() => Body>([
    () => [
      lock(guard),
      load('list'),
      when(1, [
        { do: 'cas', word: 'count', from: idle, to: idle - 1 },
        when(idle, [store('list', 0), dispose, unlock(guard), GRANT]),
      ]),
      unlock(guard),
      REFUSE,
    ],
    () => [{ do: 'exchange', word: 'list', value: 0 }, when(1, [...counting.decAndTest, when(1, [dispose])])],
    () => [store(flag, 1), ...counting.decAndTest, when(1, [store('list', 0), dispose])],
    () => [{ do: 'await', word: flag, value: 1 }, store('list', 0), dispose],
    () => [lock(guard), store('list', 0), unlock(guard), load('count'), when(idle, [dispose, GRANT]), REFUSE],
    () => [load('count'), when(idle, [store('list', 0), dispose, GRANT]), REFUSE],
  ])();
}

function callback({ random, counting }: Parts): Body {
  return random.one<Body>([
    [FREE],
    [FREE],
    [FREE],
    [...counting.decAndTest, when(1, [FREE])],
    [USE, FREE],
    [store('list', 0), FREE],
    [lock('lock'), FREE, unlock('lock')],
  ]);
}

function sometimesAny(random: Random, body: Body): Body {
  return random.once(10) ? anyBody(random, 3 + random.below(3)) : body;
}

/** Accesses without a plan. */
function anyBody(random: Random, accesses: number): Body {
  const body: Step[] = [];
  for (let at = 0; at < accesses; at++) {
    const step = anyAccess(random);
    body.push(step);
    if (!random.once(3) || !('word' in step)) continue;
    const inner = Array.from({ length: 1 + random.below(2) }, () => anyInner(random));
    body.push({
      do: 'if',
      is: random.one(['==', '!=', '<', '>']),
      value: random.below(3),
      yes: inner,
      no: [],
    });
  }
  body.push({ do: 'return', result: random.one(['granted', 'refused', 'void']) });
  return body;
}

function anyInner(random: Random): Step {
  return random.once(3)
    ? { do: 'return', result: random.one(['granted', 'refused', 'void']) }
    : anyAccess(random);
}

/** Any access. Locks are taken and given back by their own: an edit that leaves one held is wanted too. */
export function anyAccess(random: Random): Step {
  const word = random.one(['count', 'count', 'list', 'flag', 'obflag']);
  return random.one<() => Step>([
    () => load(word),
    () => load(word),
    () => store(word, random.below(word === 'list' ? 3 : 2)),
    () => ({ do: 'add', word: 'count', value: random.one([1, -1]) }),
    () => ({ do: 'exchange', word, value: random.below(2) }),
    () => ({ do: 'cas', word, from: random.below(2), to: random.below(2) }),
    () => ({ do: 'add_unless', word: 'count', value: random.one([1, -1]), unless: random.below(2) }),
    () => lock(random.one(['lock', 'oblock'])),
    () => unlock(random.one(['lock', 'oblock'])),
    () => random.one<Step>([{ do: 'rcu_lock' }, { do: 'rcu_unlock' }]),
    () => CALL_RCU,
    () => USE,
    () => FREE,
  ])();
}

/** A program of one to three threads, with at most four ops. @param ops with more of those that matter more */
export function randomProgram(random: Random, { states }: Protocol, ops: readonly string[]): Program {
  const shape = random.one([[1], [2], [1, 1], [1, 1], [1, 2], [2, 1], [2, 2], [2, 2], [1, 1, 1]]);
  const threads = shape.map((length) => Array.from({ length }, () => random.one(ops)));
  // Threads that are alike, now and then.
  if (random.once(5)) threads.fill(threads[0]!);
  return { start: random.one(Object.keys(states)), threads };
}

/** Whether refuzz takes it: every op begins with an access. */
export function isWellFormed(protocol: Protocol): boolean {
  return Object.values(protocol.ops).every(({ body }) => body[0] !== undefined && isAccess(body[0]));
}
