import type { Cause, Joint } from '../../fuzz/cause/cause.ts';
import { readCauseName } from '../../fuzz/cause/cause-name.ts';
import type { Interval } from '../../fuzz/cause/intervals.ts';
import type { Did, Way } from '../../fuzz/cause/ways.ts';
import { formatValue, INT_MAX, INT_MIN, REFCOUNT_SATURATED } from '../../targets/subject/values.ts';
import { resultText } from '../show/access-table.ts';

/** Ways that are written out; a reader learns little from the third. */
const WAYS_SHOWN = 2;
/** What one side does that only the other's acts tell from it. */
const NOTHING = 'does not';
/** Ops that a brief line names. */
const OPS_NAMED = 2;

/**
 * A cause in a sentence.
 *
 *     dec_not_one parts from refcount/v5.5 where the count is 0: it returns false, refcount/v5.5 returns true and warns …
 *     dec_if_one does alone what atomic does, but others can come between its accesses
 */
export function causeText(cause: Cause): string {
  const { ways } = cause;
  const base = baseName(cause);
  const names = listed(cause.ops);
  const parts = cause.ops.length === 1 ? 'parts' : 'part';
  if (cause.joint) return jointText(cause, cause.joint);
  if (isInRaces(cause)) {
    const [does, its] = cause.ops.length === 1 ? ['does', 'its'] : ['do', 'their'];
    return `${names} ${does} alone what ${base} does, and not where others come between ${its} accesses`;
  }
  if (ways.length === 0) return `${names} ${parts} from ${base} ${whereText(cause)}`;
  const told = [...ways]
    .sort(nearZeroFirst)
    .slice(0, WAYS_SHOWN)
    .map((way) => wayText(way, cause));
  const more = ways.length > told.length ? [`and ${ways.length - told.length} more`] : [];
  return `${names} ${parts} from ${base} ${[...told, ...more].join('; ')}`;
}

/**
 * The same in half a line, for lists of many: where, and what the subject does there that tells most.
 *
 *     dec_and_test, sub_and_test at ≤ 0: saturates and warns
 */
export function causeBrief(cause: Cause): string {
  const { ops, ways, alone } = cause;
  const named = ops.length > OPS_NAMED + 1 ? ops.slice(0, OPS_NAMED) : ops;
  const names = `${named.join(', ')}${ops.length > named.length ? ` and ${ops.length - named.length} more` : ''}`;
  if (cause.joint) return jointText(cause, cause.joint);
  if (isInRaces(cause)) return `${names}, only where others come between the accesses`;
  const told = ways.find(({ subject }) => subject.left !== 'old' && subject.warnings.length > 0);
  const way = told ?? ways.find(({ subject }) => subject.warnings.length > 0) ?? ways[0];
  if (!way) return `${names} ${whereText(cause)}`;
  return `${names} at ${(alone ?? [way]).map(intervalSign).join(', ')}: ${briefly(way)}`;
}

/**
 * What the name of a cause says by itself, where nobody looks for the cause.
 *
 *     dec_and_test and sub_and_test, where the count is 0 or below      in brief: dec_and_test, sub_and_test at ≤ 0
 *
 * @returns undefined for a name that says no place
 */
export function namedCauseText(name: string, isBrief: boolean): string | undefined {
  const read = readCauseName(name);
  if (!read) return undefined;
  const { ops, others, alone, place } = read;
  const more = others > 0 ? [`${others} more`] : [];
  const names =
    isBrief && others === 0 ? ops.join(', ') : listed([...(isBrief ? [ops.join(', ')] : ops), ...more]);
  if (place === 'in-races') return `${names}, only where others come between the accesses`;
  if (place === 'as-a-whole') return 'the conversion as a whole';
  if (!alone) return undefined;
  if (isBrief) return `${names} at ${alone.map(intervalSign).join(', ')}`;
  return `${names}, where the count is ${alone.map(intervalText).join(' or ')}`;
}

/** `≥ INT_MAX, ≤ 0` */
function intervalSign({ low, high }: Interval): string {
  if (low === high || (low === INT_MIN && high === INT_MAX)) return intervalText({ low, high });
  if (low === INT_MIN) return `≤ ${formatValue(high)}`;
  if (high === INT_MAX) return `≥ ${formatValue(low)}`;
  if (low > high) return `≥ ${formatValue(low)}, ≤ ${formatValue(high)}`;
  return `${formatValue(low)} to ${formatValue(high)}`;
}

/** What the ops are measured by, for people. */
export function baseName({ base }: Cause): string {
  return base === 'ideal' ? 'the ideal counter' : base;
}

/** Whether both sides do the same alone, and only what others do between the accesses matters. */
export function isInRaces({ alone, joint }: Cause): boolean {
  return alone === undefined && joint === undefined;
}

/** `where the count is INT_MAX or above, or 0 or below` */
function whereText({ alone = [] }: Cause): string {
  return `where the count is ${alone.map(intervalText).join(' or ')}`;
}

/** Of schemes: what no place in one op explains. */
function jointText({ name, ops, base }: Cause, joint: Joint): string {
  switch (joint) {
    case 'together':
      return `${listed(ops)} part from ${base} together: as there, they fit the other ops only all together`;
    case 'as-a-whole':
      return `the conversion as a whole parts from ${base}: it counts something else, in ${listed(ops)}`;
    case 'order':
      return `${listed(ops)} ${ops.length === 1 ? 'leaves' : 'leave'} out an order that ${base} has: ${name.slice(name.indexOf('-') + 1).replaceAll('-', ' ')}`;
    case 'state':
      return `the state ${name.slice(name.indexOf('-') + 1)} has another count than that of ${base} with the bias`;
  }
}

function wayText(way: Way, cause: Cause): string {
  const { call, base, subject } = way;
  const who = cause.ops.length === 1 && call === cause.ops[0] ? 'it' : call;
  const where = `where the count is ${intervalText(way)}`;
  if (isSame(way)) return `${where}: ${who} ${silence(cause.base)}`;
  return `${where}: ${who} ${didText(subject, base)}, ${baseName(cause)} ${didText(base, subject)}`;
}

/** The ideal counter is one that never warns: what a subject does wrong there is that it does the same. */
function silence(base: string): string {
  return base === 'ideal' ? 'goes along with misuse or an overflow, and says nothing' : 'does the same';
}

/** Whether both sides do the same as far as one op alone can tell: then only the judgement knows a difference. */
function isSame({ base, subject }: Way): boolean {
  return [didText(subject, base), didText(base, subject)].every((text) => text === NOTHING);
}

/** What programs come to first. */
export function nearZeroFirst(one: Way, other: Way): number {
  const distance = ({ low, high }: Way) =>
    low <= 0 && high >= 0 ? 0 : Math.min(Math.abs(low), Math.abs(high));
  return distance(one) - distance(other);
}

/** `returns true`, `is granted` */
export function answerText(result: Did['result'] | string): string {
  const text = resultText(result as Did['result']);
  return text === 'granted' || text === 'refused' ? `is ${text}` : `returns ${text}`;
}

/** What one side does, as far as the other does something else; of the word, what is left in it. */
export function didText(did: Did, other: Did): string {
  const parts: string[] = [];
  if (did.result !== other.result) parts.push(answerText(did.result));
  if (did.left !== other.left) parts.push(leftText(did.left));
  parts.push(...did.acts.filter((act) => !other.acts.includes(act)));
  if (did.warnings.join() !== other.warnings.join()) parts.push(warningText(did.warnings));
  return parts.length === 0 ? NOTHING : listed(parts);
}

/** `saturates and warns`: what it warns of is for the long text. */
function briefly(way: Way): string {
  if (isSame(way)) return 'goes along in silence';
  return didText(way.subject, way.base)
    .replace(/warns ".*"/, 'warns')
    .replace(`leaves ${formatValue(REFCOUNT_SATURATED)}`, 'saturates')
    .replace('the word as it is', 'it alone');
}

/** What an op did to the word: `leaves count-1`, `leaves the word as it is`. */
export function leftText(left: string): string {
  return left === 'old' ? 'leaves the word as it is' : `leaves ${left.replace(/^old/, 'count')}`;
}

/** `warns "saturated; leaking memory"`, or `is silent`. */
export function warningText(warnings: readonly string[]): string {
  return warnings.length === 0 ? 'is silent' : `warns ${warnings.map((text) => `"${text}"`).join(' and ')}`;
}

/** Old values in words: `0`, `1 or below`, `INT_MAX or above, or 0 or below`. */
export function intervalText({ low, high }: Interval): string {
  if (low === high) return formatValue(low);
  if (low === INT_MIN && high === INT_MAX) return 'anything';
  if (low === INT_MIN) return `${formatValue(high)} or below`;
  if (high === INT_MAX) return `${formatValue(low)} or above`;
  if (low > high) return `${formatValue(low)} or above, or ${formatValue(high)} or below`;
  return `${formatValue(low)} to ${formatValue(high)}`;
}

/** `add, inc and sub` */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
