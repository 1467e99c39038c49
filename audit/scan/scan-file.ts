import type { Parser } from 'web-tree-sitter';
import { word } from './declarators.ts';
import type { FileFacts, FunctionFact } from './facts.ts';
import { freeingCalls } from './freeing-calls.ts';
import { functionFacts, type Gathered } from './function-facts.ts';
import type { FunctionRange } from './function-head.ts';
import { OTHER_MEMBER, WRAPPER } from './idioms.ts';
import { initialValues } from './initial-values.ts';
import { Lines } from './lines.ts';
import { aliasedMember, givenByMacro, type Macro, macrosOf } from './macros.ts';
import { opNamed } from './op-grammar.ts';
import { type Outline, outlineOf } from './outline.ts';
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
    seen: new Set(),
  };
  const blanks = blanksOf(tokens);
  const functions: FunctionFact[] = [];
  for (const range of outline.functions) {
    const calls = range.close === -1 ? [] : freeingCalls(tokens, range);
    const before = into.sites.length;
    if (isInteresting(tokens, range)) parseFunction(parser, tokens, lines, blanks, range, into);
    const hasOps = into.sites.length > before;
    if (calls.length > 0 || hasOps) functions.push(functionFact(tokens, lines, range, calls));
  }
  const gives = [...outline.gives];
  const members: string[] = [];
  for (const macro of macrosOf(tokens))
    oneMacro(parser, tokens, lines, macro, into, { functions, gives, members });
  into.initials.push(...initialValues(tokens, lines, outline.functions));
  handlersIn(tokens, into);
  return compact(outline, into, { functions, gives, members }, unseenOf(tokens, lines, into.seen));
}

function functionFact(tokens: Tokens, lines: Lines, range: FunctionRange, calls: string[]): FunctionFact {
  return {
    n: range.name,
    k: range.flags,
    l: lines.lineOf(tokens.froms[range.head]!),
    p: range.parameters.map(({ name, type }) => `${name}:${type}`),
    ...(calls.length > 0 && { c: calls }),
  };
}

/** A call in a function without ops is of interest if it may be one of a wrapper. */
const HANDS_OR_TESTS =
  /\(\s*&\s*\w+|,\s*&\w+(?:->|\.)|\b(?:if|while|return)\s*\(?\s*!?\s*\w*(?:get|put|ref|dec|inc|count|hold|grab|drop|release|users?|use)\w*\s*\(|\b[A-Z_]*(?:INC|DEC|ADD|GET|PUT|REF|STAT|COUNT)[A-Z_]*\s*\(/;

function isInteresting(tokens: Tokens, range: FunctionRange): boolean {
  if (range.close === -1) return false;
  const body = tokens.text.slice(tokens.tos[range.open], tokens.froms[range.close]);
  if (OP_WORD.test(body) || /\.\s*(?:counter|refs)\b/.test(body)) return true;
  if (range.parameters.some(({ type }) => COUNTER_POINTER.test(type))) return true;
  if (!HANDS_OR_TESTS.test(body)) return false;
  const { kinds } = tokens;
  for (let at = range.open; at < range.close; at++) {
    if (kinds[at] !== IDENT || kinds[at + 1] !== 40) continue;
    if (isMaybeWrapped(tokens, at)) return true;
  }
  return false;
}

const COUNTER_POINTER = /^\*+(?:atomic(?:64|_long)?_t|local_t|refcount_t|kref|rcuref_t)$/;
const EVERYWHERE =
  /^(?:if|for|while|switch|return|sizeof|spin_\w+|mutex_\w+|list_\w+|read\w?|write\w?|dev_\w+|mem\w+|pm_\w+|clk_\w+|of_\w+|platform_\w+|device_\w+|regmap_\w+|i2c_\w+|init_\w+|devm_\w+|timer_\w+|queue_\w+|skb_\w+|usb_\w+|pci_\w+|try_module_get|module_put|get_user|put_user|copy_\w+|put_unaligned\w*|get_unaligned\w*|set_bit|test_and_\w+|bitmap_\w+|gpiod?_\w+|ktime_\w+|hrtimer_\w+|nla_\w+|v4l2_\w+|snd_\w+|wake_up\w*|INIT_\w+|IS_\w+|PTR_\w+|ERR_\w+|ARRAY_SIZE|MODULE_\w+|EXPORT_\w+|WARN_\w+|BUG_ON|EINVAL|READ_ONCE|WRITE_ONCE|GFP_\w+|DIV_ROUND_\w+|FIELD_\w+|BIT|GENMASK|REG_\w+|[A-Z]+\d*_REG\w*)$/;

/** `&x->f`, or a pointer whose wrapper is tested. */
function isMaybeWrapped(tokens: Tokens, at: number): boolean {
  const name = word(tokens, at);
  if (EVERYWHERE.test(name)) return false;
  const { kinds } = tokens;
  for (let arg = at + 2; arg < tokens.partners[at + 1]!; arg++) {
    // `&p->f`, with a member that may be a counter; or `&counter`.
    if (kinds[arg] !== 38 || kinds[arg + 1] !== IDENT) continue;
    let last = arg + 1;
    while ((kinds[last + 1] === 4 || kinds[last + 1] === 46) && kinds[last + 2] === IDENT) last += 2;
    if (last > arg + 1 && !OTHER_MEMBER.test(word(tokens, last))) return true;
    if (last === arg + 1 && WRAPPER.test(name)) return true;
  }
  const before = kinds[at - 1];
  const isTested =
    before === 33 ||
    (before === 40 && kinds[at - 2] === IDENT) ||
    (before === IDENT && word(tokens, at - 1) === 'return');
  if (isTested) return /(?:get|put|ref|dec|inc|count|hold|grab|drop|release|users?|_use)/.test(name);
  return /^[A-Z]/.test(name) && /INC|DEC|ADD|GET|PUT|REF|STAT|COUNT/.test(name);
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

/** Op calls by the tokens alone, which the tree did not have as calls. */
function unseenOf(tokens: Tokens, lines: Lines, seen: ReadonlySet<number>): Unseen {
  const unseen: [number, string, string][] = [];
  let written = 0;
  const missed = (from: number, why: string) => {
    const line = lines.lineOf(from);
    unseen.push([line, lines.textOf(line), why]);
  };
  const { kinds } = tokens;
  for (let at = 0; at + 1 < kinds.length; at++) {
    if (kinds[at] !== IDENT || kinds[at + 1] !== 40) continue;
    const first = tokens.text.charCodeAt(tokens.froms[at]!);
    if (first !== 97 && first !== 114 && first !== 107 && first !== 108 && first !== 95) continue;
    if (opNamed(word(tokens, at)) === null) continue;
    if (seen.has(tokens.froms[at]!)) written++;
    else if (kinds[at - 1] !== IDENT && kinds[at - 1] !== 42) {
      written++;
      missed(tokens.froms[at]!, 'not read as a call');
    } else if (kinds[at - 1] === IDENT && /^(?:return|else|do|goto|case)$/.test(word(tokens, at - 1))) {
      written++;
      missed(tokens.froms[at]!, 'not read as a call');
    }
  }
  for (const macro of macrosOf(tokens)) {
    for (const call of tokens.text.slice(macro.from, macro.to).matchAll(/\b\w+(?=\s*\()/g)) {
      if (opNamed(call[0]) === null) continue;
      written++;
      if (!seen.has(macro.from + call.index))
        missed(macro.from + call.index, 'in a macro, and not read as a call');
    }
  }
  return { written, unseen };
}

function compact(outline: Outline, into: Gathered, named: Named, { written, unseen }: Unseen): FileFacts {
  const globals = [...outline.globals.filter(({ s, c }) => c !== undefined || s !== 2), ...into.statics];
  const facts = {
    structs: outline.structs.filter(({ f, c }) => f !== undefined || c !== undefined),
    typedefs: outline.typedefs,
    globals,
    functions: named.functions,
    gives: [...new Set(named.gives)],
    members: named.members,
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
