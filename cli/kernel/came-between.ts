import { InputError } from '../../targets/subject/input-error.ts';
import type { Facts } from './bisect-question.ts';

/** Those of some facts that a revision shows. */
export function shownOf(wanted: readonly string[], { names, vague }: Facts): string[] {
  return wanted.filter((name) => names.has(name) || vague.has(name));
}

/** What the later of two trees shows and the earlier one does not. What is vague only where there is nothing else. */
export function newIn(before: Facts, after: Facts): string[] {
  const isNew = (name: string) => shownOf([name], before).length === 0;
  const came = [...after.names].filter(isNew);
  return came.length > 0 ? came : [...after.vague].filter(isNew);
}

/** @throws InputError where nothing came, so that there is nothing to look for */
export function cameBetween(
  before: Facts,
  after: Facts,
  { good, bad }: { readonly good: string; readonly bad: string },
): string[] {
  if (before.undecided > 0) throw new InputError('--good', `of ${good}, ${undecidedText(before)}`);
  const came = newIn(before, after);
  if (came.length > 0) return came;
  if (after.names.size === 0 && after.vague.size === 0)
    throw new InputError(
      '--bad',
      `${bad} is good: it shows no divergence; a larger scope may, as in "-- --ops 2"`,
    );
  const went = [...before.names].filter((name) => !after.names.has(name));
  if (went.length === 0) throw new InputError('--good', `${good} is bad: it shows all that ${bad} shows`);
  const told = before.tell(went).map((line) => `\n  went  ${line}`);
  throw new InputError('--good', `nothing came from ${good} to ${bad}, and something went:${told.join('')}`);
}

/**
 * Whether a revision shows some of what came.
 *
 * @param revision for the error
 * @throws InputError where it cannot be told: it shows none of it, and not everything was decided
 */
export function verdictOf(revision: string, came: readonly string[], facts: Facts): 'good' | 'bad' {
  if (shownOf(came, facts).length > 0) return 'bad';
  if (facts.undecided > 0) throw new InputError(revision, undecidedText(facts));
  return 'good';
}

function undecidedText({ undecided }: Facts): string {
  return `${undecided} ${undecided === 1 ? 'program is' : 'programs are'} undecided; a larger --limit behind -- decides more`;
}
