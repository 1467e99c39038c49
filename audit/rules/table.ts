import { LISTED_TYPES } from '../census/counter.ts';
import type { Evidence } from './evidence.ts';
import { BELOW_RULES, MINUS_ONE_RULES } from './of-bias.ts';
import { COUNTDOWN_RULES } from './of-countdowns.ts';
import { DOUBTFUL_RULES } from './of-doubtful-references.ts';
import { COMPLETION_RULES, LAST_USER_RULES } from './of-ends.ts';
import { LIMIT_RULES } from './of-limits.ts';
import { MISUSE_RULES } from './of-refcounts.ts';
import { PLAIN_RULES, START_RULES } from './of-references.ts';
import { SOUND_RULES } from './of-sound-refcounts.ts';
import { USAGE_RULES } from './of-usage.ts';
import { USER_RULES } from './of-users.ts';
import { AMOUNT_RULES, FLAG_RULES, TOTAL_RULES } from './of-values.ts';
import { absent, type Rule, shown } from './rule.ts';

const LISTED: ReadonlySet<string> = new Set(LISTED_TYPES);
const REFCOUNTS: ReadonlySet<string> = new Set(['refcount_t', 'kref', 'rcuref_t']);

/**
 * Rules that are asked only of some types. A refcount_t is never asked what protocol it is, as its type says so: it is
 * asked whether it keeps to it. An atomic_t is never misused, as it promises nothing.
 */
function only(rules: readonly Rule[], isFor: (evidence: Evidence) => boolean): readonly Rule[] {
  return rules.map((rule) => ({
    ...rule,
    when: (evidence) => (isFor(evidence) ? rule.when(evidence) : undefined),
  }));
}

const isRefcount = ({ counter }: Evidence) => REFCOUNTS.has(counter.type);

const EDGES: readonly Rule[] = [
  // Their own API keeps them from what the rules are about.
  {
    name: 'listed',
    protocol: 'an API of its own',
    verdict: 'listed',
    when: ({ counter }) =>
      LISTED.has(counter.type) ? [absent(`${counter.type} has an API of its own`)] : undefined,
    remedy: 'Nothing is to be done: its own API keeps it.',
    confidence: 'high',
    example: 'dentry.d_lockref',
  },
  // First values say nothing either: whoever counts is out of sight.
  {
    name: 'unseen',
    protocol: 'not seen in use',
    verdict: 'unknown',
    when: ({ sites, starts }) =>
      sites.length ===
      starts.positive.length + starts.zero.length + starts.negative.length + starts.named.length
        ? [absent('no op on it was seen, or first values only')]
        : undefined,
    remedy: 'Look for macros that handle it, or audit the files that use it as well.',
    confidence: 'low',
    example: 'a field that only a macro touches',
  },
];

/**
 * What no rule knows. It is no failure to end here: a verdict needs a way up, a way down and a question, and where one of
 * them is out of sight (in a macro, in a module that was not audited), the other two fit several protocols. The lines
 * that were seen are shown, and what is missing is said.
 */
const REST: Rule = {
  name: 'unclear',
  protocol: 'unclear',
  verdict: 'unknown',
  when: (e) => [
    shown('this is all that was seen', [...e.downs, ...e.ups, ...e.sites]) ?? absent('nothing was seen'),
    ...(e.downs.length === 0 ? [absent('no put was seen')] : []),
    ...(e.gets.length + e.guarded.length === 0 ? [absent('no get was seen')] : []),
  ],
  remedy: 'Look at the lines: what they do fits no protocol, or a part of it is out of sight.',
  confidence: 'low',
  example: 'a counter whose puts are in another tree',
};

/**
 * Every rule, in the order in which they are asked. The first that holds decides. The order carries meaning:
 *
 * - what packs several things into one word comes first, as none of its parts can be read alone;
 * - what means -1 comes before whatever mentions 0;
 * - tokens come before "freed below 0", else the credits of a channel look like ip_vs_dest;
 * - first users come before limits and references, else a usage count that frees looks plain;
 * - references come before whatever counts users, since who frees at 0 counts references, whatever else it does.
 */
export const RULES: readonly Rule[] = [
  ...EDGES,
  ...only([...MISUSE_RULES, ...SOUND_RULES], isRefcount),
  ...FLAG_RULES,
  ...TOTAL_RULES,
  ...MINUS_ONE_RULES.slice(0, 2),
  ...AMOUNT_RULES,
  ...MINUS_ONE_RULES.slice(2),
  ...BELOW_RULES,
  ...USER_RULES,
  ...LIMIT_RULES,
  ...DOUBTFUL_RULES,
  ...START_RULES,
  ...PLAIN_RULES,
  ...COMPLETION_RULES,
  ...COUNTDOWN_RULES,
  ...LAST_USER_RULES,
  ...USAGE_RULES,
  REST,
];
