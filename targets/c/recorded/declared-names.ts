import { InputError } from '../../subject/input-error.ts';
import { declaredAt } from './source-place.ts';

/** As stored cases spell an op, and a state. */
const SPELLINGS = { op: /^[a-z_][a-z0-9_]*$/, state: /^[a-z]\w*$/ } as const;

/**
 * Cases and programs are text, in which names of values are in capitals: what is no name there is refused here.
 *
 * @throws InputError for such a name, with another in its place where there is one
 */
export function checkName(path: string, what: 'op' | 'state', name: string): void {
  const spelling = SPELLINGS[what];
  if (spelling.test(name)) return;
  const small = name.toLowerCase().replace(/^_+(?=[a-z])/, '');
  const problem = what === 'op' ? 'is not all in small letters' : 'does not begin with a small letter';
  // Small letters do not help a digit in front, nor letters of other alphabets.
  const remedy = spelling.test(small)
    ? `; call it "${small}"`
    : '; write a to z, digits and _, a letter first';
  throw new InputError(path, `the ${what} "${name}" ${problem}${remedy}`, declaredAt(path, what, name));
}
