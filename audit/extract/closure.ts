import type { Node } from 'web-tree-sitter';
import { callsIn, type FunctionFacts, factsOf, identifiersIn } from './function-facts.ts';
import type { OwnHeaders } from './offered.ts';
import { reducedStruct, type TypeName, tidy, typesIn } from './reduce-struct.ts';
import type { Definition, SourceIndex } from './source-index.ts';
import { isFor } from './vocabulary.ts';

/** Text of the tree, or ours, that goes before the functions. */
export interface Piece {
  readonly text: string;
  /** Where it is from; left out for what is ours. */
  readonly from?: Definition;
}

/** A function that nobody defines. */
export interface Stub {
  readonly name: string;
  /** A declaration, where it returns a pointer. */
  readonly declaration: string;
  /** What somebody must decide; empty where nothing of it can matter. */
  readonly todo: string;
}

/** All that taken functions need beside themselves. */
export interface Closure {
  readonly headers: ReadonlySet<string>;
  readonly forward: ReadonlySet<string>;
  readonly macros: readonly Piece[];
  readonly types: readonly Piece[];
  readonly variables: readonly Piece[];
  readonly stubs: readonly Stub[];
  /** Locks that refuzz does not have: `rtnl` of `rtnl_lock()`. */
  readonly locks: ReadonlySet<string>;
  /** Constants, variables and types that no file at hand defines. */
  readonly unknown: readonly { readonly name: string; readonly kind: 'constant' | 'type' | 'struct' }[];
}

/** What is needed of a taken function. */
export interface Needed {
  readonly facts: FunctionFacts;
  readonly kept: readonly Node[];
}

/** C's own words, as far as they look like names to the grammar. */
const WORDS = new Set(
  'if else for while do return goto break continue switch case default sizeof typeof __typeof__ static inline const struct union enum void int char long short unsigned signed bool defined do _Generic __func__ __builtin_expect likely unlikely NULL true false offsetof container_of'.split(
    ' ',
  ),
);

/**
 * Finds for every name in the kept statements who defines it: a header of refuzz's, the tree (which is copied, structures
 * without the members that nobody names), or nobody, who becomes a stub.
 */
export class ClosureFinder {
  readonly #index: SourceIndex;
  readonly #own: OwnHeaders;
  /** Taken functions, and what the scheme defines: they are no concern of this. */
  readonly #defined: ReadonlySet<string>;
  readonly #members: Set<string>;
  readonly #reached = new Set<string>();
  readonly #headers = new Set<string>();
  readonly #forward = new Set<string>();
  readonly #macros: Piece[] = [];
  readonly #types: Piece[] = [];
  readonly #variables: Piece[] = [];
  readonly #stubs = new Map<string, Stub>();
  readonly #locks = new Set<string>();
  readonly #unknown = new Map<string, 'constant' | 'type' | 'struct'>();
  readonly #seen = new Set<string>();

  constructor(index: SourceIndex, own: OwnHeaders, defined: ReadonlySet<string>, members: Set<string>) {
    this.#index = index;
    this.#own = own;
    this.#defined = defined;
    this.#members = members;
  }

  /** @param counted the structure that the counter lies in: it comes last of the types that it needs */
  find(needed: readonly Needed[], counted: TypeName | undefined, declared: string): Closure {
    for (const { kept } of needed) for (const node of kept) this.#reach(node);
    if (counted) this.#type(counted, declared);
    for (const { facts, kept } of needed) this.#function(facts, kept);
    return {
      ...{ headers: this.#headers, forward: this.#forward, macros: this.#macros, types: this.#types },
      ...{ variables: this.#variables, stubs: [...this.#stubs.values()], locks: this.#locks },
      unknown: Array.from(this.#unknown, ([name, kind]) => ({ name, kind })),
    };
  }

  /** `a->net->lock` reaches through `net`. */
  #reach(node: Node): void {
    for (const one of node.descendantsOfType('field_expression')) {
      const inner = one?.childForFieldName('argument');
      if (inner?.type === 'field_expression') this.#reached.add(inner.childForFieldName('field')?.text ?? '');
      const member = one?.childForFieldName('field')?.text;
      if (member) this.#members.add(member);
    }
    for (const one of node.descendantsOfType('field_identifier')) if (one) this.#members.add(one.text);
  }

  #function(facts: FunctionFacts, kept: readonly Node[]): void {
    const near = facts.definition.file;
    const head = facts.definition.node;
    for (const type of typesIn(head.childForFieldName('declarator') ?? head))
      this.#type({ ...type, isWhole: true }, near);
    const returned = head.childForFieldName('type');
    if (returned) for (const type of typesIn(returned)) this.#type({ ...type, isWhole: true }, near);
    for (const node of kept) {
      for (const type of typesIn(node)) this.#type(type, near);
      const calls = new Map(callsIn(node).map((call) => [call.callee, call]));
      for (const name of identifiersIn(node)) {
        if (facts.variables.has(name)) continue;
        const call = calls.get(name);
        // The arguments of an iterator name members: `list_for_each_entry(peer, &peers, list)`.
        if (!call && this.#isMemberName(name, near)) this.#members.add(name);
        else this.#name(name, near, call?.node);
      }
    }
  }

  #isMemberName(name: string, near: string): boolean {
    if (this.#own.headerOf(name) || this.#index.find(name, ['macro', 'variable', 'enum', 'function'], near))
      return false;
    return (
      new RegExp(`[\\s*]${name}\\s*(?:\\[[^\\]]*\\])?\\s*;`).test(this.#index.text(near)) ||
      !/^[A-Z0-9_]+$/.test(name)
    );
  }

  #name(name: string, near: string, call: Node | undefined): void {
    if (WORDS.has(name) || this.#seen.has(name) || this.#defined.has(name)) return;
    this.#seen.add(name);
    const header = this.#own.headerOf(name);
    if (header) {
      this.#headers.add(header);
      return;
    }
    const found = this.#index.find(name, ['macro', 'variable', 'enum', 'function', 'prototype'], near);
    if (found?.kind === 'macro') this.#macro(found);
    else if (found?.kind === 'enum') this.#enum(found);
    else if (found?.kind === 'variable') this.#variable(found);
    else if (call && isFor(name, 'lock')) this.#locks.add(name);
    else if (call || found) this.#stub(name, found, call);
    else if (/^\w+$/.test(name)) this.#unknown.set(name, 'constant');
  }

  #macro(found: Definition): void {
    const { node } = found;
    const params = new Set<string>(
      node.childForFieldName('parameters')?.namedChildren.flatMap((one) => one?.text ?? []) ?? [],
    );
    const body = (node.childForFieldName('value')?.text ?? '').replaceAll(
      /\/\*[^]*?\*\/|"(?:[^"\\]|\\.)*"/g,
      '',
    );
    for (const [, member] of body.matchAll(/(?:->|\.)\s*(\w+)/g)) this.#members.add(member!);
    for (const [, tag] of body.matchAll(/\bstruct\s+(\w+)/g))
      this.#type({ name: tag!, isTagged: true, isWhole: true }, found.file);
    for (const [, name, isCall] of body.matchAll(/(?<!->\s*|\.\s*|struct\s+)\b([A-Za-z_]\w*)\b\s*(\(?)/g)) {
      if (params.has(name!)) continue;
      const known =
        this.#own.headerOf(name!) ??
        this.#index.find(name!, ['macro', 'variable', 'enum', 'function'], found.file);
      if (known || isCall) this.#name(name!, found.file, isCall ? node : undefined);
    }
    this.#macros.push({ text: tidy(node.text.trimEnd()), from: found });
  }

  #enum(found: Definition): void {
    const names = found.node
      .descendantsOfType('enumerator')
      .map((one) => one?.childForFieldName('name')?.text ?? '');
    for (const name of names) this.#seen.add(name);
    for (const one of found.node.descendantsOfType('enumerator')) {
      const value = one?.childForFieldName('value');
      if (value) for (const name of identifiersIn(value)) this.#name(name, found.file, undefined);
      if (value?.type === 'identifier') this.#name(value.text, found.file, undefined);
    }
    this.#seen.add(`enum ${found.name}`);
    this.#types.push({ text: ended(found.node.text), from: found });
  }

  /** An initialiser with functions or nested braces says how a driver is wired up, and has no part in counting. */
  #variable(found: Definition): void {
    const { node } = found;
    for (const type of typesIn(node))
      if (!/^(?:DEFINE|DECLARE|LIST|HLIST)/.test(type.name)) this.#type(type, found.file);
    let text = node.text.replace(/^extern\s+/, '').replace(/^EXPORT_\w+\(.*\);\n/, '');
    if (/=\s*\{/.test(text) && text.length > 200) text = `${text.slice(0, text.search(/\s*=\s*\{/))};`;
    else
      for (const name of identifiersIn(node))
        if (name !== found.name) this.#name(name, found.file, undefined);
    for (const type of typesIn(node))
      if (/^(?:DEFINE|DECLARE|LIST|HLIST)/.test(type.name)) this.#name(type.name, found.file, undefined);
    if (!/^static\b/.test(text)) text = `static ${text}`;
    this.#variables.push({ text: tidy(ended(text)), from: found });
  }

  #stub(name: string, found: Definition | undefined, call: Node | undefined): void {
    const facts = found?.kind === 'function' ? factsOf(found) : undefined;
    const returned = facts?.returns ?? prototypeReturn(found, name);
    const isPointer = returned.endsWith('*');
    if (isPointer) {
      const tag = /^(?:const )?struct (\w+)/.exec(returned)?.[1];
      if (tag && !this.#seen.has(`struct ${tag}`))
        this.#type({ name: tag, isTagged: true, isWhole: false }, found!.file);
    }
    const isUsed = call?.parent?.type !== 'expression_statement';
    this.#stubs.set(name, {
      name,
      declaration: isPointer ? `${returned.replace(/\bstatic\b|\binline\b/g, '').trim()}${name}();` : '',
      todo: todoOf(name, isPointer, isUsed && call !== undefined, returned),
    });
  }

  #type(type: TypeName, near: string): void {
    const key = type.isTagged ? `struct ${type.name}` : type.name;
    const found =
      this.#own.headerOf(key) ?? this.#own.headerOf(`enum ${type.name}`) ?? this.#own.headerOf(type.name);
    if (found) {
      this.#headers.add(found);
      return;
    }
    if (type.isTagged && !type.isWhole) {
      this.#forward.add(type.name);
      return;
    }
    if (this.#seen.has(key)) return;
    const kinds = type.isTagged ? (['struct', 'enum'] as const) : (['typedef'] as const);
    const definition = this.#index.find(type.name, kinds, near);
    if (!definition) {
      if (!this.#seen.has(key)) this.#unknown.set(type.name, type.isTagged ? 'struct' : 'type');
      this.#seen.add(key);
      return;
    }
    this.#seen.add(key);
    if (definition.kind === 'struct') this.#struct(definition);
    else if (definition.kind === 'enum') this.#enum(definition);
    else this.#typedef(definition, type.isWhole);
  }

  /** Of a structure that is defined in the same place, the members that are named. */
  #typedef(found: Definition, isWhole: boolean): void {
    const type = found.node.childForFieldName('type');
    const body = type?.childForFieldName('body');
    const behind = type ? found.node.text.slice(type.endIndex - found.node.startIndex) : '';
    if (type && body && /^(?:struct|union)_/.test(type.type)) {
      const tag = type.childForFieldName('name')?.text;
      const word = type.type === 'union_specifier' ? 'union' : 'struct';
      if (tag) {
        this.#type({ name: tag, isTagged: true, isWhole }, found.file);
        this.#types.unshift({ text: `typedef ${word} ${tag}${tidy(ended(behind))}`, from: found });
      } else {
        const { text, needs, constants } = reducedStruct(type, this.#members, this.#reached);
        for (const need of needs) this.#type(need, found.file);
        for (const name of constants) this.#name(name, found.file, undefined);
        this.#types.push({ text: `typedef ${text}${tidy(ended(behind))}`, from: found });
      }
      return;
    }
    for (const inner of typesIn(found.node)) if (inner.name !== found.name) this.#type(inner, found.file);
    this.#types.push({ text: tidy(ended(found.node.text)), from: found });
  }

  #struct(found: Definition): void {
    const { text, needs, constants } = reducedStruct(found.node, this.#members, this.#reached);
    this.#forward.add(found.name);
    for (const need of needs) this.#type(need, found.file);
    for (const name of constants) this.#name(name, found.file, undefined);
    this.#types.push({ text: `${text};`, from: found });
  }
}

function ended(text: string): string {
  const trimmed = text.trimEnd();
  return trimmed.endsWith(';') ? trimmed : `${trimmed};`;
}

function prototypeReturn(found: Definition | undefined, name: string): string {
  if (!found) return 'int';
  const before = found.node.text.split(new RegExp(`\\b${name}\\s*\\(`))[0]!;
  return before
    .replaceAll(/\b(?:extern|static|inline|__\w+)\b/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function todoOf(name: string, isPointer: boolean, isUsed: boolean, returned: string): string {
  if (isFor(name, 'neutral')) return '';
  if (isFor(name, 'ends'))
    return `may ${name}() put or free the object, or unlink it? Paste it; else delete this line`;
  if (isPointer && isUsed)
    return `${name}() answers NULL here: does that lead past the counting? REFUZZ_STUB_RETURNS(${name}, …)`;
  if (isUsed && returned !== 'void')
    return `${name}() answers 0 here: is that the answer with which the protocol goes on?`;
  return '';
}
