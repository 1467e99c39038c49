/**
 * The rules of the model, by name. Each can be switched off, so that tests can plant a fault and see it caught; nothing
 * else switches one off.
 *
 *     coherence          one word's writes have one order, and no thread sees it backwards
 *     atomicity          nobody's write comes between the two halves of a read-modify-write
 *     acquire, release   as accesses; what a release carries is `carried`
 *     control            a marked write waits for the reads of its `if`
 *     same-word          marked accesses of one word, one of them a write, happen in program order
 *     rmb, wmb, mb       the fences
 *     atomic-fences      smp_mb__before_atomic, smp_mb__after_atomic and the others that lean on an access
 *     push               what is before a full fence is seen by everybody after it
 *     carried            who reads a write knows of what it carries
 *     cumulative         a release carries what its thread has read, not only what it wrote
 *     release-sequence   a read-modify-write carries on what the write carried that it read
 *     unlock-lock        what is before an unlock is before what is after a later lock
 *     grace              a grace period waits for the readers that came before it
 *     grace-push         what such a reader saw is seen by everybody after the grace period
 */
export const RULES = [
  'coherence',
  'atomicity',
  'acquire',
  'release',
  'control',
  'same-word',
  'rmb',
  'wmb',
  'mb',
  'atomic-fences',
  'push',
  'carried',
  'cumulative',
  'release-sequence',
  'unlock-lock',
  'grace',
  'grace-push',
] as const;

/** A rule of the model. */
export type Rule = (typeof RULES)[number];

/** Every rule but those that a test has switched off. */
export type Rules = ReadonlySet<Rule>;

/** The model. */
export const ALL_RULES: Rules = new Set(RULES);

/** The model with a fault. */
export function without(rule: Rule): Rules {
  return new Set(RULES.filter((one) => one !== rule));
}
