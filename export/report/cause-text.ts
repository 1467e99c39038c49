import type { Cause, Joint } from '../../fuzz/cause/cause.ts';
import type { Did, Way } from '../../fuzz/cause/ways.ts';
import { formatValue, INT_MAX, INT_MIN } from '../../targets/subject/values.ts';
import { resultText } from '../show/access-table.ts';

/** Ways that are written out; a reader learns little from the third. */
const WAYS_SHOWN = 2;

/**
 * A cause in a sentence.
 *
 *     dec_not_one parts from refcount/v5.5 where the count is 0: it returns false, refcount/v5.5 returns true and warns …
 *     dec_if_one does alone what atomic does, but others can come between its accesses
 */
export function causeText(cause: Cause): string {
  const { alone, ways, base, joint } = cause;
  const names = listed(cause.ops);
  if (joint) return jointText(cause, joint);
  if (alone === undefined) {
    const [does, its] = cause.ops.length === 1 ? ['does', 'its'] : ['do', 'their'];
    return `${names} ${does} alone what ${base} does, and not where others come between ${its} accesses`;
  }
  const parts = cause.ops.length === 1 ? 'parts' : 'part';
  const [first] = ways;
  if (!first)
    return `${names} ${parts} from ${base} where the count is ${alone.map(intervalText).join(' or ')}`;
  const told = [...ways]
    .sort(nearZeroFirst)
    .slice(0, WAYS_SHOWN)
    .map((way) => wayText(way, cause));
  const more = ways.length > told.length ? [`and ${ways.length - told.length} more`] : [];
  return `${names} ${parts} from ${base} ${[...told, ...more].join('; ')}`;
}

/** Of schemes: what no place in one op explains. */
function jointText({ name, ops, base }: Cause, joint: Joint): string {
  switch (joint) {
    case 'together':
      return `${listed(ops)} part from ${base} together: as there, they fit the other ops only all together`;
    case 'as-a-whole':
      return `the conversion as a whole parts from ${base}: it counts something else, in ${listed(ops)}`;
    case 'state':
      return `the state ${name.slice(name.indexOf('-') + 1)} has another count than that of ${base} with the bias`;
  }
}

function wayText({ call, low, high, base, subject }: Way, cause: Cause): string {
  const who = cause.ops.length === 1 && call === cause.ops[0] ? 'it' : call;
  return `where the count is ${intervalText({ low, high })}: ${who} ${didText(subject, base)}, ${cause.base} ${didText(base, subject)}`;
}

/** What programs come to first. */
export function nearZeroFirst(one: Way, other: Way): number {
  const distance = ({ low, high }: Way) =>
    low <= 0 && high >= 0 ? 0 : Math.min(Math.abs(low), Math.abs(high));
  return distance(one) - distance(other);
}

function answer(result: Did['result'] | string): string {
  const text = resultText(result as Did['result']);
  return text === 'granted' || text === 'refused' ? `is ${text}` : `returns ${text}`;
}

/** What one side does, as far as the other does something else; of the word, what is left in it. */
export function didText(did: Did, other: Did): string {
  const parts: string[] = [];
  if (did.result !== other.result) parts.push(answer(did.result));
  if (did.left !== other.left)
    parts.push(did.left === 'old' ? 'leaves the word as it is' : `leaves ${did.left}`);
  for (const act of did.acts) if (!other.acts.includes(act)) parts.push(act);
  if (did.warnings.join() !== other.warnings.join())
    parts.push(
      did.warnings.length === 0
        ? 'is silent'
        : `warns ${did.warnings.map((text) => `"${text}"`).join(' and ')}`,
    );
  return parts.length === 0 ? 'does not' : listed(parts);
}

/** The old values of an interval: `0`, `-1 or below`. */
export function intervalText({ low, high }: { readonly low: number; readonly high: number }): string {
  if (low === high) return formatValue(low);
  if (low === INT_MIN && high === INT_MAX) return 'anything';
  if (low === INT_MIN) return `${formatValue(high)} or below`;
  if (high === INT_MAX) return `${formatValue(low)} or above`;
  if (low > high) return `${formatValue(low)} or above, or ${formatValue(high)} or below`;
  return `${formatValue(low)} to ${formatValue(high)}`;
}

/** `inc`; `add and inc`; `add, dec and inc` */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
