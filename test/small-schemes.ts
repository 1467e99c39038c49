import type { RcuObject } from '../targets/subject/rcu-object.ts';
import type { Scheme, SchemeOp, SchemeState } from '../targets/subject/subject.ts';
import type { Target } from '../targets/target/target.ts';

/** The put of the sound protocol: who brings the count to 0 frees. */
export function put(object: RcuObject): 'void' {
  if (object.count.fetchSub(1) === 1) object.free();
  return 'void';
}

/** Takes the object out of the structure, and drops the structure's reference. */
function unlink(object: RcuObject): 'granted' | 'void' {
  object.lock.acquire();
  const isLinked = object.list.load() === 1;
  if (isLinked) object.list.store(0);
  object.lock.release();
  if (!isLinked) return 'void';
  put(object);
  return 'granted';
}

function get(object: RcuObject): 'granted' | 'refused' {
  object.lock.acquire();
  const isLinked = object.list.load() === 1;
  if (isLinked) object.count.fetchAdd(1);
  object.lock.release();
  return isLinked ? 'granted' : 'refused';
}

const OPS: Scheme['ops'] = {
  get: { role: 'get', run: get },
  put: { role: 'put', run: put },
  use: {
    role: 'use',
    run: (object) => {
      object.use();
      return 'void';
    },
  },
  unlink: { role: 'other', run: unlink },
};

const STATES: Readonly<Record<string, SchemeState>> = {
  idle: { count: 1, list: 1, holders: [] },
  one: { count: 2, list: 1, holders: [0] },
};

/**
 * A sound protocol of a few accesses, with some of its parts exchanged: the structure holds one reference, and whoever drops
 * the last one frees.
 */
export function smallScheme(
  changes: {
    readonly name?: string;
    readonly ops?: Readonly<Record<string, Partial<SchemeOp>>>;
    readonly states?: Readonly<Record<string, SchemeState>>;
    readonly callback?: Scheme['callback'];
  } = {},
): Scheme {
  const { name = 'small', ops = {}, states = STATES, callback = () => {} } = changes;
  const all = { ...OPS };
  for (const [op, change] of Object.entries(ops))
    all[op] = { ...(OPS[op] ?? { role: 'other', run: () => 'void' }), ...change } as SchemeOp;
  return { kind: 'scheme', name, ops: all, states, callback, bias: 0, about: 'for a test' };
}

/** A target of one scheme, or of two. */
export function smallTarget(subject: Scheme, reference: Scheme = subject): Target {
  return {
    name: 'small',
    about: 'for a test',
    reference,
    subject,
    threads: 3,
    ops: Object.keys(subject.ops),
    initial: Object.keys(subject.states),
    arguments: [],
    oracles: ['lifetime'],
  };
}
