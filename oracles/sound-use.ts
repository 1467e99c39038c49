import type { Counter } from '../targets/subject/subject.ts';
import type { Judgement, Kind } from './divergence.ts';
import type { OpEnd } from './execution.ts';
import { mayRefuse } from './holdings.ts';

/** What objections and refusals have no part in. */
const ALIKE: readonly Kind[] = ['conservation', 'sticky', 'lifetime', 'race', 'unordered-free'];

/**
 * Who is right where no order of indivisible ops gives what the subject gave, and its counter was in sound use.
 *
 * | kind                 | it objects, or refuses | it does not        |
 * |----------------------|------------------------|--------------------|
 * | warning              | false-alarm            | as under misuse    |
 * | result, value        | false-alarm            | breaks             |
 * | conservation, sticky | as under misuse        | as under misuse    |
 * | race, unordered-free | as under misuse        | as under misuse    |
 *
 * What a `read` saw is left to the windows that a counter documents: nobody frees anything for it.
 *
 * @param objects whether it warns, pins the word, or refuses, as the reference does not
 * @returns undefined where the use makes no difference
 */
export function judgementInSoundUse(op: string, kind: Kind, objects: boolean): Judgement | undefined {
  if (ALIKE.includes(kind)) return undefined;
  if (objects) return 'false-alarm';
  return kind === 'warning' || op === 'read' ? undefined : 'breaks';
}

/** Whether an op that ended so objected to its use: it warned, refused, or met or left a word that is pinned. */
export function objected(
  counter: Pick<Counter, 'saturated' | 'inSaturation'>,
  op: string,
  { result, warnings }: OpEnd,
  ...words: readonly number[]
): boolean {
  if (warnings.length > 0 || (mayRefuse(op) && result === false)) return true;
  return words.some((word) => word === counter.saturated || counter.inSaturation?.(word) === true);
}
