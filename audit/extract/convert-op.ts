import type { Node } from 'web-tree-sitter';
import type { Counter, Site } from '../census/counter.ts';
import type { Edit } from './cut.ts';

/** The types that a one to one conversion starts from. */
export function isAtomic({ type }: Counter): boolean {
  return type === 'atomic_t' || type === 'atomic_long_t' || type === 'atomic64_t' || type === 'local_t';
}

/**
 * Ops of refcount_t that take what their namesakes of atomic_t take.
 *
 * The arguments stay in their order, and so does what the answer means. Ops that are not here need a look at their
 * arguments, or at what is asked of their value.
 */
const NAMESAKES: Readonly<Record<string, string>> = {
  read: 'refcount_read',
  set: 'refcount_set',
  inc: 'refcount_inc',
  dec: 'refcount_dec',
  add: 'refcount_add',
  inc_not_zero: 'refcount_inc_not_zero',
  add_not_zero: 'refcount_add_not_zero',
  dec_and_test: 'refcount_dec_and_test',
  sub_and_test: 'refcount_sub_and_test',
};

/**
 * What an op becomes when each `atomic_t` op is replaced by the `refcount_t` op of the same shape, as one would do it without
 * a second thought. What has no such op becomes a TODO, in the place of the expression.
 *
 *     atomic_inc(&p->refs)                  refcount_inc(&p->refs)
 *     atomic_dec_return(&p->refs) == 0      refcount_dec_and_test(&p->refs)
 *     if (atomic_dec_return(&p->refs))      if (!refcount_dec_and_test(&p->refs))
 *     atomic_add_unless(&p->refs, 1, -1)    refcount_inc_not_zero(&p->refs)
 *     atomic_inc_return(&p->refs)           ({ REFUZZ_TODO("…"); 0; })
 *
 * @param call the call of the op; its counter is found among the arguments
 */
export function convertedOp(site: Site, call: Node): Edit {
  const args = call.childForFieldName('arguments')?.namedChildren.flatMap((one) => one?.text ?? []) ?? [];
  const of = (node: Node, text: string): Edit => ({ from: node.startIndex, to: node.endIndex, text });
  const name = NAMESAKES[site.op];
  const counter = args.find((arg) => /&|\.|->/.test(arg)) ?? args.at(-1) ?? '';
  // `atomic_add_unless(&x, 1, 0)` and `atomic_fetch_add(1, &x)` are inc_not_zero and inc under other names.
  const isOfOne = ['inc', 'dec', 'inc_not_zero', 'dec_and_test', 'read'].includes(site.op);
  if (name && isOfOne) return of(call, `${name}(${counter})`);
  if (name) return of(call, `${name}(${args.join(', ')})`);
  switch (site.op) {
    case 'dec_return':
      return decReturn(call, counter, of);
    case 'sub_return':
      return compared(call, '==', '0')
        ? of(call.parent!, `refcount_sub_and_test(${args.join(', ')})`)
        : of(call, undecided(site));
    case 'add_unless':
      return args[1] === '1' ? of(call, `refcount_inc_not_zero(${args[0]})`) : of(call, undecided(site));
    case 'dec_not_one':
      return of(call, `refcount_dec_not_one(${counter})`);
    case 'dec_if_one':
      return swapped(call, counter, '1', of) ?? of(call, `refcount_dec_if_one(${counter})`);
    case 'cmpxchg':
      return (
        (args[1] === '1' && args[2] === '0' && swapped(call, counter, '1', of)) || of(call, undecided(site))
      );
    case 'dec_and_lock':
      return of(call, call.text.replace(/^atomic_dec_and/, 'refcount_dec_and'));
    default:
      return of(call, undecided(site));
  }
}

/**
 * `cmpxchg(x, 1, 0) == 1` asks whether it was done.
 *
 *     cmpxchg(&x, 1, 0) == 1      refcount_dec_if_one(&x)
 *     cmpxchg(&x, 1, 0) != 1      !refcount_dec_if_one(&x)
 *     cmpxchg(&x, 1, 0)           neither: any count but 0 would be taken for success
 */
function swapped(
  call: Node,
  counter: string,
  old: string,
  of: (node: Node, text: string) => Edit,
): Edit | undefined {
  if (compared(call, '==', old)) return of(call.parent!, `refcount_dec_if_one(${counter})`);
  return compared(call, '!=', old) ? of(call.parent!, `!refcount_dec_if_one(${counter})`) : undefined;
}

/** Who asks whether the count is 0, or has fallen below it, asks whether it was the last reference. */
function decReturn(call: Node, counter: string, of: (node: Node, text: string) => Edit): Edit {
  const put = `refcount_dec_and_test(${counter})`;
  if (call.parent?.type === 'unary_expression' && call.parent.text.startsWith('!'))
    return of(call.parent, put);
  if (isCondition(call)) return of(call, `!${put}`);
  for (const [relation, value, sign] of LAST)
    if (compared(call, relation, value)) return of(call.parent!, `${sign}${put}`);
  return of(
    call,
    `({ REFUZZ_TODO("refcount_t has no dec_return: what is asked of the value? __refcount_dec_and_test(&x, &old) tells the old one"); 0; })`,
  );
}

/**
 * Comparisons of a value after `dec` that a person would take for "was it the last one?", and the sign in front of
 * `dec_and_test` then. `< 0` is no such question, strictly: what changes with it shows when the two files are checked
 * against each other, which is what naive.c is for.
 */
const LAST: readonly (readonly [relation: string, value: string, sign: string])[] = [
  ['==', '0', ''],
  ['<=', '0', ''],
  ['<', '1', ''],
  ['<', '0', ''],
  ['!=', '0', '!'],
  ['>', '0', '!'],
  ['>=', '1', '!'],
  ['>=', '0', '!'],
];

/** `if (dec_return(x))`, through brackets and the operands of `&&` and `||`: whether it is 0 is all that is asked. */
function isCondition(call: Node): boolean {
  let at = call;
  for (;;) {
    const { parent } = at;
    if (!parent) return false;
    if (/^(?:if|while|do)_statement$/.test(parent.type))
      return parent.childForFieldName('condition')?.id === at.id;
    if (parent.type === 'conditional_expression') return parent.childForFieldName('condition')?.id === at.id;
    const isLogical = /^(?:&&|\|\|)$/.test(parent.childForFieldName('operator')?.text ?? '');
    if (parent.type !== 'parenthesized_expression' && !isLogical) return false;
    at = parent;
  }
}

/** `dec_return(x) == 0`: the call stands on the left, as nearly all of the kernel's do. */
function compared(call: Node, relation: string, value: string): boolean {
  const { parent } = call;
  if (parent?.type !== 'binary_expression') return false;
  const operator = parent.childForFieldName('operator')?.text;
  return operator === relation && parent.childForFieldName('right')?.text === value;
}

/** An expression with a TODO in it: whatever stands around it can stay. */
function undecided({ op, written }: Site): string {
  if (op === 'inc_return')
    return `({ REFUZZ_TODO("refcount_t has no inc_return: what is asked of the value? __refcount_inc(&x, &old) tells the old one"); 0; })`;
  return `({ REFUZZ_TODO("refcount_t has nothing in the place of ${written}(): decide what stands here"); 0; })`;
}

/**
 * All ops of atomic_t in a text, by their names: for wrappers and macros, in which they are on a parameter.
 *
 *     #define peer_hold(p) atomic_inc(&(p)->refs)     #define peer_hold(p) refcount_inc(&(p)->refs)
 *
 * A macro is text and has no calls to look at. An op without a namesake stays, and the compiler points to it.
 */
export function convertedText(text: string): string {
  return text
    .replaceAll(
      /\batomic(?:64|_long)?_(read|set|inc|dec|add|inc_not_zero|dec_and_test|sub_and_test)\b/g,
      'refcount_$1',
    )
    .replaceAll(/\batomic(?:64|_long)?_t\b/g, 'refcount_t');
}
