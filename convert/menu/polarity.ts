import type { OpSite, Relation } from '../sites/site.ts';

const HOLDS: Readonly<Record<Relation, (one: number, other: number) => boolean>> = {
  '==': (one, other) => one === other,
  '!=': (one, other) => one !== other,
  '<': (one, other) => one < other,
  '<=': (one, other) => one <= other,
  '>': (one, other) => one > other,
  '>=': (one, other) => one >= other,
};

/** A count that is far from both ends of what a protocol counts: what holds there holds of users among many others. */
const AMONG_MANY = 1000;

/**
 * Whether what a site tests holds in the ordinary case, of one user among many. The other case is what the test is for: the
 * last reference, the first one, an object that is gone.
 *
 *     atomic_dec_return(&p->refs) >= 0     holds: the other case is "it was the last"
 *     atomic_dec_and_test(&p->refs)        does not
 *     atomic_cmpxchg(&p->refs, 0, -1) == 0 holds where the claim succeeds, which `isClaim` asks for instead
 *
 * @returns undefined where the result is not tested at the site
 */
export function holdsAmongMany({ effect, use }: OpSite): boolean | undefined {
  if (use.kind === 'void' || use.kind === 'value') return undefined;
  const value = ordinary(effect);
  if (value === undefined) return undefined;
  if (use.kind === 'truth') return value !== 0;
  const other = constant(use.with);
  // A name stands for one number of many: nothing but itself is equal to it, and it is no limit that an ordinary count is at.
  if (other === undefined) return use.relation === '!=' || use.relation === '>' || use.relation === '>=';
  return HOLDS[use.relation](value, other);
}

/** What an op gives in the ordinary case. */
function ordinary(effect: OpSite['effect']): number | undefined {
  if (effect.kind === 'read') return AMONG_MANY;
  if (effect.kind === 'get') return effect.gives === 'bool' ? 1 : AMONG_MANY;
  if (effect.kind === 'drop')
    return effect.gives === 'bool' ? (effect.when === 'not last' ? 1 : 0) : AMONG_MANY;
  if (effect.kind === 'locked drop') return 0;
  if (effect.kind !== 'add') return undefined;
  return effect.gives === 'isZero' || effect.gives === 'isNegative' ? 0 : AMONG_MANY;
}

/** Whether a compare-exchange is tested for success; false where it is tested for failure. */
export function testsSuccess({ effect, use }: OpSite): boolean | undefined {
  if (effect.kind !== 'claim') return undefined;
  if (use.kind === 'truth') return true;
  if (use.kind !== 'compare') return undefined;
  const isEquality = use.relation === '==';
  return effect.gives === 'bool' ? isEquality !== (constant(use.with) === 0) : isEquality;
}

/** A number as C writes it: `-1`, `(3)`, `0x10`, `2U`; undefined for anything else. */
export function constant(text: string): number | undefined {
  const bare = text.replace(/^\((.*)\)$/s, '$1').replace(/\s+/g, '');
  const [, sign, digits] = /^(-?)(0x[\da-f]+|\d+)[uUlL]*$/i.exec(bare) ?? [];
  return digits === undefined ? undefined : (sign === '-' ? -1 : 1) * Number(digits);
}
