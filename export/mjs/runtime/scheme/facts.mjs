import { words } from '../memory.mjs';
import { rows } from '../notes.mjs';
import { FACTS } from './object.mjs';

/** What can go wrong in the life of an object. */
export const FACT_NAMES = [
  'use-after-free',
  'double-free',
  'freed-while-held',
  'resurrection',
  'leak',
  'stuck',
  'crash',
];

/** Notes a fact about the object's life behind the access that brought it about. */
export function noteFact(name) {
  const bit = 1 << FACT_NAMES.indexOf(name);
  if (!(words[FACTS] & bit) && rows.length > 0) rows.at(-1).end += ` !! ${name}`;
  words[FACTS] |= bit;
}
