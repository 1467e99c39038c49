import { InputError } from '../../targets/subject/input-error.ts';
import type { RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Scheme, SchemeOp, SchemeState } from '../../targets/subject/subject.ts';
import { baseOnSubject, featuresOfBoth, namesInSubject, seenThrough, wordsOfBoth } from './biased-view.ts';
import { laterOf, timeOfBoth, withNumbers } from './time-of-both.ts';
import { pairsOfBoth } from './wide-view.ts';

/** The RCU callback among the ops that can be replaced. */
export const CALLBACK_OP = 'callback';
/** The counts from which programs start, likewise: a state that forgets the bias is a defect as well. */
export const STATES_OP = 'states';

type Side = 'subject' | 'base';

/**
 * A scheme whose ops run as another scheme's where that is asked for. These see the count through the bias, and the words
 * that both sides have by name. Lists and holders of the states are the subject's.
 *
 *     inet-peer-naive, lookup as in inet-peer     idle: lookup is granted at 0
 *                      put as in inet-peer        one: put counts to 0 and does not saturate
 *
 * @param ops those that run as in `base`: also CALLBACK_OP for what RCU calls back, whichever side's op has queued it, and
 *   STATES_OP for the counts of the states
 * @param queuing the sides of which an op queues a callback. One that never does has none, and takes the other's
 */
export function hybridScheme(
  subject: Scheme,
  base: Scheme,
  ops: ReadonlySet<string>,
  queuing: ReadonlySet<Side>,
): Scheme {
  refuseOtherWidths(subject, base);
  const map = baseOnSubject(subject, base);
  const { time, numbers } = timeOfBoth(subject, base);
  const ownWords = subject.words?.length ?? 0;
  const queued = new Set(queuing);
  // Whose op was run last: only that one can say where it stands.
  let running = subject;
  const as = <R>(side: Side, run: (object: RcuObject, a: number, b: number) => R) => {
    return (object: RcuObject, a = 0, b = 0): R => {
      running = side === 'base' ? base : subject;
      const call: RcuObject['rcu']['call'] = (...given) => {
        queued.add(side);
        object.rcu.call(...given);
      };
      const noted = { ...object, rcu: { ...object.rcu, call } };
      if (side === 'base') return run(seenThrough(time ? withNumbers(noted, numbers) : noted, map), a, b);
      const own = {
        words: object.words.slice(0, ownWords),
        locks: object.locks.slice(0, ownWords),
        wide: object.wide.slice(0, ownWords + 1),
        pairs: object.pairs.slice(0, subject.pairs?.length ?? 0),
      };
      return run({ ...noted, ...own }, a, b);
    };
  };
  const mixed = Object.entries(subject.ops).map(([name, op]): [string, SchemeOp] => {
    const there = base.ops[name];
    if (!ops.has(name) || !there) return [name, { ...op, run: as('subject', op.run) }];
    return [name, { ...there, run: as('base', there.run) }];
  });
  const callback = (side: Side, which: number) =>
    as(side, (object) => (side === 'base' ? base : subject).callback(object, which));
  const callbacks = { subject: callback('subject', 0), base: callback('base', 0) };
  const [chosen, other]: [Side, Side] = ops.has(CALLBACK_OP) ? ['base', 'subject'] : ['subject', 'base'];
  // Several functions go together: the base's run in place of the subject's where it has one of that name.
  const ofTime = (object: RcuObject, which: number) => {
    const there = numbers.indexOf(which);
    const isBase = which >= laterOf(subject).length || (ops.has(CALLBACK_OP) && there >= 0);
    return isBase ? callback('base', there)(object) : callback('subject', which)(object);
  };
  const { compiled: _, ...rest } = subject;
  return {
    ...rest,
    name: `${subject.name} with ${[...ops].join(', ')} of ${base.name}`,
    words: wordsOfBoth(subject, base),
    ...(base.hasSequences && { hasSequences: true as const }),
    ...((subject.pairs || base.pairs) && { pairs: pairsOfBoth(subject, base, map.places) }),
    ...featuresOfBoth(subject, base),
    ops: Object.fromEntries(mixed),
    states: statesOfBoth(subject, base, ops.has(STATES_OP)),
    ...(time && { time }),
    callback: (object, which) =>
      time
        ? ofTime(object, which)
        : callbacks[queued.has(chosen) || !queued.has(other) ? chosen : other](object),
    continuation: () => running.continuation?.(),
  };
}

/**
 * Ops that take a word for one of 32 bits cannot run on one of 64: what they read would be a half, or a number of its trees.
 * Then nothing is said of which ops are to blame, as where they do not fit for other reasons.
 */
function refuseOtherWidths(subject: Scheme, base: Scheme): void {
  const names = namesInSubject(subject, base);
  const differs = (subject.words ?? []).some(({ name, isWide }) => {
    const there = base.words?.[names.indexOf(name)];
    return there !== undefined && there.isWide !== isWide;
  });
  if (differs || subject.isCountWide !== base.isCountWide)
    throw new InputError(subject.name, `has words of other widths than ${base.name}`);
}

/** The subject's, with what the words hold that only the base has. @param counts whether counts are the base's, and the bias */
function statesOfBoth(subject: Scheme, base: Scheme, counts: boolean): Scheme['states'] {
  const words = wordsOfBoth(subject, base);
  const inBase = (base.words ?? []).map(({ name }) => name);
  const mixed = Object.entries(subject.states).map(([name, state]): [string, SchemeState] => {
    const there = base.states[name];
    const ownWords = subject.words?.length ?? 0;
    const mine = (at: number, own?: readonly number[], theirs?: readonly number[], first = 0) =>
      at < ownWords ? own?.[at + first] : theirs?.[inBase.indexOf(words[at]!.name) + first];
    const values = words.map((_, at) => mine(at, state.words, there?.words) ?? 0);
    const upper = words.map((_, at) => mine(at, state.upper, there?.upper, 1) ?? 0);
    const hasUpper = state.upper ?? there?.upper;
    const count = counts && there ? (there.count - base.bias + subject.bias) | 0 : state.count;
    return [
      name,
      {
        ...state,
        count,
        words: values,
        ...(hasUpper && { upper: [(counts ? (there ?? state) : state).upper?.[0] ?? 0, ...upper] }),
      },
    ];
  });
  return Object.fromEntries(mixed);
}

/**
 * Whether a state has another count than the base's with the bias, and all else is the same: if it has other holders or
 * readers, the two protocols count different things, and that is no defect of the state.
 */
export function isMiscounted(subject: Scheme, base: Scheme, name: string): boolean {
  const [state, there] = [subject.states[name], base.states[name]];
  if (!state || !there || state.count - subject.bias === there.count - base.bias) return false;
  const restOf = ({ list, noted = false, holders, holds = [], readers = false }: SchemeState) =>
    JSON.stringify([list, noted, [...holders].sort(), holds, readers]);
  return restOf(state) === restOf(there);
}
