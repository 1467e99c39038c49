import type { Subject } from '../subject/subject.ts';
import type { Target } from './target.ts';

/** What is compared with what. */
export type Sides = Pick<Target, 'reference' | 'subject'>;

/** Both sides, the reference first; or the one that is a subject, as the ideal counter knows every op. */
export function subjectsOf({ reference, subject }: Sides): readonly Subject[] {
  return reference === 'ideal' ? [subject] : [reference, subject];
}

/**
 * Names that all sides have of something: ops, say, or states; in the order of the reference.
 * @param names of one side, an object with a key for each
 */
export function sharedNames(sides: Sides, names: (subject: Subject) => object): string[] {
  const [first, ...rest] = subjectsOf(sides).map(names);
  return Object.keys(first!).filter((name) => rest.every((other) => Object.hasOwn(other, name)));
}

/** The states of a scheme by their names; a counter has none. */
export function statesIn(subject: Subject): object {
  return subject.kind === 'scheme' ? subject.states : {};
}

/**
 * The saturation values of the sides that have one, each once. The subject's goes first because it is what is tested:
 * values to start from, and arguments, are meant to reach its boundaries.
 */
export function saturationsOf(subjects: readonly Subject[]): number[] {
  const values = subjects.flatMap(({ saturated }) => (saturated === undefined ? [] : [saturated]));
  return [...new Set(values.reverse())];
}

/**
 * How people are told which side is meant: by its name, and of two C sources without the folders that both lie in.
 *
 *     /home/me/peer/before.c, /home/me/peer/after.c    before.c, after.c
 *     old/peer.c, new/peer.c                           old/peer.c, new/peer.c
 */
export function sideNames({ reference, subject }: Sides): { reference: string; subject: string } {
  if (reference === 'ideal') return { reference: 'the ideal counter', subject: subject.name };
  const names = { reference: reference.name, subject: subject.name };
  const isPair = [reference, subject].every(({ name }) => name.endsWith('.c'));
  if (!isPair || names.reference === names.subject) return names;
  const [one, other] = [names.reference.split('/'), names.subject.split('/')];
  const common = one.findIndex((part, at) => part !== other[at]);
  return { reference: one.slice(common).join('/'), subject: other.slice(common).join('/') };
}
