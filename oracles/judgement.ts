import type { Counter, Result } from '../targets/subject/subject.ts';
import type { Judgement } from './divergence.ts';
import { idealStep, readAs, representable } from './ideal.ts';

/** One op of one side, as it was seen on a word that held `old`. */
export interface OpSeen {
  readonly op: string;
  readonly a: number;
  readonly b: number;
  readonly old: number;
  readonly value: number;
  readonly result: Result;
  readonly warned: boolean;
}

/** How one side did, against the ideal counter. */
export interface Conduct {
  /** It warned, or pinned the word to its saturation value. */
  readonly objects: boolean;
  /** Its answer or its word differs from the ideal, or it went along with misuse, and it said nothing. */
  readonly wrong: boolean;
  /** Nobody could have gone along rightly: misuse, or a count that the word cannot hold. */
  readonly need: boolean;
}

/**
 * How one side did.
 *
 *     from 0x7fffffff    word          warned    objects   wrong   need
 *     atomic inc         0x80000000    no        no        yes     yes
 *     refcount inc       0xc0000000    yes       yes       no      yes
 *     from 1:
 *     refcount inc       2             no        no        no      no
 *
 * @throws Error when the ideal counter has no rule for the op
 */
export function conductOf(counter: Pick<Counter, 'reading' | 'saturated'>, seen: OpSeen): Conduct {
  const ideal = idealStep(seen.op, seen.a, seen.b, readAs(seen.old, counter.reading), counter.reading);
  const value = readAs(seen.value, counter.reading);
  // A `set` to the saturation value does what it was asked to, and objects to nothing.
  const pinned = seen.value === counter.saturated && value !== ideal.value;
  // An op that does not return has no say: a warning before it does not make up for it.
  const objects = (seen.warned || pinned) && typeof seen.result !== 'string';
  const answer = typeof seen.result === 'number' ? readAs(seen.result, counter.reading) : seen.result;
  const exact = answer === ideal.result && value === ideal.value;
  return {
    objects,
    wrong: !objects && (!exact || ideal.misuse),
    need: ideal.misuse || !representable(ideal.value, counter.reading),
  };
}

/**
 * Who is right, where reference and subject differ.
 *
 * | reference        | subject objects | subject wrong, silent | subject right |
 * |------------------|-----------------|-----------------------|---------------|
 * | wrong, silent    | protects        | misses                | protects      |
 * | right            | false-alarm     | breaks                | changes       |
 * | objects          | changes         | breaks                | changes       |
 * `wrong` implies silence, see `Conduct`: so the first line of the table needs no look at whether the reference
 * objects.
 */
export function judge(reference: Conduct, subject: Conduct): Judgement {
  if (reference.wrong) return subject.wrong ? 'misses' : 'protects';
  if (subject.wrong) return 'breaks';
  return subject.objects && !reference.objects ? 'false-alarm' : 'changes';
}

/**
 * The same with the ideal counter as the reference, which no subject can differ from by objecting where there
 * is need. @returns undefined when the subject did as well as a 32-bit word can
 */
export function judgeAgainstIdeal(subject: Conduct): Judgement | undefined {
  if (subject.wrong) return subject.need ? 'misses' : 'breaks';
  return subject.objects && !subject.need ? 'false-alarm' : undefined;
}
