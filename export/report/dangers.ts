import type { Case } from '../../fuzz/case/case.ts';
import type { Cause } from '../../fuzz/cause/cause.ts';
import { contains } from '../../fuzz/cause/intervals.ts';
import type { Way } from '../../fuzz/cause/ways.ts';
import type { ComparedFact, FactName } from '../../oracles/lifetime.ts';
import { INT_MAX } from '../../targets/subject/values.ts';

/** Sentences are for people: the fourth is not read. */
const MOST = 3;

const GETS = {
  max: 'Somebody who leaks references can count up to INT_MAX. One more wraps the count; from there it comes back to 0 while the object is held by many, and it is freed under them. Exploits of leaked references do this.',
  zero: 'A count of 0 says that the object is about to be freed. Whoever takes a reference there uses freed memory.',
  negative:
    'A count below 0 is what an overflow or a put too many has left. Whoever counts on from it brings it back to 0, and the object is freed once more.',
} as const;
const PUTS = {
  last: 'From 1, a put that does not ask whether it was the last leaves 0 and frees nothing: the object leaks, or is found with a count of 0.',
  none: 'At 0 or below there is no reference left to put: somebody put twice. With the count below 0 the next gets and puts end at 0 again, and the object is freed while it is used.',
} as const;

const FACTS: Readonly<Record<FactName | ComparedFact, string>> = {
  stays: 'The object is not freed where it was: unless somebody finds it again and puts it, it leaks.',
  goes: 'The object is freed where it was left: whoever counts on finding it again does not.',
  'use-after-free': 'Freed memory is read or written: what lies there by then belongs to somebody else.',
  'double-free': 'The object is freed twice, and the allocator hands its memory to two owners.',
  'freed-while-held': 'The object is freed while somebody still holds it, and will use it.',
  resurrection: 'A reference is taken of an object that is being freed.',
  leak: 'The object is never freed: memory runs out, the sooner the easier somebody can repeat it.',
  stuck: 'A thread waits for something that never happens.',
  crash: 'The code stops the machine, or runs into a trap.',
  'memory-error': 'Memory is touched that is not of the object: whatever lies there is damaged or told.',
  'count-too-low':
    'The count says less than is held: when all but one have put, the object is freed under the last.',
  'count-too-high': 'The count says more than is held: the last put does not free, and the object leaks.',
  'used-while-stopped': 'A device or a service is used that does not run.',
  'started-twice': 'What runs is started once more, and its state is lost.',
  'stopped-twice': 'What does not run is stopped once more.',
  'stopped-while-held': 'A device or a service is stopped while somebody still holds it, and will use it.',
  'left-running':
    'Nobody uses it any more, and it is never stopped: it costs power, or keeps a module from being unloaded.',
  'unordered-free':
    'Another processor may still be at work on the object when its memory goes: its last accesses are not ordered before the free.',
  race: 'Two processors are at work on the same data at once, and one of them writes: what either makes of it is anybody’s guess.',
  unbalanced: 'References are lost or invented: sooner or later the object leaks, or is freed too early.',
};

/**
 * What comes of it when nobody objects, for a reader who does not know why a counter is checked at all.
 *
 * @param seen the case that is shown, for what befell the object in it
 */
export function dangersOf(cause: Cause | undefined, seen: Case | undefined): string[] {
  const { subject, reference } = seen?.expect ?? {};
  // What a count means is up to the scheme: 0 may be an object that is idle, and alive.
  const told = subject?.facts
    ? [...subject.facts, ...(reference?.facts ?? [])].map((fact) => FACTS[fact as FactName | ComparedFact])
    : (cause?.ways ?? []).flatMap(ofWay);
  return [...new Set(told)].slice(0, MOST);
}

/** The count goes up or down, and where it starts from says what that leads to. */
function ofWay(way: Way): string[] {
  const holds = (value: number) => contains(way, value);
  const hasNegative = way.low < 0 || way.low > way.high;
  if (goes(way, '+', /saturated|addition|increment|overflow/))
    return [
      ...(holds(INT_MAX) ? [GETS.max] : []),
      ...(holds(0) ? [GETS.zero] : []),
      ...(hasNegative && !holds(INT_MAX) ? [GETS.negative] : []),
    ];
  if (!goes(way, '-', /underflow|decrement/)) return [];
  return [...(holds(1) ? [PUTS.last] : []), ...(holds(0) || hasNegative ? [PUTS.none] : [])];
}

function goes({ base, subject }: Way, sign: '+' | '-', warning: RegExp): boolean {
  const moves = [base, subject].map(({ left }) => /^old([+-])/.exec(left)?.[1]).filter((move) => move);
  if (moves.length > 0) return moves.includes(sign);
  return [...base.warnings, ...subject.warnings].some((text) => warning.test(text));
}
