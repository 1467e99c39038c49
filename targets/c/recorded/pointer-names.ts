import { nameOf } from '../wasm/variables.ts';
import { contains, type Layout, type Place } from './layout.ts';
import type { Field } from './object-fields.ts';

/** The function that a pointer with this value calls; undefined for none. */
export type FunctionName = (value: number) => string | undefined;

/**
 * What the values of a word are called, if it is a pointer: `NULL`, `&object`, `&object.lock`, `&tree_root`, a function.
 *
 * @returns undefined for a word that is none. Only of fields of the object the type is known; a static variable is a pointer
 *   if it has never held anything else, which is noted with its place
 */
export function pointerNames(
  place: Place,
  layout: Layout,
  fields: readonly Field[],
  functionName: FunctionName,
): ((value: number) => string | undefined) | undefined {
  const type = fields.find(({ address, size }) => address === place.address && size === place.size)?.type;
  if (type?.includes('(*)')) return (value) => (value === 0 ? 'NULL' : functionName(value));
  if (!type?.includes('*') && !place.isPointer) return undefined;
  return (value) => (value === 0 ? 'NULL' : pointsTo(value, layout, fields));
}

/**
 * What lies there, with a `&`. Addresses are the same in every run, as static memory does not move.
 *
 *     66100    &object           66124    &object.next           66220    &tree_root           5    undefined: no address
 *
 * @returns undefined where nothing does
 */
export function pointsTo(address: number, layout: Layout, fields: readonly Field[]): string | undefined {
  const { object, variables } = layout;
  if (address === object.from) return '&object';
  if (contains(object, address)) {
    const field = fields.find((one) => one.address === address);
    return `&object.${field?.name ?? `+${address - object.from}`}`;
  }
  const variable = variables.find((one) => address >= one.address && address < one.address + one.size);
  if (!variable) return undefined;
  return `&${nameOf(variable)}${address === variable.address ? '' : `+${address - variable.address}`}`;
}
