import { word } from './declarators.ts';
import type { FunctionRange } from './function-head.ts';
import { isCounting, isCountingMember, isElsewhere, isTelling, OTHER_MEMBER } from './idioms.ts';
import { IDENT, type Tokens } from './tokens.ts';

/**
 * A text that may have an op in it. It is a little too wide (`atomic_check(x)` is none), as it only says what is worth
 * reading; `opNamed` says what is an op.
 */
export const OP_WORD = /\b(?:raw_|arch_|__)*(?:atomic|refcount|kref|rcuref|local)(?:64|_long)?_[a-z]/;
/**
 * A call in a function without ops is of interest if it may be one of a wrapper: it is handed an address, its result is
 * asked for, or it is a macro that counts.
 *
 *     my_get(&b->users);          if (!box_put(b))          BOX_INC(b)
 *
 * Repetitions have an end each: without one, an `if` before a million spaces is tried in a million times a million ways.
 */
const HANDS_OR_TESTS =
  /[(,]\s{0,40}&\s{0,4}\w|\b(?:if|while|return)\b[\s(!]{0,40}\w{0,60}(?:get|put|ref|dec|inc|count|hold|grab|drop|release|use|last|busy|idle|dead|alive|shared)\w{0,60}\s{0,4}\(|\b[A-Z_]{0,60}(?:INC|DEC|ADD|SUB|GET|PUT|REF|STAT|COUNT|CNT)[A-Z_]{0,60}\s{0,4}\(/;
/** Tokens of a call's arguments that are looked at. */
const MOST_TOKENS = 400;
/** A pointer to a counter, as a `TypeWord`: `*atomic_t`. What takes or gives one is a wrapper, whatever its name is. */
export const COUNTER_POINTER = /^\*+(?:atomic(?:64|_long)?_t|local_t|refcount_t|kref|rcuref_t)$/;

/**
 * Whether a function is handed to the parser, which is what takes the time: it has ops, or calls that may be of wrappers.
 *
 * @param macros those of the file that have ops in them
 * @param copies what gives one of the file's counters a value without an op
 */
export function isInteresting(
  tokens: Tokens,
  range: FunctionRange,
  macros: ReadonlySet<string>,
  copies?: RegExp,
): boolean {
  if (range.close === -1) return false;
  const body = tokens.text.slice(tokens.tos[range.open], tokens.froms[range.close]);
  if (OP_WORD.test(body) || /\.\s*(?:counter|refs)\b/.test(body)) return true;
  if (copies?.test(body)) return true;
  if (COUNTER_POINTER.test(range.gives)) return true;
  if (range.parameters.some(({ type }) => COUNTER_POINTER.test(type))) return true;
  const { kinds } = tokens;
  if (macros.size === 0 && !HANDS_OR_TESTS.test(body)) return false;
  for (let at = range.open; at < range.close; at++) {
    if (kinds[at] !== IDENT || kinds[at + 1] !== 40) continue;
    if (isMaybeWrapped(tokens, at, macros)) return true;
  }
  return false;
}

/**
 * A call that is handed a member which may count, one whose result tells something, or a macro that counts. Names decide, as
 * the function may be in a header that is read later:
 *
 *     box_get(&o->users)            get, and users: of interest
 *     list_add(&b->node, &all)      neither
 *     if (!box_put(b))              its result is asked for, and it puts
 *     box_put(b);                   what it gives is lost; what it does is known where it is written
 */
function isMaybeWrapped(tokens: Tokens, at: number, macros: ReadonlySet<string>): boolean {
  const name = word(tokens, at);
  if (macros.has(name)) return true;
  if (isElsewhere(name)) return false;
  const { kinds } = tokens;
  const close = Math.min(tokens.partners[at + 1]!, at + MOST_TOKENS);
  for (let arg = at + 2; arg < close; arg++) {
    // `&p->f`, with a member that may be a counter; or `&counter`.
    if (kinds[arg] !== 38 || kinds[arg + 1] !== IDENT) continue;
    let last = arg + 1;
    while ((kinds[last + 1] === 4 || kinds[last + 1] === 46) && kinds[last + 2] === IDENT) last += 2;
    const member = word(tokens, last);
    if (last > arg + 1 && !OTHER_MEMBER.test(member) && (isCounting(name) || isCountingMember(member)))
      return true;
    if (last === arg + 1 && isCounting(name) && isCountingMember(member)) return true;
  }
  const before = kinds[at - 1];
  const isTested =
    before === 33 ||
    (before === 40 && kinds[at - 2] === IDENT) ||
    (before === IDENT && word(tokens, at - 1) === 'return');
  if (isTested && isTelling(name)) return true;
  return /^[A-Z]/.test(name) && isCounting(name);
}
