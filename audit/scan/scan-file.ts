import type { Parser } from 'web-tree-sitter';
import { asPlainC, blanksOf, cleanText } from './clean-text.ts';
import type { FileFacts, FunctionFact } from './facts.ts';
import { freeingCalls, pruned } from './freeing-calls.ts';
import { functionFacts, leadOfMacro } from './function-facts.ts';
import type { FunctionRange } from './function-head.ts';
import { initialValues } from './initial-values.ts';
import { COUNTER_POINTER, isInteresting, OP_WORD } from './interest.ts';
import { Lines } from './lines.ts';
import { aliasedMember, freeingCallsOfMacro, givenByMacro, type Macro, macrosOf, mayLead } from './macros.ts';
import { type Outline, outlineOf } from './outline.ts';
import { type Tokens, tokensOf } from './tokens.ts';
import { type Unseen, unseenOf } from './unseen-ops.ts';
import type { Gathered } from './walk.ts';

/** Words without which a file has neither a counter nor an op nor an initial value. */
const COUNTER_WORD =
  /\b(?:atomic(?:64|_long)?_|refcount_|REFCOUNT_|ATOMIC(?:64|_LONG)?_INIT|kref|KREF_|rcuref|RCUREF_|local_t\b|local_(?:inc|dec|add|sub|set|read)\b|LOCAL_INIT|percpu_ref|lockref)/;
/** What makes a header of interest that has no counter: expressions lead through its structures and functions. */
const DECLARES = /\b(?:struct|union)\s+\w+\s*\{|\binline\b|\bstruct\s+\w+\s*\*+\s*\w+\s*\(|\bcontainer_of\b/;
/**
 * Implementations of the ops. If they were read, `atomic_inc(&v->refs)` in `refcount_inc(refcount_t *r)` would make that a
 * wrapper, and a counter's ops would be told once as what is written and once as what that does.
 */
const IMPLEMENTATION =
  /(?:^|\/)(?:arch\/[^/]+\/include\/asm\/(?:[\w-]*(?:atomic|local(?:64)?\.h|cmpxchg|refcount)[\w-]*(?:\.h)?)|include\/linux\/(?:atomic(?:\/|[\w-]*\.h)|refcount(?:_types)?\.h|kref\.h|rcuref\.h|local_lock\w*\.h)|include\/asm-generic\/(?:[\w-]*atomic|local)[\w-]*(?:\.h|\/)|lib\/(?:refcount|rcuref|atomic64|atomic64_test)\.c|arch\/[^/]+\/lib\/[\w-]*atomic[\w-]*\.[ch])/;
/** Not part of a kernel. */
const ELSEWHERE = /^(?:tools|scripts|Documentation)\//;

/** Whether a file implements the ops, or belongs to no kernel: audits of a whole tree leave it out. */
export function isLeftOut(path: string): boolean {
  return IMPLEMENTATION.test(path) || ELSEWHERE.test(path);
}

/**
 * Whether a file can say anything of a counter: it has a word of theirs, or it is a header that declares what expressions
 * lead through. It is asked of every file, so it looks at the text alone.
 */
export function isWorthParsing(path: string, text: string): boolean {
  if (isLeftOut(path)) return false;
  return COUNTER_WORD.test(text) || (path.endsWith('.h') && DECLARES.test(text));
}

/**
 * Reads a file. What it says depends on nothing but the text, so that it can be cached by that.
 *
 * The file is read three times, from quick to slow, and each reading says what the next one is spared:
 *
 *     tokens      where functions, structures, macros and comments are       all files
 *     outline     what structures and variables there are, by tokens        all files
 *     trees       what functions do with counters                           the functions that may do something
 *
 * A tree of a whole file would be of little use: an unknown macro at its top (`MODULE_THING(x) { … }`) spoils all that
 * follows it, while a function alone, with its head replaced, is C as good as ever. And most functions of a kernel have nothing
 * to do with counters.
 */
export function scanFile(parser: Parser, _path: string, text: string): FileFacts {
  const tokens = tokensOf(text);
  const lines = new Lines(text);
  const outline = outlineOf(tokens, lines);
  const into: Gathered = {
    sites: [],
    calls: [],
    escapes: [],
    initials: [],
    statics: [],
    handlers: [],
    leads: [],
    seen: new Set(),
  };
  const blanks = blanksOf(tokens);
  const macros = macrosOf(tokens);
  const counting = new Set(
    macros.filter(({ from, to }) => OP_WORD.test(text.slice(from, to))).map(({ name }) => name),
  );
  const copies = copiesOf(outline);
  const functions: FunctionFact[] = [];
  for (const range of outline.functions) {
    const calls = range.close === -1 ? [] : freeingCalls(tokens, range);
    const before = into.sites.length;
    const called = into.calls.length;
    if (isInteresting(tokens, range, counting, copies))
      parseFunction(parser, tokens, lines, blanks, range, into, counting);
    const hasOps = into.sites.length > before || into.calls.length > called;
    if (calls.length > 0 || hasOps) functions.push(functionFact(tokens, lines, range, calls, hasOps));
  }
  const gives = [...outline.gives];
  const members: string[] = [];
  for (const macro of macros) oneMacro(parser, tokens, lines, macro, into, { functions, gives, members });
  into.initials.push(...initialValues(tokens, lines, outline.functions));
  handlersIn(tokens, into);
  return compact(
    includesOf(tokens),
    outline,
    into,
    { functions: pruned(functions), gives, members },
    unseenOf(parser, tokens, lines, outline.functions, macros, into),
  );
}

/** Assignments to the counters that the file declares: `n->refs = t->refs;` is a value that no op gave. */
function copiesOf({ structs }: Outline): RegExp | undefined {
  const names = new Set(structs.flatMap(({ c = [] }) => c.flatMap(({ n }) => (/^\w+$/.test(n) ? [n] : []))));
  return names.size === 0 ? undefined : new RegExp(`[.>]\\s{0,4}(?:${[...names].join('|')})\\s{0,8}=[^=]`);
}

/**
 * What other files need to know of a function: its parameters, as ops in wrappers are numbered by them, and what
 * it may free.
 */
function functionFact(
  tokens: Tokens,
  lines: Lines,
  range: FunctionRange,
  calls: string[],
  hasOps: boolean,
): FunctionFact {
  return {
    n: range.name,
    k: range.flags,
    l: lines.lineOf(tokens.froms[range.head]!),
    p: range.parameters.map(({ name, type }) => `${name}:${type}`),
    ...(calls.length > 0 && { c: calls }),
    ...(hasOps && { o: 1 as const }),
  };
}

/** Hands a function's body to the parser, and gathers its facts. */
function parseFunction(
  parser: Parser,
  tokens: Tokens,
  lines: Lines,
  blanks: readonly [number, number][],
  range: FunctionRange,
  into: Gathered,
  macros: ReadonlySet<string>,
): void {
  // The head is replaced by one that no macro can spoil: `v(){`, which ends where the brace does.
  const from = tokens.froms[range.open]!;
  const to = tokens.tos[range.close]!;
  const clean = `void f()${asPlainC(tokens, range, cleanText(tokens.text, from, to, blanks), from)}`;
  functionFacts(
    parser,
    {
      name: range.name,
      text: tokens.text,
      lines,
      clean,
      from: from - 8,
      parameters: range.parameters,
      isMacro: false,
      givesCounter: COUNTER_POINTER.test(range.gives),
      macros,
    },
    into,
  );
}

/** A macro that has ops or frees is a function to its callers, whose parameters have no types. */
function macroFact(lines: Lines, macro: Macro, calls: readonly string[], hasOps: boolean): FunctionFact {
  return {
    n: macro.name,
    k: 4,
    l: lines.lineOf(macro.from),
    p: (macro.parameters ?? []).map((name) => `${name}:`),
    ...(calls.length > 0 && { c: calls }),
    ...(hasOps && { o: 1 as const }),
  };
}

/** Facts by name that macros add to: to other files a macro is a function, a member, or a way from one object to another. */
interface Named {
  readonly functions: FunctionFact[];
  readonly gives: string[];
  readonly members: string[];
}

/**
 * A macro may be a member's other name, a way to an object, an expression that leads to a counter, or a function
 * with ops. Its
 * body is read once more, as the statement that it becomes where it is used:
 *
 *     #define box_get(b) atomic_inc(&(b)->users)     void f(){ atomic_inc(&(b)->users); }
 */
function oneMacro(
  parser: Parser,
  tokens: Tokens,
  lines: Lines,
  macro: Macro,
  into: Gathered,
  named: Named,
): void {
  const { text } = tokens;
  const alias = aliasedMember(macro, text);
  if (alias !== '') named.members.push(`${macro.name}:${alias}`);
  const given = givenByMacro(macro, text);
  if (given !== '') named.gives.push(`${macro.name}:${given}`);
  else if (mayLead(macro, text)) {
    const lead = leadOfMacro(parser, text, macro.from, macro.to, macro.parameters ?? []);
    if (lead !== '') into.leads.push(`${macro.name}:${lead}`);
  }
  const body = text.slice(macro.from, macro.to);
  const calls = freeingCallsOfMacro(macro, text);
  const hasOps = OP_WORD.test(body);
  if (calls.length > 0 || hasOps) named.functions.push(macroFact(lines, macro, calls, hasOps));
  if (!hasOps) return;
  // Lines are joined; `##` and `#` would be errors.
  const clean = body.replace(/\\\r?\n/g, (end) => ' '.repeat(end.length)).replace(/#/g, ' ');
  functionFacts(
    parser,
    {
      name: macro.name,
      text,
      lines,
      clean: `void f(){${clean};}`,
      from: macro.from - 9,
      parameters: (macro.parameters ?? []).map((name) => ({ name, type: '', stars: 0 })),
      isMacro: true,
    },
    into,
  );
}

/**
 * `DECLARE_WORK(name, function)`, and work that is initialised in braces. `INIT_WORK` is a call, and met by those who read
 * calls; these stand outside of functions, and only the text has them.
 */
function handlersIn(tokens: Tokens, into: Gathered): void {
  for (const found of tokens.text.matchAll(
    /\bDECLARE_(?:DELAYED_)?WORK\s*\(\s*(\w+)\s*,\s*(\w+)\s*\)|\b__(?:DELAYED_)?WORK_INITIALIZER\s*\(\s*(?:[\w.>-]{0,80}[.>])?(\w{1,80})\s*,\s*(\w+)/g,
  ))
    into.handlers.push(`${found[1] ?? found[3]}:${found[2] ?? found[4]}`);
}

/** What the file includes, as it is written between quotes or angles. */
function includesOf({ directives, text }: Tokens): string {
  const found: string[] = [];
  for (const { from, to } of directives) {
    const included = /^#\s*include\s*[<"]([^>"\s]+)[>"]/.exec(
      text.slice(from, Math.min(to, from + 120)),
    )?.[1];
    if (included !== undefined) found.push(included);
  }
  return found.join(' ');
}

/** Leaves out what is empty: most files have a few kinds of facts, and all facts of a tree are read at each run. */
function compact(
  includes: string,
  outline: Outline,
  into: Gathered,
  named: Named,
  { written, unseen }: Unseen,
): FileFacts {
  const globals = [...outline.globals, ...into.statics];
  const facts = {
    structs: outline.structs.filter(({ f, c, m }) => (f ?? c ?? m) !== undefined),
    typedefs: outline.typedefs,
    globals,
    functions: named.functions,
    gives: [...new Set(named.gives)],
    members: named.members,
    leads: [...new Set(into.leads)],
    handlers: [...new Set(into.handlers)],
    sites: into.sites,
    calls: into.calls,
    initials: into.initials,
    escapes: into.escapes,
    unseen,
  };
  const filled = Object.entries(facts).filter(([, list]) => list.length > 0);
  return {
    ...(includes !== '' && { includes }),
    ...Object.fromEntries(filled),
    ...(written > 0 && { written }),
  };
}
