import { leavesFrom, restAfter } from './branches.ts';
import { amountOf, argumentsOf, calleeOf, textOf } from './expressions.ts';
import { awaits, isAssertion, isTransparent, prints } from './idioms.ts';
import type { Node } from './tree.ts';
import {
  decide,
  type Found,
  pending,
  type Reads,
  type Result,
  rise,
  shifted,
  truth,
  type Way,
} from './ways.ts';

const LOOP = new Set(['while_statement', 'do_statement', 'for_statement']);
/** The argument of a call: asserted, awaited, printed, handed on as it is, or gone. */
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
    pending(way, found, true);
    rise(found, 'tested');
    return false;
  }
  if (isTransparent(name)) return true;
  // An iterator or a guard of the kernel's has its condition as an argument: `if_unlikely(x)`.
  if (/^(?:if|while|unless|scoped_cond_guard)_?/.test(name) && argumentsOf(call).length === 1) return true;
  pending(way, found);
  rise(found, prints(name) ? 'printed' : 'passed');
  return at === list && index === -1;
}

/** Statements: `if`, loops, `switch`; anything else keeps the value. */
export function statement(
  body: Reads,
  at: Node,
  parent: Node,
  index: number,
  result: Result,
  way: Way,
  found: Found,
): boolean {
  switch (parent.kind) {
    case 'if_statement': {
      if (index !== 0) return false;
      truth(way);
      const yes = parent.kids[1]!;
      const other = parent.kids[2];
      const after = leavesFrom(body, yes) !== undefined ? restAfter(parent) : undefined;
      const isElse = other?.kind === 'else_clause';
      decide(body, way, found, [yes], isElse ? [...other.kids] : after);
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
      if (parent.kids.at(-1) === at) return false;
      truth(way);
      decide(body, way, found, [parent.kids.at(-1)!], restAfter(parent), waitsOnly(body, parent.kids.at(-1)));
      return false;
    case 'switch_statement':
      if (index === 0) cases(body, parent, result, way, found);
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
      pending(way, found);
      rise(found, 'stored');
      return false;
    default:
      return !LOOP.has(parent.kind);
  }
}

/** A loop whose body does nothing but let time pass. */
function waitsOnly(body: Reads, inner: Node | undefined): boolean {
  if (inner === undefined) return true;
  const text = textOf(body, inner).replace(/[{};\s]|\/\*[\s\S]*?\*\//g, '');
  return /^(?:(?:cpu_relax|cond_resched|schedule\w*|m?sleep|msleep\w*|udelay|usleep_range|ndelay|barrier|yield|cpu_chill|mdelay|fsleep|wait\w*|io_schedule|synchronize_\w+|set_current_state)\([^()]*\))*$/.test(
    text,
  );
}

function cases(body: Reads, parent: Node, { shift }: Result, way: Way, found: Found): void {
  const block = parent.kids[1];
  let first: Node | undefined;
  for (const one of block?.kids ?? []) {
    if (one.kind !== 'case_statement' || /^default\b/.test(textOf(body, one))) continue;
    const value = one.kids[0];
    if (value === undefined) continue;
    way.tests.push({ relation: '==', with: shifted(amountOf(body, value), shift) });
    first ??= one;
  }
  way.isTruth = true;
  decide(body, way, found, first?.kids.slice(1), undefined);
}
