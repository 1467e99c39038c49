import type { Parser } from 'web-tree-sitter';
import { word } from './declarators.ts';
import type { FileFacts, FunctionFact } from './facts.ts';
import { freeingCalls } from './freeing-calls.ts';
import { functionFacts, type Gathered, leadOfMacro } from './function-facts.ts';
import type { FunctionRange } from './function-head.ts';
import { isCounting, isCountingMember, isElsewhere, isTelling, MAY_FREE, OTHER_MEMBER } from './idioms.ts';
import { initialValues } from './initial-values.ts';
import { Lines } from './lines.ts';
import { aliasedMember, givenByMacro, type Macro, macrosOf, mayLead } from './macros.ts';
import { opNamed } from './op-grammar.ts';
import { type Outline, outlineOf } from './outline.ts';
import { rescueOps } from './rescued-ops.ts';
import { IDENT, type Tokens, tokensOf } from './tokens.ts';

const OP_WORD = /\b(?:raw_|arch_|__)*(?:atomic|refcount|kref|rcuref|local)(?:64|_long)?_[a-z]/;
const COUNTER_WORD =
  /\b(?:atomic(?:64|_long)?_|refcount_|REFCOUNT_|ATOMIC(?:64|_LONG)?_INIT|kref|KREF_|rcuref|RCUREF_|local_t\b|local_(?:inc|dec|add|sub|set|read)\b|LOCAL_INIT|percpu_ref|lockref)/;
const DECLARES = /\b(?:struct|union)\s+\w+\s*\{|\binline\b|\bstruct\s+\w+\s*\*+\s*\w+\s*\(|\bcontainer_of\b/;
/** Implementations of the ops: their parameters would be wrappers of everything. */
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

/** Reads a file. What it says depends on nothing but the text, so that it can be cached by that. */
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
  const functions: FunctionFact[] = [];
  for (const range of outline.functions) {
    const calls = range.close === -1 ? [] : freeingCalls(tokens, range);
    const before = into.sites.length;
    const called = into.calls.length;
    if (isInteresting(tokens, range, counting))
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
    outline,
    into,
    { functions: pruned(functions), gives, members },
    unseenOf(parser, tokens, lines, outline, macros, into),
  );
}

/** Leaves out the calls that cannot lead to what frees: by their names, and by what they call in turn in this file. */
function pruned(functions: readonly FunctionFact[]): FunctionFact[] {
  const leading = new Set<string>();
  const nameOf = (call: string) => call.slice(call.startsWith('?') ? 1 : 0, call.indexOf(' '));
  const isLeading = (call: string) => MAY_FREE.test(nameOf(call)) || leading.has(nameOf(call));
  for (let before = -1; before !== leading.size; ) {
    before = leading.size;
    for (const { n, c } of functions) if (c?.some(isLeading)) leading.add(n);
  }
  return functions.flatMap((fact) => {
    const { c, ...rest } = fact;
    const calls = c?.filter(isLeading) ?? [];
    if (calls.length > 0) return [{ ...rest, c: calls }];
    return fact.o === 1 || /free|destroy|release|put|dealloc/.test(fact.n) ? [rest] : [];
  });
}

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

/** A call in a function without ops is of interest if it may be one of a wrapper. */
const HANDS_OR_TESTS =
  /[(,]\s*&\s*\w|\b(?:if|while|return)\s*\(?\s*!?\s*\w*(?:get|put|ref|dec|inc|count|hold|grab|drop|release|use|last|busy|idle|dead|alive|shared)\w*\s*\(|\b[A-Z_]*(?:INC|DEC|ADD|SUB|GET|PUT|REF|STAT|COUNT|CNT)[A-Z_]*\s*\(/;
const COUNTER_POINTER = /^\*+(?:atomic(?:64|_long)?_t|local_t|refcount_t|kref|rcuref_t)$/;

function isInteresting(tokens: Tokens, range: FunctionRange, macros: ReadonlySet<string>): boolean {
  if (range.close === -1) return false;
  const body = tokens.text.slice(tokens.tos[range.open], tokens.froms[range.close]);
  if (OP_WORD.test(body) || /\.\s*(?:counter|refs)\b/.test(body)) return true;
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

/** A call that is handed a member which may count, one whose result tells something, or a macro that counts. */
function isMaybeWrapped(tokens: Tokens, at: number, macros: ReadonlySet<string>): boolean {
  const name = word(tokens, at);
  if (macros.has(name)) return true;
  if (isElsewhere(name)) return false;
  const { kinds } = tokens;
  const close = tokens.partners[at + 1]!;
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

/** Ranges that the parser must not see, in order. */
function blanksOf(tokens: Tokens): [from: number, to: number][] {
  const blanks: [number, number][] = tokens.directives.map(({ from, to }) => [from, to]);
  for (let at = 0; at < tokens.dropped.length; at += 2)
    blanks.push([tokens.dropped[at]!, tokens.dropped[at + 1]!]);
  for (let at = 0; at < tokens.comments.length; at += 2)
    blanks.push([tokens.comments[at]!, tokens.comments[at + 1]!]);
  return blanks.sort(([one], [other]) => one - other);
}

/** A part of the text, with spaces for what the parser must not see: all branches of an `#if` are read at once. */
function cleanText(
  text: string,
  from: number,
  to: number,
  blanks: readonly (readonly [from: number, to: number])[],
): string {
  let clean = '';
  let at = from;
  let low = 0;
  let high = blanks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (blanks[middle]![0] < from) low = middle + 1;
    else high = middle;
  }
  for (let index = low; index < blanks.length && blanks[index]![0] < to; index++) {
    const [start, end] = blanks[index]!;
    if (end <= at) continue;
    clean += text.slice(at, Math.max(start, at)) + ' '.repeat(Math.min(end, to) - Math.max(start, at));
    at = Math.min(end, to);
  }
  return clean + text.slice(at, to);
}

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
  const clean = `void f()${cleanText(tokens.text, from, to, blanks)}`;
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

interface Named {
  readonly functions: FunctionFact[];
  readonly gives: string[];
  readonly members: string[];
}

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
  if (!OP_WORD.test(body)) return;
  // Lines are joined; `##` and `#` would be errors.
  const clean = body.replace(/\\\r?\n/g, (end) => ' '.repeat(end.length)).replace(/#/g, ' ');
  const before = into.sites.length;
  functionFacts(
    parser,
    {
      name: macro.name,
      text,
      lines,
      clean: `void f(){${clean};}`,
      from: macro.from - 9,
      parameters: (macro.parameters ?? []).map((name) => ({ name, type: '' })),
      isMacro: true,
    },
    into,
  );
  if (into.sites.length > before)
    named.functions.push({
      n: macro.name,
      k: 4,
      o: 1,
      l: lines.lineOf(macro.from),
      p: (macro.parameters ?? []).map((name) => `${name}:`),
    });
}

/** `DECLARE_WORK(name, function)`, and work that is initialised in braces. */
function handlersIn(tokens: Tokens, into: Gathered): void {
  for (const found of tokens.text.matchAll(
    /\bDECLARE_(?:DELAYED_)?WORK\s*\(\s*(\w+)\s*,\s*(\w+)\s*\)|\b__(?:DELAYED_)?WORK_INITIALIZER\s*\(\s*[\w.>-]*?(\w+)\s*,\s*(\w+)/g,
  ))
    into.handlers.push(`${found[1] ?? found[3]}:${found[2] ?? found[4]}`);
}

interface Unseen {
  readonly written: number;
  readonly unseen: [line: number, text: string, why: string][];
}

/** The tokens of ops: names of ops that brackets follow, and that no declaration declares. */
function opTokens(tokens: Tokens): number[] {
  const found: number[] = [];
  const { kinds } = tokens;
  for (let at = 0; at + 1 < kinds.length; at++) {
    if (kinds[at] !== IDENT || kinds[at + 1] !== 40) continue;
    const first = tokens.text.charCodeAt(tokens.froms[at]!);
    // atomic, raw, refcount, kref, local, __refcount: most words begin otherwise.
    if (first !== 97 && first !== 114 && first !== 107 && first !== 108 && first !== 95) continue;
    if (opNamed(word(tokens, at)) === null) continue;
    const isStatement =
      kinds[at - 1] === IDENT && /^(?:return|else|do|goto|case)$/.test(word(tokens, at - 1));
    const isDeclared =
      kinds[at - 1] === IDENT ||
      (kinds[at - 1] === 42 &&
        kinds[at - 2] === IDENT &&
        tokens.partners[at + 1]! !== -1 &&
        kinds[tokens.partners[at + 1]! + 1] === 123);
    if (isStatement || !isDeclared) found.push(at);
  }
  return found;
}

/** Counts the ops of a file by its tokens alone, tries once more on those that no tree had, and says which are lost. */
function unseenOf(
  parser: Parser,
  tokens: Tokens,
  lines: Lines,
  outline: Outline,
  macros: readonly Macro[],
  into: Gathered,
): Unseen {
  const unseen: [number, string, string][] = [];
  const missed = (from: number, why: string) => {
    const line = lines.lineOf(from);
    unseen.push([line, lines.textOf(line), why]);
  };
  const ops = opTokens(tokens);
  let written = ops.length;
  const lost = ops.filter((at) => !into.seen.has(tokens.froms[at]!));
  rescueOps(parser, tokens, lines, lost, outline.functions, into);
  for (const at of lost)
    if (!into.seen.has(tokens.froms[at]!)) missed(tokens.froms[at]!, 'not read as a call');
  for (const macro of macros) {
    const body = tokens.text.slice(macro.from, macro.to);
    if (!OP_WORD.test(body)) continue;
    for (const call of body.matchAll(/\b\w+(?=\s*\()/g)) {
      if (opNamed(call[0]) === null) continue;
      written++;
      if (!into.seen.has(macro.from + call.index))
        missed(macro.from + call.index, 'in a macro, and not read as a call');
    }
  }
  for (let at = 0; at < tokens.dropped.length; at += 2) {
    const part = tokens.text.slice(tokens.dropped[at], tokens.dropped[at + 1]);
    // `#if 0` is a comment; another branch that was dropped is a loss.
    if (isComment(tokens.text, tokens.dropped[at]!) || !OP_WORD.test(part)) continue;
    for (const call of part.matchAll(/\b\w+(?=\s*\()/g)) {
      if (opNamed(call[0]) === null) continue;
      written++;
      missed(tokens.dropped[at]! + call.index, 'in a branch of #if that leaves a bracket open');
    }
  }
  return { written, unseen };
}

/** Whether what begins there follows an `#if 0`. */
function isComment(text: string, from: number): boolean {
  return /^\s*#\s*if\s+0\b/.test(text.slice(text.lastIndexOf('\n', from - 1) + 1, from));
}

function compact(outline: Outline, into: Gathered, named: Named, { written, unseen }: Unseen): FileFacts {
  const globals = [...outline.globals, ...into.statics];
  const facts = {
    structs: outline.structs.filter(({ f, c }) => f !== undefined || c !== undefined),
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
  return { ...Object.fromEntries(filled), ...(written > 0 && { written }) };
}
