import type { Discipline } from '../../oracles/holdings.ts';
import type { InputError } from '../subject/input-error.ts';
import { parseValue } from '../subject/values.ts';
import { describe, unknownName } from './checked-yaml.ts';
import { type Sides, saturationsOf, sharedNames, statesIn, subjectsOf } from './sides.ts';

/** The error for what stands at a place of a list. */
type ErrorAt = (index: number, text: string) => InputError;

/**
 * Reads a list of 32-bit values: numbers, or texts as `INT_MAX-1`. `SATURATED` is the saturation value of each side. Those
 * that two spellings name (`-1` and `SATURATED`, say) are taken once.
 *
 * @throws InputError, by `errorAt`
 */
export function valuesIn(listed: readonly unknown[], sides: Sides, errorAt: ErrorAt): readonly number[] {
  const saturations = saturationsOf(subjectsOf(sides));
  const values = listed.flatMap((found, index) => {
    const text = typeof found === 'number' || typeof found === 'string' ? String(found) : '';
    const meant = text.startsWith('SATURATED') && saturations.length > 0 ? saturations : [undefined];
    return meant.map((saturated) => {
      const parsed = parseValue(text, saturated);
      if (parsed === undefined) throw errorAt(index, notAValue(found, text, saturations[0]));
      return parsed;
    });
  });
  return [...new Set(values)];
}

/** The discipline of two counters, as a target has it. @throws InputError for schemes, whose rules are their own */
export function disciplineOf(
  discipline: Discipline | undefined,
  { subject }: Sides,
  error: (text: string) => InputError,
): { readonly discipline?: Discipline } {
  if (discipline === undefined) return {};
  if (subject.kind === 'counter') return { discipline };
  throw error('the references of a scheme always have holders; leave "discipline" out');
}

/**
 * Reads a list of states of a scheme; all that both sides have where there is no list.
 *
 * @throws InputError, by `errorAt`
 */
export function statesListed(
  listed: readonly unknown[] | undefined,
  sides: Sides,
  errorAt: ErrorAt,
): readonly string[] {
  const shared = sharedNames(sides, statesIn);
  if (!listed) return shared;
  return listed.map((state, index) => {
    const problem =
      typeof state !== 'string'
        ? `${describe(state)} is not a state; a scheme starts from ${shared.join(', ')}`
        : shared.includes(state)
          ? repeated(listed, index)
          : unknownName('state', state, shared);
    if (problem) throw errorAt(index, problem);
    return String(state);
  });
}

/**
 * What is wrong with an entry that stands in the list before; undefined if it does not. The error is at the second of
 * the two, as the first may stand.
 */
export function repeated(names: readonly unknown[], index: number): string | undefined {
  return names.indexOf(names[index]) < index ? `${describe(names[index])} is listed twice` : undefined;
}

/** A missing saturation value has an error of its own: SATURATED is spelt right, and means nothing for these sides. */
function notAValue(found: unknown, text: string, saturated: number | undefined): string {
  if (/^SATURATED\b/.test(text) && saturated === undefined)
    return `neither side saturates, so ${text} means nothing`;
  const names = saturated === undefined ? 'INT_MAX-1' : 'INT_MAX-1, SATURATED';
  return `${describe(found)} is not a 32-bit value; write 1, -1, 0xC0000000, ${names}`;
}
