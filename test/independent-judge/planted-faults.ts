import { RULES, type Rules } from './rules.ts';

/** The definitions with one of them wrong: each is a mistake that a judge has made, or could. */
export const PLANTED: readonly (readonly [name: string, rules: Rules])[] = [
  ['facts are one set for the program', { ...RULES, factKey: ({ what }) => what }],
  [
    'a fact is the same wherever its op touched the count',
    {
      ...RULES,
      factKey: ({ what, thread, index, holder }, classOf) =>
        `${what} ${classOf(thread)}.${index} ${holder === null ? '' : classOf(holder)}`,
    },
  ],
  [
    'a fact is the same whichever op it is of',
    {
      ...RULES,
      factKey: ({ what, boundary, holder }, classOf) =>
        `${what} ${boundary} ${holder === null ? '' : classOf(holder)}`,
    },
  ],
  [
    'a fact is the same whoever holds',
    {
      ...RULES,
      factKey: ({ what, thread, index, boundary }, classOf) =>
        `${what} ${classOf(thread)}.${index} ${boundary}`,
    },
  ],
  [
    'threads with the same ops are told apart',
    { ...RULES, factKey: (fact) => RULES.factKey(fact, (thread) => thread) },
  ],
  [
    'a situation is the same wherever the op touched the count',
    { ...RULES, situation: ({ thread, index }, _, classOf) => `${classOf(thread)}.${index}` },
  ],
  [
    'only what ops returned first is compared',
    { ...RULES, resultsKey: ({ results }) => JSON.stringify(results.map(([first]) => first)) },
  ],
  ['results are not compared', { ...RULES, resultsKey: () => '' }],
  ['an object that is left is one that is freed', { ...RULES, endOf: () => '' }],
  ['a run that never ends is none', { ...RULES, counts: ({ fact }) => fact?.what !== 'stuck' }],
  ['a broken run is none', { ...RULES, counts: ({ fact }) => !fact }],
  [
    'any warning excuses a leak',
    { ...RULES, isToldByWarning: (_, what, warnsAnew) => what === 'leak' && warnsAnew },
  ],
  ['no warning excuses a leak', { ...RULES, isToldByWarning: () => false }],
  [
    'a warning excuses any fact',
    { ...RULES, isToldByWarning: ({ isSaturated }, _, warnsAnew) => isSaturated && warnsAnew },
  ],
  [
    'one run that has warned is enough',
    { ...RULES, allHaveWarned: (runs, warnsAnew) => runs.some(warnsAnew) },
  ],
  ['whether it has warned does not matter', { ...RULES, allHaveWarned: () => false }],
  ['a miss is an alarm', { ...RULES, isPlainMiss: () => false }],
  [
    'a refused lookup is always a miss',
    { ...RULES, isPlainMiss: (role) => role === 'get' || role === 'enter' },
  ],
  ['what comes after a warning is told again', { ...RULES, tellsAfterWarning: true }],
  ['a repair is not told', { ...RULES, tellsLostFacts: false }],
  ['an outcome of known parts is not told', { ...RULES, tellsKnownParts: false }],
  [
    'a false alarm is graver than a miss',
    { ...RULES, gravity: ['breaks', 'false-alarm', 'misses', 'changes', 'protects'] },
  ],
  [
    'a repair is graver than a change',
    { ...RULES, gravity: ['breaks', 'misses', 'false-alarm', 'protects', 'changes'] },
  ],
];
