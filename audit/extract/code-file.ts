import type { Node } from 'web-tree-sitter';
import type { Counter, Site } from '../census/counter.ts';
import type { Judged } from '../census/verdict.ts';
import type { Choice } from './choose-functions.ts';
import type { Chosen } from './chosen.ts';
import { convertedOp, convertedText, isAtomic } from './convert-op.ts';
import type { Edit, Slice } from './cut.ts';
import { callsIn } from './function-facts.ts';
import type { Closure, Piece } from './needed.ts';
import { tidy } from './source-index.ts';

/** All that a file with the code needs. */
export interface CodeParts {
  readonly counter: Counter;
  readonly judged: Judged | undefined;
  readonly chosen: readonly Chosen[];
  readonly left: Choice['left'];
  readonly slices: readonly Slice[];
  readonly closure: Closure;
  readonly isGlobal: boolean;
  /** Ops of atomic_t are replaced. */
  readonly isNaive: boolean;
}

/** before.c or naive.c. */
export interface CodeFile {
  readonly text: string;
  readonly todos: readonly string[];
}

/**
 * Writes the tree's types and functions, as they are or converted one to one.
 *
 * The blocks stand in the order in which C wants them:
 *
 *     head, includes, stubs.h            what others define
 *     macros, types                      of the tree
 *     prototypes, variables, functions   of the tree, without what was cut out
 *     REFUZZ_SCHEME, count_set()         which member counts, and how a state sets it
 *     scheme.h                           states and ops, which both files share
 *
 * A global becomes the only member of `struct counted`, and its name a macro for that member. So `atomic_inc(&users)`
 * can stay as it is written; the scheme goes above the functions then, as they need the macro.
 */
export function codeFile(parts: CodeParts): CodeFile {
  const { counter, closure, slices, isNaive, isGlobal } = parts;
  const type = isNaive ? 'refcount_t' : counter.type === 'kref' ? 'struct kref' : counter.type;
  const wrappers = new Set(counter.sites.flatMap(({ via }) => via));
  const pieces = (all: readonly Piece[]) => all.map((piece) => pieceText(piece, parts, wrappers));
  const functions = inOrder(slices).map((slice) => functionText(slice, parts, wrappers));
  const scheme = isGlobal
    ? `struct counted { ${type} ${counter.field}; };\nREFUZZ_SCHEME(struct counted, ${counter.field});\n#define ${counter.field} refuzz_object.${counter.field}`
    : '';
  const blocks = [
    headOf(parts),
    [
      ...(is64(counter) ? ['#define REFUZZ_LONG_64'] : []),
      '#include <refuzz.h>',
      ...includesOf(closure),
      '#include "stubs.h"',
    ].join('\n'),
    pieces(closure.macros).join('\n'),
    ...pieces(closure.types),
    scheme,
    inOrder(slices)
      .map((slice) => `${signature(slice)};`)
      .join('\n'),
    pieces(closure.variables).join('\n'),
    ...functions,
    isGlobal ? '' : `REFUZZ_SCHEME(struct ${counter.struct}, ${counter.field});`,
    isNaive || counter.type === 'refcount_t' || counter.type === 'kref'
      ? 'REFUZZ_SATURATED(REFCOUNT_SATURATED);'
      : '',
    countSet(parts),
    '#include "scheme.h"',
  ];
  const text = `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
  return { text, todos: Array.from(text.matchAll(/\bREFUZZ_TODO\("([^"]*)"\)/g), ([, todo]) => todo!) };
}

/** An `atomic_long_t` has the 64 bits of the kernel's machines only where a source says so. */
function is64({ type }: Counter): boolean {
  return type === 'atomic_long_t';
}

/**
 * The headers that names were found in, and the few that every source needs: conversions change which counter is used.
 *
 * `refuzz.h` and its parts are left out, since every file begins with it.
 */
function includesOf({ headers }: Closure): string[] {
  const all = new Set([...headers, 'linux/slab.h', 'linux/atomic.h', 'linux/refcount.h', 'linux/err.h']);
  return [...all]
    .filter((header) => !header.startsWith('refuzz'))
    .sort()
    .map((header) => `#include <${header}>`);
}

/**
 * Says what this is, what was taken and what was not.
 *
 * Whoever opens the file a month later sees from which lines it was made, so he can tell whether they have changed.
 */
function headOf({ counter, judged, chosen, left, slices, isNaive }: CodeParts): string {
  const roles = new Map(chosen.map(({ facts, role }) => [facts.name, role]));
  const taken = slices.map(({ facts: { name, definition } }) => {
    const role = roles.get(name);
    return ` *   ${definition.file}:${definition.line}  ${name}()${role ? `  ${role}` : ''}`;
  });
  const creator = chosen.find(({ role }) => role === 'creates')?.facts.definition;
  const said = judged ? ` * The audit: ${judged.verdict}, ${judged.protocol}. ${judged.remedy}\n` : '';
  return [
    `/*`,
    ` * ${counter.name}, ${counter.declared.file}:${counter.declared.line}: ${isNaive ? 'each op of atomic_t replaced by its namesake of refcount_t' : 'the code as it is'}.`,
    `${said} *`,
    ' * Taken, without what has no part in the counting:',
    ...taken,
    ...(creator
      ? [` *   ${creator.file}:${creator.line}  ${creator.name}()  makes the object: its states`]
      : []),
    ...(left.length > 0
      ? [
          ' *',
          ' * These touch the counter as well, and are not taken:',
          ...left.map(({ file, line, fn, why }) => ` *   ${file}:${line}  ${fn}() ${why}`),
        ]
      : []),
    ' */',
  ]
    .join('\n')
    .replaceAll(/\n\n/g, '\n');
}

/** As in the tree: headers first, then by file and line. */
function inOrder(slices: readonly Slice[]): Slice[] {
  const place = ({ facts: { definition } }: Slice) =>
    `${definition.file.endsWith('.h') ? 0 : 1}${definition.file}`;
  return [...slices].sort(
    (one, other) =>
      (place(one) < place(other) ? -1 : place(one) > place(other) ? 1 : 0) ||
      one.facts.definition.line - other.facts.definition.line,
  );
}

/** As it is written, attributes aside: prototypes stand above all functions, so that their order does not matter. */
function signature({ facts: { definition, body } }: Slice): string {
  const { node } = definition;
  return tidy(node.text.slice(0, body.startIndex - node.startIndex).trim());
}

/** A function without what was cut out, and in naive.c with its ops replaced. Both are edits of one text, by offsets. */
function functionText(slice: Slice, parts: CodeParts, wrappers: ReadonlySet<string>): string {
  const { definition } = slice.facts;
  const edits = parts.isNaive ? [...slice.edits, ...converted(slice, parts.counter)] : slice.edits;
  const text = tidy(applied(definition.node, edits));
  const own = parts.isNaive && wrappers.has(slice.facts.name) ? convertedText(text) : text;
  return `/* ${definition.file}:${definition.line} */\n${own}`;
}

/**
 * Ops that stand in what is cut out anyway are passed over.
 *
 * One that goes through a wrapper is converted in the wrapper, once for all who call that: see `convertedText`.
 */
function converted({ facts, edits }: Slice, counter: Counter): Edit[] {
  const { file, node } = facts.definition;
  const own = counter.sites.filter(
    (site) =>
      site.file === file && site.from >= node.startIndex && site.to <= node.endIndex && site.via.length === 0,
  );
  return own.flatMap((site) => {
    const call = callAt(node, site);
    const edit = call ? convertedOp(site, call) : undefined;
    const isCut = edit && edits.some(({ from, to }) => from <= edit.from && edit.to <= to);
    return edit && !isCut ? [edit] : [];
  });
}

/** The op's own call at its site: of a macro around it the site has the same range. */
function callAt(node: Node, site: Site): Node | undefined {
  return callsIn(node).find(
    ({ node: call }) =>
      call.startIndex >= site.from && call.endIndex <= site.to && call.text.includes(site.written),
  )?.node;
}

/**
 * The text of a node with edits in it. Of two that overlap the first counts: what is cut out needs no other edit.
 *
 *
 *     if (x)                     cut: the whole `if`
 *     	atomic_inc(&p->refs);    converted: lies in it, and is passed over
 */
function applied(node: Node, edits: readonly Edit[]): string {
  const ordered = [...edits].sort((one, other) => one.from - other.from);
  let text = '';
  let at = node.startIndex;
  for (const edit of ordered) {
    if (edit.from < at) continue;
    text += node.text.slice(at - node.startIndex, edit.from - node.startIndex) + edit.text;
    at = edit.to;
  }
  const all = text + node.text.slice(at - node.startIndex);
  // Where nothing is left of a line but its indentation.
  return all
    .replaceAll(/\n[ \t]+(?=\n)/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .replaceAll(/\{\n\n/g, '{\n');
}

/**
 * A type or a macro of the tree. In naive.c the counter's member changes its type, and so do wrappers that take the counter.
 *
 * Only that member: other counters of the structure stay what they are, as their ops stay what they are.
 */
function pieceText(
  { text, from }: Piece,
  { counter, isNaive }: CodeParts,
  wrappers: ReadonlySet<string>,
): string {
  const place = from ? `/* ${from.file}:${from.line} */\n` : '';
  if (!isNaive || !isAtomic(counter)) return `${place}${text}`;
  if (from && wrappers.has(from.name)) return `${place}${convertedText(text)}`;
  if (from?.kind !== 'struct' || from.name !== counter.struct) return `${place}${text}`;
  const declared = new RegExp(`\\b${counter.type}(\\s+${counter.field}\\b)`);
  return `${place}${text.replace(declared, 'refcount_t$1')}`;
}

/**
 * What a state starts from is written by the type's own op.
 *
 *     before.c, atomic_t refs         atomic_set(&object->refs, count)
 *     before.c, struct kref ref       refcount_set(&object->ref.refcount, count)
 *     naive.c                         refcount_set(&object->refs, count)
 *
 * The macro for a global ends here: in `object->users` it would be replaced once more.
 */
function countSet({ counter: { type, struct, field }, isNaive, isGlobal }: CodeParts): string {
  const counter = `&object->${field}`;
  const set =
    isNaive || type === 'refcount_t'
      ? `refcount_set(${counter}, count)`
      : type === 'kref'
        ? `refcount_set(${counter}.refcount, count)`
        : `${type.replace(/_t$/, '')}_set(${counter}, count)`;
  const undone = isGlobal ? `#undef ${field}\n` : '';
  return `${undone}static void count_set(struct ${isGlobal ? 'counted' : struct} *object, int count)\n{\n\t${set};\n}`;
}
