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
 * What `SATURATED` means for a target: the subject's own value, else the reference's. The subject goes first because it
 * is what is tested: the values to start from are meant to reach its boundaries.
 */
export function saturationOf(sides: Sides): number | undefined {
  return subjectsOf(sides).findLast(({ saturated }) => saturated !== undefined)?.saturated;
}
