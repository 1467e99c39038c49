import { InputError } from '../subject/input-error.ts';
import { unknownName } from './checked-yaml.ts';
import { describedMismatch, mismatches } from './interfaces.ts';
import { type Sides, sharedNames, statesIn, subjectsOf } from './sides.ts';

/** Ops and states of a target, as its file would list them. */
interface ListedNames {
  readonly ops?: string[];
  readonly initial?: string[];
}

/**
 * The ops and states that `--only` leaves of two sources.
 *
 *     true        all that both have, and have alike
 *     get,one     of those the op get, and the state one
 *     get         the op get, and all the states
 *
 * @param only undefined: nothing is listed, and everything compared
 * @throws InputError for a name that is none, or that one side lacks; and where nothing is left
 */
export function namesShared(sides: Sides, only: true | string | undefined): ListedNames {
  if (only === undefined) return {};
  const apart = mismatches(sides);
  const shared = (what: 'op' | 'state', names: string[]) =>
    names.filter((name) => !apart.some((one) => one.what === what && one.name === name));
  const ops = shared(
    'op',
    sharedNames(sides, (side) => side.ops),
  );
  const states = shared('state', sharedNames(sides, statesIn));
  const asked = only === true ? [] : only.split(',').map((name) => name.trim());
  for (const name of asked) {
    if (ops.includes(name) || states.includes(name)) continue;
    const found = apart.find((one) => one.name === name);
    throw new InputError(
      '--only',
      found ? describedMismatch(found) : unknownName('op or state', name, [...ops, ...states]),
    );
  }
  const left = (names: string[]) => {
    const chosen = names.filter((name) => asked.includes(name));
    return chosen.length > 0 ? chosen : names;
  };
  if (ops.length === 0) throw nothingShared(sides, 'op');
  const isScheme = sides.subject.kind === 'scheme';
  if (isScheme && states.length === 0) throw nothingShared(sides, 'state');
  return { ops: left(ops), ...(isScheme && { initial: left(states) }) };
}

function nothingShared(sides: Sides, what: string): InputError {
  const names = subjectsOf(sides).map(({ name }) => name);
  return new InputError('--only', `${names.join(' and ')} have no ${what} in common`);
}
