import type { HoldKind, Scheme } from './subject.ts';

/** A kind of hold as threads count it: of a kind that goes by an argument there is one for each value. */
export interface CountedHold {
  /** `pins`, `bytes(512)`; empty for the kind without a name. */
  readonly name: string;
  /** As `Scheme.holds` names it. */
  readonly kind: string;
  readonly argument: number | undefined;
  /** What one of it adds to the count. */
  readonly weight: number;
}

/** More do not fit into a fact. */
export const MOST_COUNTED_HOLDS = 16;

const NAMELESS: CountedHold = { name: '', kind: '', argument: undefined, weight: 1 };

/** Asked for each time a machine is made, and for every name of a word: schemes do not change. */
const KNOWN = new WeakMap<Scheme, readonly CountedHold[]>();

/**
 * All that a thread of a scheme can hold, the kind without a name first; a number in this list stands for one in facts.
 *
 *     holds: pins of 1024, bytes by their number; ops: charge and uncharge of 1 and 512
 *     0 (references, 1) · 1 pins (1024) · 2 bytes(1) (1) · 3 bytes(512) (512)
 *
 * So a hold remembers its number without a word for it: to hold 512 bytes is another kind of hold than to hold one.
 */
export function holdKindsOf(scheme: Scheme): readonly CountedHold[] {
  const known = KNOWN.get(scheme);
  if (known) return known;
  const named = Object.entries(scheme.holds ?? {});
  const kinds = [NAMELESS, ...named.flatMap(([name, kind]) => countedOf(scheme, name, kind))];
  KNOWN.set(scheme, kinds);
  return kinds;
}

/** `bytes` of the values 1 and 512: bytes(1), bytes(512). */
function countedOf({ ops }: Scheme, kind: string, { weight = 1 }: HoldKind): CountedHold[] {
  if (typeof weight === 'number') return [{ name: kind, kind, argument: undefined, weight }];
  const values = Object.values(ops).flatMap((op) => (op.hold === kind ? (op.values ?? []) : []));
  return [...new Set(values)].map((argument) => ({
    name: `${kind}(${argument})`,
    kind,
    argument,
    weight: weight(argument),
  }));
}

/**
 * The number, in `holdKindsOf`, of what an op takes, gives back or needs.
 *
 * @param argument the op's first
 * @returns -1 for what nobody can hold
 */
export function holdKindOf(scheme: Scheme, kind: string | undefined, argument: number): number {
  if (kind === undefined) return 0;
  return holdKindsOf(scheme).findIndex(
    (one) => one.kind === kind && (one.argument === undefined || one.argument === argument),
  );
}
