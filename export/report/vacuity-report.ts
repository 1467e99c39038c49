import type { ScopeSize } from '../../fuzz/check/scope.ts';
import type { Missing } from '../../fuzz/check/vacuity.ts';
import type { WantedThing } from '../../fuzz/check/wanted.ts';
import { shellWord } from '../../targets/subject/shell-word.ts';

/** Things that the first line names; below it stand all. */
const NAMED = 3;

/**
 * What no program came to, for the first line of an answer.
 *
 *     in before.c and after.c gc is never refused; in after.c put never goes the way it takes at count 6, and 2 things more
 */
export function missingText(missing: readonly Missing[]): string | undefined {
  if (missing.length === 0) return undefined;
  const shown = missing.slice(0, NAMED);
  const places = [...new Set(shown.map(({ sides }) => sides.join(' and ')))];
  const parts = places.map((place) => {
    const texts = shown.filter(({ sides }) => sides.join(' and ') === place).map(({ text }) => text);
    return `in ${place} ${texts.join(', ')}`;
  });
  const more = missing.length - shown.length;
  return `${parts.join('; ')}${more === 0 ? '' : `, and ${more} ${more === 1 ? 'thing' : 'things'} more`}`;
}

/**
 * Below the first line: all that was not met, each with the option by which a user says that it never happens, and what would
 * help.
 *
 * @param size a larger scope, in which something of it is met
 * @returns lines without a line break at the end
 */
export function missingLines(missing: readonly Missing[], size: ScopeSize | undefined): string[] {
  if (missing.length === 0) return [];
  const placeOf = ({ sides }: Missing) => sides.join(' and ');
  // Where all is of the same sides, the first line has said which.
  const differ = new Set(missing.map(placeOf)).size > 1;
  return [
    'met by no program of the scope, and so nothing is said of it:',
    ...missing.map((one) => `  ${differ ? `in ${placeOf(one)} ` : ''}${missingLine(one)}`),
    size === undefined
      ? 'add a state, or a start, from which it is reached; what cannot happen at all is left out by its option'
      : `a larger scope meets some of it: --threads ${size.threads} --ops ${size.ops}`,
  ];
}

/** `gc is never refused   (--never gc:refused)` */
export function missingLine({ text, name, consequence }: WantedThing): string {
  const so = consequence === undefined ? '' : `: ${consequence}`;
  return `${text}${so}   (--never ${shellWord(name)})`;
}

/** What a user has said never happens: for the end of a first line. Empty text where nothing was. */
export function statedText(never: readonly string[]): string {
  if (never.length === 0) return '';
  return `, where ${never.join(', ')} never ${never.length === 1 ? 'happens' : 'happen'} (--never)`;
}
