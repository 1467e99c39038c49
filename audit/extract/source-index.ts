import type { Node, Parser, Tree } from 'web-tree-sitter';

/** Something that a file of the tree defines at its top level. */
export interface Definition {
  readonly kind: 'function' | 'prototype' | 'struct' | 'enum' | 'typedef' | 'macro' | 'variable';
  /** `foo_put`; of a structure its tag alone. An enum is told by each of its constants, and by its tag. */
  readonly name: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly node: Node;
}

/** A file, parsed. Offsets of nodes are those of the text as it was: attributes are blanked out, not taken out. */
export interface IndexedFile {
  readonly path: string;
  readonly definitions: ReadonlyMap<string, readonly Definition[]>;
}

/** Reads files of the tree; those that are not there are left out. */
export type ReadTexts = (paths: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/**
 * What the grammar stumbles over, and a compiler for refuzz has no use for: attributes behind a declarator, which it takes for
 * the name of a member (`} ____cacheline_aligned;`) or of a variable (`*cache __ro_after_init;`).
 */
const ATTRIBUTES =
  /\b(?:____?cacheline_\w+|__randomize_layout|__ro_after_init|__read_mostly|__initdata|__init|__exit|__rcu|__user|__iomem|__percpu|__force|__cold|__packed|__must_check|__always_inline|__maybe_unused|__always_unused|__used|noinline|asmlinkage|__net_init|__net_exit|__malloc|__bitwise|(?:__releases|__acquires|__must_hold|__cond_acquires|__guarded_by|__pt_guarded_by|__counted_by|__aligned|__printf|__alloc_size|__attribute_const__|__section)\((?:[^()]|\([^()]*\))*\)|__attribute__\(\((?:[^()]|\([^()]*\))*\)\))/g;

/**
 * A name where it may be defined, by what stands before and behind it: `#define X`, `struct x {`, `int x(`, ` X,` of an enum,
 * `x;` and `x = ` of a variable, and the argument of a macro that defines it. It errs on the side of too many.
 */
const MAY_DEFINE = /\b([A-Za-z_]\w+)\b(?=[ \t]*(?:[({=,;[)]|$)|\s+\{|[ \t]+[^ \t\n*])/gm;

/** So many files are read at the most: those next to the counter come first. */
const MOST_FILES = 400;

/** How far includes are followed. */
const MOST_STEPS = 3;

/**
 * The files around a counter, by what they define. Texts are read at once and parsed when a name is looked for: of some
 * hundred headers that a driver drags in, a few are ever needed.
 */
export class SourceIndex {
  readonly #parser: Parser;
  /** In the order in which names are looked for: files with ops, then what these include, the nearest first. */
  readonly #texts: ReadonlyMap<string, string>;
  readonly #parsed = new Map<string, IndexedFile>();
  readonly #trees: Tree[] = [];
  readonly #words = new Map<string, string[]>();
  readonly #found = new Map<string, Definition | undefined>();

  constructor(parser: Parser, texts: ReadonlyMap<string, string>) {
    this.#parser = parser;
    this.#texts = texts;
  }

  /** The paths that are known. */
  get paths(): readonly string[] {
    return [...this.#texts.keys()];
  }

  /** The text of a file, as it was; empty for one that is not there. */
  text(path: string): string {
    return this.#texts.get(path) ?? '';
  }

  /** A file, parsed at the first call. */
  file(path: string): IndexedFile {
    const known = this.#parsed.get(path);
    if (known) return known;
    const tree = this.#parser.parse(blanked(this.text(path)));
    const definitions = new Map<string, Definition[]>();
    if (tree) {
      this.#trees.push(tree);
      collect(tree.rootNode, path, definitions);
      // Kernel headers define the values of a member beside it, in the middle of the structure.
      for (const macro of tree.rootNode.descendantsOfType(['preproc_def', 'preproc_function_def']))
        if (macro) addTo(definitions, 'macro', macro.childForFieldName('name')?.text, path, macro);
    }
    const file = { path, definitions };
    this.#parsed.set(path, file);
    return file;
  }

  /**
   * Who defines a name: the files with ops first, then the nearest header. A prototype counts only where nothing else is
   * found.
   *
   * @param near the file that says the name: what is static there goes before all else
   */
  find(name: string, kinds: readonly Definition['kind'][], near: string): Definition | undefined {
    const key = `${name} ${near} ${kinds.join()}`;
    if (!this.#found.has(key)) this.#found.set(key, this.#look(name, kinds, near));
    return this.#found.get(key);
  }

  /** The file that says the name goes first, then those with ops, then the nearest header. */
  #look(name: string, kinds: readonly Definition['kind'][], near: string): Definition | undefined {
    const paths = this.#pathsOf(name);
    for (const path of paths.includes(near) ? [near, ...paths] : paths) {
      const found = this.file(path)
        .definitions.get(name)
        ?.find(({ kind }) => kinds.includes(kind));
      if (found) return found;
    }
    return undefined;
  }

  /** The files that may define a name. Most names are met a hundred times, so the words of all files are listed once. */
  #pathsOf(name: string): readonly string[] {
    if (this.#words.size === 0)
      for (const [path, text] of this.#texts)
        for (const [, word] of text.matchAll(MAY_DEFINE)) {
          const paths = this.#words.get(word!);
          if (!paths) this.#words.set(word!, [path]);
          else if (paths.at(-1) !== path) paths.push(path);
        }
    return this.#words.get(name) ?? [];
  }

  /** Gives the memory of the parsed trees back. Nodes of theirs cannot be used afterwards. */
  delete(): void {
    for (const tree of this.#trees) tree.delete();
  }
}

/** @param near the files to begin with; what they include is read as well, as far as it is there */
export async function indexOf(
  parser: Parser,
  near: readonly string[],
  read: ReadTexts,
): Promise<SourceIndex> {
  const texts = new Map<string, string>();
  let wanted: readonly string[] = [...new Set(near)];
  for (let step = 0; step <= MOST_STEPS && wanted.length > 0 && texts.size < MOST_FILES; step++) {
    const found = await read(wanted);
    // In the order that was asked for, whatever order the tree answers in.
    for (const path of wanted) if (found.has(path)) texts.set(path, found.get(path)!);
    const next = wanted.flatMap((path) => includesOf(path, texts.get(path) ?? ''));
    wanted = [...new Set(next)].filter((path) => !texts.has(path));
  }
  return new SourceIndex(parser, texts);
}

/**
 * Where an include may lie: beside the file, above it, and in the tree's own folders.
 *
 *     drivers/x/a.c: "core.h"       drivers/x/core.h, drivers/core.h, include/core.h, …
 *     drivers/x/a.c: <asm/io.h>     include/asm/io.h, include/uapi/asm/io.h, include/uapi/asm-generic/io.h
 *
 * Those that are not there cost nothing: whoever reads leaves them out.
 */
function includesOf(path: string, text: string): string[] {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const above = folder.replace(/[^/]*\/$/, '');
  return Array.from(text.matchAll(/^[ \t]*#[ \t]*include[ \t]*["<]([^">]+)[">]/gm)).flatMap(([all, name]) => {
    const generic = name!.startsWith('asm/') ? name!.replace('asm/', 'asm-generic/') : name;
    const common = [`include/${name}`, `include/uapi/${name}`, `include/uapi/${generic}`];
    return all.includes('"') ? [normal(`${folder}${name}`), normal(`${above}${name}`), ...common] : common;
  });
}

/** `a/b/../c.h` → `a/c.h` */
function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/**
 * A structure as an argument of a macro: `container_of(head, struct peer, rcu)`. The grammar knows no such argument, and takes
 * the whole call for a declaration; so it is one word while it is parsed.
 */
const STRUCT_ARGUMENT = /(,\s*)(struct|union) (\w+)(?=\s*,\s*[\w.]+\s*\))/g;

/**
 * The text that is parsed: as long as the one that was read.
 *
 * The same length keeps every offset true: sites are ranges of the text as it was.
 */
export function blanked(text: string): string {
  return text
    .replace(ATTRIBUTES, (attribute) => attribute.replaceAll(/[^\n]/g, ' '))
    .replace(STRUCT_ARGUMENT, '$1$2_$3');
}

/** What `blanked` has made one word is two again, and the holes of attributes are closed. */
export function tidy(text: string): string {
  return text
    .replaceAll(/(,\s*)(struct|union)_(\w+)(?=\s*,\s*[\w.]+\s*\))/g, '$1$2 $3')
    .replaceAll(/[ \t]+;/g, ';')
    .replaceAll(/(\S) {3,}/g, '$1 ')
    .replaceAll(/[ \t]+$/gm, '');
}

/** What stands at the top level. One node may define several names: `static struct x { … } y;` gives `x` and `y`. */
function collect(root: Node, file: string, definitions: Map<string, Definition[]>): void {
  const add = (kind: Definition['kind'], name: string | undefined, node: Node): void =>
    addTo(definitions, kind, name, file, node);
  for (const node of root.namedChildren) {
    if (!node) continue;
    // `struct x { … };` and `static struct x { … } y;` and `typedef struct { … } z;`
    const type = node.type.endsWith('_specifier') ? node : node.childForFieldName('type');
    if (type) collectType(type, node, add);
    if (node.type === 'function_definition') add('function', functionName(node), node);
    else if (node.type === 'type_definition')
      for (const one of node.childrenForFieldName('declarator')) add('typedef', declaredName(one), node);
    else if (node.type === 'declaration') collectDeclaration(node, add);
    else if (node.type === 'expression_statement') add('variable', definedByMacro(node), node);
    // All branches of #if are read; `extern "C"` and what the grammar could not make out are looked into as well.
    else if (/^(?:preproc_|ERROR|linkage|declaration_list)/.test(node.type)) collect(node, file, definitions);
  }
}

/** All definitions of a name are kept, as `struct peer` and `peer()` may both be there, and `#if` may give two of each. */
function addTo(
  definitions: Map<string, Definition[]>,
  kind: Definition['kind'],
  name: string | undefined,
  file: string,
  node: Node,
): void {
  if (!name) return;
  const all = definitions.get(name) ?? [];
  all.push({ kind, name, file, node, line: node.startPosition.row + 1 });
  definitions.set(name, all);
}

/** A structure, union or enum that is defined where something else is declared is a definition as well. */
function collectType(
  type: Node,
  node: Node,
  add: (kind: Definition['kind'], name: string | undefined, node: Node) => void,
): void {
  const body = type.childForFieldName('body');
  if (!body) return;
  const tag = type.childForFieldName('name')?.text;
  if (type.type === 'struct_specifier' || type.type === 'union_specifier') add('struct', tag, type);
  if (type.type !== 'enum_specifier') return;
  // One without a tag may have a variable's or a typedef's name behind it: all of it is the definition then.
  const whole = node.type === 'type_definition' ? node : type;
  add('enum', tag, whole);
  for (const one of body.namedChildren) add('enum', one?.childForFieldName('name')?.text, whole);
}

/** Prototypes and variables: `extern struct kmem_cache *cache;` is one as good as any, since memory is not modelled. */
function collectDeclaration(
  node: Node,
  add: (kind: Definition['kind'], name: string | undefined, node: Node) => void,
): void {
  // `static DEFINE_HASHTABLE(table, 3);`: of two arguments the grammar makes a type, and finds no name.
  if (node.childForFieldName('type')?.type === 'macro_type_specifier') {
    add('variable', definedByMacro(node), node);
    return;
  }
  for (const one of node.childrenForFieldName('declarator')) {
    if (!one) continue;
    // `static DEFINE_SPINLOCK(lock);` has the macro's name for a type.
    const isFunction = one.type === 'function_declarator' || /^\**\s*\w+\s*\(/.test(one.text);
    add(
      isFunction && one.type !== 'parenthesized_declarator' ? 'prototype' : 'variable',
      declaredName(one),
      node,
    );
  }
}

/** `DEFINE_MUTEX(lock);` outside of functions; `DEFINE_PER_CPU(int, users);` has its name second. */
function definedByMacro(node: Node): string | undefined {
  const found = /^(?:static\s+)?((?:DEFINE|DECLARE|LIST_HEAD|HLIST_HEAD|ATOMIC)\w*)\s*\(\s*([^()]*)/.exec(
    node.text,
  );
  const isSecond = found?.[1]?.includes('PER_CPU') === true;
  return found?.[2]?.split(',')[isSecond ? 1 : 0]?.trim().match(/^\w+$/)?.[0];
}

/** The function that a definition defines. */
export function functionName(node: Node): string | undefined {
  return declaredName(node.childForFieldName('declarator'));
}

/** The name in a declarator: `*(*f[3])(int)` declares `f`. */
export function declaredName(node: Node | null): string | undefined {
  if (!node) return undefined;
  if (/^(?:field_|type_)?identifier$/.test(node.type)) return node.text;
  const inner = node.childForFieldName('declarator');
  if (inner) return declaredName(inner);
  for (const child of node.namedChildren) {
    const name = child && child.type !== 'parameter_list' ? declaredName(child) : undefined;
    if (name) return name;
  }
  return undefined;
}
