import { readEffect } from '../../subject/ideal-effect.ts';
import { InputError } from '../../subject/input-error.ts';
import { declaredAt } from './source-place.ts';

/** An op, by what an ideal effect needs of it. */
interface IdealOp {
  readonly name: string;
  readonly arity: number;
}

/** How REFUZZ_IDEAL is exported: `ideal charge +n unless 0`. */
const EXPORT = /^ideal (\w+) (.*)$/s;

/**
 * The ideal effects that a source declares, by op.
 *
 * @param exports the names of what the module exports
 * @throws InputError for one of an op that there is not, or that says nothing
 */
export function declaredIdeals(
  path: string,
  exports: Iterable<string>,
  ops: readonly IdealOp[],
): ReadonlyMap<string, string> {
  const ideals = new Map<string, string>();
  for (const exported of exports) {
    const [, name, text] = EXPORT.exec(exported) ?? [];
    if (name === undefined || text === undefined) continue;
    const op = ops.find((one) => one.name === name);
    if (!op) throw new InputError(path, `REFUZZ_IDEAL(${name}, ${text}): there is no op "${name}"`);
    const effect = readEffect(text, op.arity);
    if (typeof effect === 'string')
      throw new InputError(path, `REFUZZ_IDEAL(${name}, ${text}): ${effect}`, declaredAt(path, 'op', name));
    ideals.set(name, text);
  }
  return ideals;
}
