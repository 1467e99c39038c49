import { ACCESS_NAMES, Access, WordIndex } from '../../fuzz/run/access.ts';
import { type AccessSeen, writes } from '../../fuzz/run/trace.ts';
import { formatValue } from '../../targets/subject/values.ts';

/** Where the long name is too wide for a column, or says nothing beside the name of the op. */
const NAMES: Readonly<Record<number, string>> = {
  [Access.COMPARE_EXCHANGE]: 'cmpxchg',
  [Access.RCU_CALLBACK]: 'grace period is over',
};

/** `a` and `b` are what the access was given: the value, or what is expected and what is desired. */
type Shape = Pick<AccessSeen, 'kind' | 'word' | 'wordName' | 'a' | 'b'>;

/** An access as a kernel developer would name it: `fetch_add(1)`, `store 0xC0000000`, `lock mutex`. */
export function accessText({ kind, word, wordName, a, b }: Shape): string {
  const name = NAMES[kind] ?? ACCESS_NAMES[kind]!;
  switch (kind) {
    case Access.STORE:
    case Access.STORE_OWN:
      return `${name} ${formatValue(a)}`;
    case Access.EXCHANGE:
    case Access.FETCH_ADD:
    case Access.FETCH_SUB:
      return `${name}(${formatValue(a)})`;
    case Access.COMPARE_EXCHANGE:
      return `${name}(${formatValue(a)}, ${formatValue(b)})`;
    case Access.LOCK:
    case Access.UNLOCK:
      return word === WordIndex.LOCK ? name : `${name} ${wordName}`;
    // Of a scheme with a resource: the memory alone, see `Access.USE`.
    case Access.USE:
      return a === 1 ? 'touch' : name;
    default:
      return name;
  }
}

/** Whether an access is one of a word whose values mean something to a reader: not so for locks and RCU. */
export function hasValue({ kind }: Pick<Shape, 'kind'>): boolean {
  return kind === Access.LOAD || kind === Access.LOAD_OWN || writes(kind);
}

/** `0 → 1`, or the one value where the access left it, were it by a store of the same. */
export function valuesText({ kind, old, value }: AccessSeen): string {
  return writes(kind) && old !== value ? `${formatValue(old)} → ${formatValue(value)}` : formatValue(old);
}

/** Whether a compare-exchange met another value than it expected, and so wrote nothing. */
export function failed({ kind, a, old }: AccessSeen): boolean {
  return kind === Access.COMPARE_EXCHANGE && old !== a;
}
