import type { Node } from 'web-tree-sitter';
import { callsIn, type FunctionFacts, factsOf, identifiersIn } from './function-facts.ts';
import type { Closure, Needed, Piece, Stub } from './needed.ts';
import type { OwnHeaders } from './offered.ts';
import { reducedStruct, type TypeName, typesIn } from './reduce-struct.ts';
import { type Definition, type SourceIndex, tidy } from './source-index.ts';
import { ended, prototypeReturn, todoOf } from './stub.ts';
import { isFor } from './vocabulary.ts';

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
  /** Makes the object: there is one, which states make. */
  readonly #creator: FunctionFacts | undefined;
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

  constructor(
    index: SourceIndex,
    own: OwnHeaders,
    defined: ReadonlySet<string>,
    members: Set<string>,
    creator: FunctionFacts | undefined,
  ) {
    this.#creator = creator;
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

  /**
   * The types in a function's head, and all names in its kept statements. Names of its own variables are none of these; their
   * types are, as they stand in declarations that are kept.
   *
   *     list_for_each_entry(peer, &net->peers, link)     `peer` is a variable, `link` a member, and the call is one of refuzz's
   */
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
        const tag = /^(?:struct|union)_(\w+)$/.exec(name)?.[1];
        if (tag && this.#index.find(tag, ['struct'], near)) {
          this.#type({ name: tag, isTagged: true, isWhole: true }, near);
          continue;
        }
        const call = calls.get(name);
        // The arguments of an iterator name members: `list_for_each_entry(peer, &peers, list)`.
        /**
         * Arguments of macros may be names of members: `list_entry(at, struct peer, link)`. What somebody defines is no member; of what
         * nobody does, a name in small letters is taken for one, for constants are in capitals.
         */
        if (!call && this.#isMemberName(name, near)) this.#members.add(name);
        else this.#name(name, near, call?.node);
      }
    }
  }

  /** `link` of `list_entry(at, struct peer, link)`, where nobody defines a `link`. */
  #isMemberName(name: string, near: string): boolean {
    if (this.#own.headerOf(name) || this.#index.find(name, ['macro', 'variable', 'enum', 'function'], near))
      return false;
    return (
      new RegExp(`[\\s*]${name}\\s*(?:\\[[^\\]]*\\])?\\s*;`).test(this.#index.text(near)) ||
      !/^[A-Z0-9_]+$/.test(name)
    );
  }

  /**
   * Where a name is from, asked once. Order matters: what refuzz has goes before what the tree has, since a header of the kernel's
   * is written for a whole kernel; a macro or a variable of the tree is copied; a function that was not taken becomes a stub, or,
   * if its name says that it locks, half of a lock, as a lock that does nothing would make every answer wrong.
   */
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

  /**
   * A macro as it is, and the names in it. It is text, not syntax, so names are looked for by their looks: what stands behind `->`
   * is a member, and what nobody defines is left alone unless it is called, for it may be a word that the macro pastes.
   */
  #macro(found: Definition): void {
    const { node } = found;
    const params = new Set<string>(
      node.childForFieldName('parameters')?.namedChildren.flatMap((one) => one?.text ?? []) ?? [],
    );
    const body = (node.childForFieldName('value')?.text ?? '').replaceAll(
      /\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\.)*"/g,
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

  /** All of an enum, as the values of its constants go by their order. Those that are told by other constants need these, too. */
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
    // `static DEFINE_HASHTABLE(table, BITS);`: what the grammar takes for types are the macro's arguments.
    if (node.childForFieldName('type')?.type === 'macro_type_specifier') {
      for (const [name] of node.text.matchAll(/\b[A-Za-z_]\w*/g))
        if (name !== found.name) this.#name(name, found.file, undefined);
      this.#variables.push({ text: tidy(ended(node.text)), from: found });
      return;
    }
    for (const type of typesIn(node))
      if (!/^(?:DEFINE|DECLARE|LIST|HLIST)/.test(type.name)) this.#type(type, found.file);
    let text = node.text.replace(/^extern\s+/, '').replace(/^EXPORT_\w+\(.*\);\n/, '');
    const wires = [...identifiersIn(node)].some(
      (name) => name !== found.name && this.#index.find(name, ['function', 'prototype'], found.file),
    );
    if (/=\s*\{/.test(text) && (wires || text.length > 200))
      text = `${text.slice(0, text.search(/\s*=\s*\{/))};`;
    else
      for (const name of identifiersIn(node))
        if (name !== found.name) this.#name(name, found.file, undefined);
    for (const type of typesIn(node))
      if (/^(?:DEFINE|DECLARE|LIST|HLIST)/.test(type.name)) this.#name(type.name, found.file, undefined);
    if (!/^static\b/.test(text)) text = `static ${text}`;
    this.#variables.push({ text: tidy(ended(text)), from: found });
  }

  /**
   * A function that is not taken. One that returns a pointer must be declared, and its type be known; the others need no more than
   * their names. What its answer or its effect may mean to the protocol is asked, see `todoOf`.
   */
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
      todo:
        name === this.#creator?.name ? '' : todoOf(name, isPointer, isUsed && call !== undefined, returned),
      ...(name === this.#creator?.name && /\bERR_PTR\(/.test(this.#creator.body.text)
        ? { returns: '-ENOMEM' }
        : {}),
    });
  }

  /**
   * A type: of refuzz's headers, or of the tree, once. What is only pointed to is declared and not defined, so that one structure
   * does not drag in a hundred; the same type may be needed whole later.
   */
  #type(type: TypeName, near: string): void {
    const key = type.isTagged ? `struct ${type.name}` : type.name;
    const found =
      this.#own.headerOf(key) ?? this.#own.headerOf(`enum ${type.name}`) ?? this.#own.headerOf(type.name);
    if (found) {
      this.#headers.add(found);
      return;
    }
    // C declares no enum ahead.
    if (type.isTagged && !type.isWhole && type.word !== 'enum') {
      this.#forward.add(`${type.word ?? 'struct'} ${type.name}`);
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

  /** A structure, after the types that its members need: they are written in the order in which they are found here. */
  #struct(found: Definition): void {
    const { text, needs, constants } = reducedStruct(found.node, this.#members, this.#reached);
    this.#forward.add(`${found.node.type === 'union_specifier' ? 'union' : 'struct'} ${found.name}`);
    for (const need of needs) this.#type(need, found.file);
    for (const name of constants) this.#name(name, found.file, undefined);
    this.#types.push({ text: `${text};`, from: found });
  }
}
