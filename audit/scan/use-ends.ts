import { LEAVING, leavesFrom, restAfter } from './branches.ts';
import { amountOf, argumentsOf, calleeOf, textOf } from './expressions.ts';
import { awaits, isAssertion, isTransparent, prints } from './idioms.ts';
import type { Node } from './tree.ts';
import { asks, decide, ended, type Found, pending, type Reads, rise, truth, type Way } from './ways.ts';

/** Loops: a value in one that is not its condition goes no further. */
const LOOP = new Set(['while_statement', 'do_statement', 'for_statement']);
/**
 * The argument of a call: asserted, awaited, printed, handed on as it is, or gone.
 *
 *     if (WARN_ON(read(v) < 1))      asserted, and decides a branch
 *     wait_event(q, !read(v))        awaited: the test is the condition's
 *     pr_info("%d", read(v))         printed
 *     if (unlikely(read(v)))         as if it stood there alone
 *     report(read(v))                passed, and nobody knows what is made of it
 */
export function argument(body: Reads, at: Node, list: Node, index: number, way: Way, found: Found): boolean {
  const call = list.parent;
  if (call === undefined || call.kind !== 'call_expression') return true;
  const name = calleeOf(body, call);
  if (isAssertion(name)) {
    truth(way);
    way.isAssertion = true;
    return true;
  }
  if (awaits(name)) {
    truth(way);
    ended(way, found, true);
    rise(found, 'tested');
    return false;
  }
  if (isTransparent(name)) return true;
  // An iterator or a guard of the kernel's has its condition as an argument: `if_unlikely(x)`.
  if (/^(?:if|while|unless|scoped_cond_guard)_?/.test(name) && argumentsOf(call).length === 1) return true;
  ended(way, found);
  rise(found, prints(name) ? 'printed' : 'passed');
  return at === list && index === -1;
}

/**
 * Statements: `if`, loops, `switch`. A value that stands in a condition decides; one that stands in a body of its own goes no
 * further. Of an `if` whose branch leaves, what follows is the other branch:
 *
 *     if (!dec_and_test(v))
 *         return;
 *     kfree(b);             the branch of truth
 *
 * What happens where a loop's condition is false, is what follows the loop.
 */
export function statement(
  body: Reads,
  at: Node,
  parent: Node,
  index: number,
  way: Way,
  found: Found,
): boolean {
  switch (parent.kind) {
    case 'if_statement': {
      if (index !== 0) return false;
      truth(way);
      const yes = parent.kids[1];
      const other = parent.kids[2];
      const after = leavesFrom(body, yes) !== undefined ? restAfter(parent) : undefined;
      const isElse = other?.kind === 'else_clause';
      decide(body, way, found, yes && [yes], isElse ? [...other.kids] : after);
      return false;
    }
    case 'while_statement':
    case 'do_statement': {
      const inner = parent.kind === 'do_statement' ? parent.kids[0] : parent.kids[1];
      if (parent.kids[parent.kind === 'do_statement' ? 1 : 0] !== at) return false;
      truth(way);
      const isWaiting = waitsOnly(body, inner);
      decide(body, way, found, inner === undefined ? [] : [inner], restAfter(parent), isWaiting);
      return false;
    }
    case 'for_statement':
      if (!isLoopCondition(body, parent, at)) {
        // `for (n = read(v); n > 0; n--)` has set n by now; `for (…; …; read(v))` lets the value go.
        pending(way, found);
        return false;
      }
      truth(way);
      decide(body, way, found, [parent.kids.at(-1)!], restAfter(parent), waitsOnly(body, parent.kids.at(-1)));
      return false;
    case 'switch_statement':
      if (index === 0) cases(body, parent, way, found);
      return false;
    case 'compound_statement':
    case 'translation_unit':
    case 'function_definition':
    case 'declaration':
      return false;
    case 'subscript_expression':
    case 'initializer_list':
    case 'initializer_pair':
    case 'field_expression':
      ended(way, found);
      rise(found, 'stored');
      return false;
    default:
      return !LOOP.has(parent.kind);
  }
}

/**
 * A loop whose body does nothing but let time pass: `while (atomic_read(v)) cpu_relax();`. It waits for somebody else to
 * count down, as `wait_event` does, and does not do something for each.
 */
function waitsOnly(body: Reads, inner: Node | undefined): boolean {
  if (inner === undefined) return true;
  // A body of more than a few calls does more than wait.
  if (inner.to - inner.from > 600) return false;
  const text = textOf(body, inner).replace(/[{};\s]|\/\*[\s\S]*?\*\//g, '');
  return /^(?:(?:cpu_relax|cond_resched|schedule\w*|m?sleep|msleep\w*|udelay|usleep_range|ndelay|barrier|yield|cpu_chill|mdelay|fsleep|wait\w*|io_schedule|synchronize_\w+|set_current_state)\([^()]*\))*$/.test(
    text,
  );
}

/** Whether a part of `for (first; condition; step) body` is the condition: it stands between the two semicolons. */
function isLoopCondition(body: Reads, loop: Node, part: Node): boolean {
  if (part === loop.kids.at(-1)) return false;
  let semicolons = 0;
  let from = loop.from;
  for (const kid of loop.kids) {
    semicolons += body.text.slice(from, kid.from).split(';').length - 1;
    if (kid === part) break;
    // `for (int i = 0; …`: the declaration has its semicolon in itself.
    if (kid.kind === 'declaration') semicolons++;
    from = kid.to;
  }
  return semicolons === 1;
}

/**
 * A switch compares the value with each of its cases, and each has a branch, which goes on into the next case until
 * something leaves:
 *
 *     switch (dec_return(v)) {
 *     case 1: wake_up(q); break;     == 1 wakes
 *     case 0:
 *     case -1: kfree(b);             == 0 frees, and so does == -1
 *     }
 *
 * Of a truth, `case 0` is the branch where the op says false, and whatever else there is, the other.
 */
function cases(body: Reads, parent: Node, way: Way, found: Found): void {
  const all = (parent.kids[1]?.kids ?? []).filter(({ kind }) => kind === 'case_statement');
  const isDefault = (one: Node) => body.text.startsWith('default', one.from);
  if (way.isTruth) {
    const isZero = (one: Node) =>
      !isDefault(one) && one.kids[0] !== undefined && amountOf(body, one.kids[0]) === 0;
    const no = all.findIndex(isZero);
    const yes = all.findIndex((one) => !isZero(one));
    decide(body, way, found, through(all, yes, isDefault), through(all, no, isDefault));
    return;
  }
  const { isFlipped } = way;
  for (const [index, one] of all.entries()) {
    const value = one.kids[0];
    if (isDefault(one) || value === undefined) continue;
    Object.assign(way, { isTruth: false, isFlipped });
    asks(way, '==', amountOf(body, value));
    decide(body, way, found, through(all, index, isDefault), undefined);
  }
}

/** Cases that fall through into each other are few; a table of thousands is not gone through for each. */
const MOST_FALLING = 20;

/** The statements of a case, and of those that it falls into. */
function through(
  all: readonly Node[],
  first: number,
  isDefault: (one: Node) => boolean,
): readonly Node[] | undefined {
  if (first === -1) return undefined;
  const statements: Node[] = [];
  for (const one of all.slice(first, first + MOST_FALLING)) {
    const own = isDefault(one) ? one.kids : one.kids.slice(1);
    statements.push(...own.slice(0, 400));
    if (own.some(leaves)) break;
  }
  return statements;
}

/** `break;`, and `{ …; break; }`. */
function leaves(statement: Node): boolean {
  const last = statement.kind === 'compound_statement' ? statement.kids.at(-1) : statement;
  return last !== undefined && LEAVING.has(last.kind);
}
