import type { Tokens } from './tokens.ts';

/** A `#define`. */
export interface Macro {
  readonly name: string;
  /** Undefined for one without brackets. */
  readonly parameters: readonly string[] | undefined;
  /** Where its body begins and ends in the text. */
  readonly from: number;
  readonly to: number;
}

/** The bracket of a macro with parameters follows its name at once: `#define A (b)` has none. */
const DEFINE = /^#\s*define\s+(\w+)(\(([^)]*)\))?/;
/** A body that is only a path: `__sk_common.skc_refcnt`; a single word (`#define a b`) is none, as it may be anything. */
const ALIAS = /^\(?\s*([A-Za-z_]\w*(?:\s*(?:\.|->)\s*\w+)+)\s*\)?$/;

/**
 * The macros of a file, from its directives. Those of more than 20 000 characters are tables, which nobody calls.
 *
 *     #define box_get(b) atomic_inc(&(b)->users)      box_get, [b], and where the body stands
 *     #define b_users inner.users                     b_users, without parameters
 *     #define EACH(x, ...) f(x, __VA_ARGS__)          EACH, [x, '']
 */
export function macrosOf(tokens: Tokens): Macro[] {
  const found: Macro[] = [];
  for (const { from, to } of tokens.directives) {
    if (to - from > 20_000) continue;
    const parts = DEFINE.exec(tokens.text.slice(from, to));
    if (parts === null) continue;
    const parameters =
      parts[2] === undefined
        ? undefined
        : parts[3]!.split(',').map((name) =>
            name
              .replace(/\\\s/g, '')
              .replace(/\.\.\.$/, '')
              .trim(),
          );
    found.push({ name: parts[1]!, parameters, from: from + parts[0].length, to });
  }
  return found;
}

/**
 * The path of `#define sk_refcnt __sk_common.skc_refcnt`; empty for other macros. Without these, structures whose members
 * were moved into a common one at some time have no counter: all their users still write the old name.
 */
export function aliasedMember(macro: Macro, text: string): string {
  if (macro.parameters !== undefined || macro.to - macro.from > 120) return '';
  const path = ALIAS.exec(
    text
      .slice(macro.from, macro.to)
      .replace(/\/\*.*?\*\//g, '')
      .trim(),
  )?.[1];
  return path === undefined ? '' : path.replace(/\s/g, '').replaceAll('->', '/').replaceAll('.', '/');
}

/** The type that a macro gives: that of `container_of(p, struct foo, m)`, or of a cast; empty for other macros. */
export function givenByMacro(macro: Macro, text: string): string {
  if (macro.parameters === undefined || macro.to - macro.from > 400) return '';
  const body = text.slice(macro.from, macro.to).replace(/\\\n/g, ' ');
  const type =
    /(?:container_of\w*|list_entry|rb_entry\w*|hlist_entry)\s*\([^;]*,\s*(?:const\s+)?struct\s+(\w+)\s*,/.exec(
      body,
    ) ?? /^\s*\(+\s*(?:const\s+)?struct\s+(\w+)\s*(?:__\w+\s*)?\*\s*\)/.exec(body);
  return type === null ? '' : `*${type[1]}`;
}

/** Calls in a macro's body that may free. Of macros only these are followed, as their bodies can be anything. */
const FREES = /\b(\w*free\w*|call_rcu\w*|queue_work|schedule_work|kref_put)\s*\(([^;{}]*)\)/g;

/** The calls of a macro that may free what it is given, in the form of `FunctionFact.c`. */
export function freeingCallsOfMacro(macro: Macro, text: string): string[] {
  if (macro.parameters === undefined || macro.to - macro.from > 600) return [];
  const { parameters } = macro;
  const found: string[] = [];
  for (const [, name, list] of text.slice(macro.from, macro.to).matchAll(FREES)) {
    const args = list!.split(',').map((arg) => {
      const word = /^[\s(]*(\w+)[\s)]*$/.exec(arg)?.[1] ?? '';
      const index = parameters.indexOf(word);
      return index === -1 ? word : `${index}`;
    });
    if (args.some((arg) => /^\d+$/.test(arg))) found.push(`${name} ${args.join(',')}`);
  }
  return found;
}

/**
 * Whether a macro may be a path, to a counter or on to one: `(&(b)->users)`, `((b)->inner)`. It is asked by the text, as a
 * header has thousands of macros and each that is parsed costs as much as a small function.
 */
export function mayLead(macro: Macro, text: string): boolean {
  if (macro.parameters === undefined || macro.to - macro.from > 160) return false;
  const body = text.slice(macro.from, macro.to);
  return /->|\.\w|\bper_cpu/.test(body) && !/[;={}?"|<+]|&&|\bdo\b|##/.test(body.replaceAll('->', ''));
}
