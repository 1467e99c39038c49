import { ACCESS_NAMES, Access, AWAITS, IS_OF_LOCK, WordIndex } from '../../fuzz/run/access.ts';
import { type AccessSeen, writes } from '../../fuzz/run/trace.ts';
import type { WideOperands } from '../../fuzz/run/wide-seen.ts';
import { formatValue, formatWide } from '../../targets/subject/values.ts';

/** Where the long name is too wide for a column, or says nothing beside the name of the op. */
const NAMES: Readonly<Record<number, string>> = {
  [Access.COMPARE_EXCHANGE]: 'cmpxchg',
  [Access.RCU_CALLBACK]: 'grace period is over',
};

/** `a` and `b` are what the access was given: the value, or what is expected and what is desired. */
type Shape = Pick<AccessSeen, 'kind' | 'word' | 'wordName' | 'a' | 'b' | 'nameOf'> & {
  readonly wide?: WideOperands;
};

/** An access as a kernel developer would name it: `fetch_add(1)`, `store 0xC0000000`, `lock mutex`. */
export function accessText(shape: Shape): string {
  const { kind, word, wordName, b } = shape;
  const name = NAMES[kind] ?? ACCESS_NAMES[kind]!;
  switch (kind) {
    case Access.STORE:
    case Access.STORE_OWN:
      return `${name} ${heldText(shape, 'a')}`;
    case Access.EXCHANGE:
      return `${name}(${heldText(shape, 'a')})`;
    case Access.FETCH_ADD:
    case Access.FETCH_SUB:
    case Access.FETCH_AND:
    case Access.FETCH_OR:
    case Access.FETCH_XOR:
      return `${name}(${operandText(shape, 'a')})`;
    case Access.COMPARE_EXCHANGE:
      return `${name}(${heldText(shape, 'a')}, ${heldText(shape, 'b')})`;
    // Of a scheme with a resource: the memory alone, see `Access.USE`.
    case Access.USE:
      return shape.a === 1 ? 'touch' : name;
    default:
      // `wait until at least 1, add -1`
      if (AWAITS.includes(kind))
        return `${name} ${operandText(shape, 'a')}${b === 0 ? '' : `, add ${operandText(shape, 'b')}`}`;
      if (!IS_OF_LOCK[kind] || (word === WordIndex.LOCK && kind <= Access.UNLOCK)) return name;
      return `${name} ${wordName}`;
  }
}

/** What a word is to hold, or is compared with. */
function heldText(shape: Shape, which: 'a' | 'b'): string {
  return shape.wide ? operandText(shape, which) : valueText(shape[which], shape.nameOf);
}

/** What is added to a word, or changes bits of it. */
function operandText({ wide, ...shape }: Shape, which: 'a' | 'b'): string {
  return wide ? wideText(wide, wide[which]) : formatValue(shape[which]);
}

/** Two neighbours are two numbers, `{0, 1}`. */
function wideText({ isPair }: WideOperands, value: bigint): string {
  if (!isPair) return formatWide(value);
  const half = (part: bigint) => formatValue(Number(BigInt.asIntN(32, part)));
  return `{${half(value)}, ${half(value >> 32n)}}`;
}

/** Whether an access is one of a word whose values mean something to a reader: not so for locks and RCU. */
export function hasValue({ kind }: Pick<Shape, 'kind'>): boolean {
  return kind === Access.LOAD || kind === Access.LOAD_OWN || writes(kind);
}

/** `0 → 1`, or the one value where the access left it, were it by a store of the same. */
export function valuesText({ kind, old, value, wide, nameOf, missed }: AccessSeen): string {
  if (missed) {
    const late = missed.map((write) => `${valueText(write.value, nameOf)} of thread ${write.thread}`);
    return `${valueText(old, nameOf)}: ${late.join(', ')} has not reached it`;
  }
  const before = wide ? wideText(wide, wide.old) : valueText(old, nameOf);
  const after = wide ? wideText(wide, wide.value) : valueText(value, nameOf);
  return writes(kind) && before !== after ? `${before} → ${after}` : before;
}

/** A pointer by what it points to. */
function valueText(value: number, nameOf: AccessSeen['nameOf']): string {
  return nameOf?.(value) ?? formatValue(value);
}

/** Whether a compare-exchange met another value than it expected, and so wrote nothing. */
export function failed({ kind, a, old, wide }: AccessSeen): boolean {
  return kind === Access.COMPARE_EXCHANGE && (wide ? wide.old !== wide.a : old !== a);
}
