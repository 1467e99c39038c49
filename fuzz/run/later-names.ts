import type { LaterKind } from '../../targets/subject/later.ts';
import type { Subject } from '../../targets/subject/subject.ts';
import { Access } from './access.ts';
import { calledBy } from './recorded-later.ts';
import type { TransitionTrees } from './transition-trees.ts';

/** The name of the callback of a scheme that has but one. */
const CALLBACK = 'callback';

/** What a function is called that runs later, by its number: as the source has it, or `callback` where there is but one. */
export function laterName(subject: Subject, which: number): string {
  return (subject.kind === 'scheme' && subject.time?.later?.[which]?.name) || CALLBACK;
}

/** The name of what a call stands for that is none of the program: `callback`, or `timer expire`. @param call below 0 */
export function laterCallName(subject: Subject, call: number): string {
  const later = subject.kind === 'scheme' ? subject.time?.later?.[-1 - call] : undefined;
  return later ? `${KINDS[later.kind]} ${later.name}` : CALLBACK;
}

/** The heading of the thread in which it runs. @param which its number */
export function laterThreadName(subject: Subject, which: number): string {
  const later = subject.kind === 'scheme' ? subject.time?.later : undefined;
  return later && later.length > 0 ? laterCallName(subject, -1 - which) : 'RCU';
}

/** As headings of tables have them, in front of the name. */
const KINDS: Readonly<Record<LaterKind, string>> = {
  rcu: 'RCU callback',
  work: 'work',
  timer: 'timer',
  reuse: 'next owner',
};

/** The function that an access queues, arms, cancels or waits for; undefined where the scheme has but one callback, or none is meant. */
export function laterNameAt({ subject, kind, a, b }: TransitionTrees, node: number): string | undefined {
  if (subject.kind !== 'scheme' || subject.time?.later === undefined) return undefined;
  const of = kind[node]!;
  if (of === Access.RCU_CALL) return subject.time.later[calledBy(b[node]!).which]?.name;
  return of >= Access.LATER_ARM && of <= Access.FLUSH_BEGIN ? subject.time.later[a[node]!]?.name : undefined;
}
