import type { RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Scheme, SchemeOp, SchemeState } from '../../targets/subject/subject.ts';
import { baseOnSubject, seenThrough, wordsOfBoth } from './biased-view.ts';

/** The RCU callback among the ops that can be replaced. */
export const CALLBACK_OP = 'callback';

/**
 * A scheme whose ops run as another scheme's where that is asked for. These see the count through the bias, and the words
 * that both sides have by name. Counts, lists and holders of the states are the subject's.
 *
 *     inet-peer-naive, lookup as in inet-peer     idle: lookup is granted at 0
 *                      put as in inet-peer        one: put counts to 0 and does not saturate
 *
 * @param ops those that run as in `base`; CALLBACK_OP among them for what RCU calls back, which runs as one side has it,
 *   whichever side's op has queued it
 */
export function hybridScheme(subject: Scheme, base: Scheme, ops: ReadonlySet<string>): Scheme {
  const map = baseOnSubject(subject, base);
  // Whose op was run last: only that one can say where it stands.
  let running = subject;
  const own = <R>(run: (object: RcuObject) => R) => {
    return (object: RcuObject): R => {
      running = subject;
      const count = subject.words?.length ?? 0;
      return run({ ...object, words: object.words.slice(0, count), locks: object.locks.slice(0, count) });
    };
  };
  const others = <R>(run: (object: RcuObject) => R) => {
    return (object: RcuObject): R => {
      running = base;
      return run(seenThrough(object, map));
    };
  };
  const mixed = Object.entries(subject.ops).map(([name, op]): [string, SchemeOp] => {
    const there = base.ops[name];
    if (!ops.has(name) || !there) return [name, { role: op.role, run: own((object) => op.run(object)) }];
    return [name, { role: there.role, run: others((object) => there.run(object)) }];
  });
  const { compiled: _, ...rest } = subject;
  return {
    ...rest,
    name: `${subject.name} with ${[...ops].join(', ')} of ${base.name}`,
    words: wordsOfBoth(subject, base),
    ops: Object.fromEntries(mixed),
    states: statesOfBoth(subject, base),
    callback: ops.has(CALLBACK_OP)
      ? others((object) => base.callback(object))
      : own((object) => subject.callback(object)),
    continuation: () => running.continuation?.(),
  };
}

/** The subject's, with what the words hold that only the base has. */
function statesOfBoth(subject: Scheme, base: Scheme): Scheme['states'] {
  const words = wordsOfBoth(subject, base);
  const inBase = (base.words ?? []).map(({ name }) => name);
  const mixed = Object.entries(subject.states).map(([name, state]): [string, SchemeState] => {
    const there = base.states[name]?.words ?? [];
    const values = words.map((word, at) => {
      if (at < (subject.words?.length ?? 0)) return state.words?.[at] ?? 0;
      return there[inBase.indexOf(word.name)] ?? 0;
    });
    return [name, { ...state, words: values }];
  });
  return Object.fromEntries(mixed);
}
