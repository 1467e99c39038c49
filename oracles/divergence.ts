import { BOUNDARIES, type Boundary } from './boundary.ts';

/**
 * What differs. `conservation` and `sticky` are differences from what any counter must keep; `race` and `unordered-free` are
 * what only the reference orders, see oracles/ordering.ts.
 */
export const KINDS = [
  'result',
  'value',
  'warning',
  'lifetime',
  'conservation',
  'sticky',
  'race',
  'unordered-free',
] as const;
/** One of KINDS. */
export type Kind = (typeof KINDS)[number];

/** Who is right; see `judge` in judgement.ts. */
export const JUDGEMENTS = ['protects', 'false-alarm', 'misses', 'breaks', 'changes', 'transient'] as const;
/** One of JUDGEMENTS. */
export type Judgement = (typeof JUDGEMENTS)[number];

/** A way in which reference and subject disagree, without the values and the schedule it was seen with. */
export interface Divergence {
  readonly op: string;
  readonly boundary: Boundary;
  readonly kind: Kind;
  readonly judgement: Judgement;
}

/**
 * The identity of a divergence within a target: what the corpus holds one case for.
 *
 *     inc-int-max-value-protects        op, boundary, kind, judgement
 *
 * Case files are named by the same parts.
 */
export function signatureOf({ op, boundary, kind, judgement }: Divergence): string {
  const known = SIGNATURES.get(op)?.get(boundary)?.get(kind)?.get(judgement);
  return known ?? named(op, boundary, kind, judgement);
}

/**
 * The signatures asked for so far. A campaign meets the same few hundred divergences thousands of times a second, and
 * counts them by their signatures: to put the text together at each meeting was garbage.
 */
const SIGNATURES = new Map<string, Map<string, Map<string, Map<string, string>>>>();

/** Puts a signature together, and remembers it. */
function named(op: string, boundary: string, kind: string, judgement: string): string {
  const signature = `${op}-${boundary}-${kind}-${judgement}`;
  const ofOp = within(SIGNATURES, op, () => new Map());
  within(
    within(ofOp, boundary, () => new Map()),
    kind,
    () => new Map(),
  ).set(judgement, signature);
  return signature;
}

function within<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}

/** Unambiguous: ops have no hyphen, and the other parts come from fixed lists. */
const SIGNATURE = new RegExp(
  `^([a-z0-9_]+)-(${BOUNDARIES.join('|')})-(${KINDS.join('|')})-(${JUDGEMENTS.join('|')})$`,
);

/** The inverse of `signatureOf`. @returns undefined for a text that is no signature */
export function divergenceOf(signature: string): Divergence | undefined {
  const match = SIGNATURE.exec(signature);
  if (!match) return undefined;
  const [, op, boundary, kind, judgement] = match as unknown as [string, string, Boundary, Kind, Judgement];
  return { op, boundary, kind, judgement };
}
