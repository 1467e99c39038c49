import type { Node } from 'web-tree-sitter';
import { declaredName, tidy } from './source-index.ts';

/** A structure without the members that nobody needs. */
export interface ReducedStruct {
  readonly text: string;
  /** Types that the members need whole: a structure in it, and those that `reached` members point to. */
  readonly needs: readonly TypeName[];
  /** Names of constants in the sizes of arrays. */
  readonly constants: readonly string[];
}

/**
 * `struct x`, `union x` and `enum x` have their word before them; a typedef has none.
 *
 * `struct net *net;` needs no more than `struct net;` ahead of it, while `struct list_head link;` needs it whole.
 */
export interface TypeName {
  readonly name: string;
  readonly isTagged: boolean;
  /** Left out for a structure. */
  readonly word?: 'union' | 'enum';
  /** Not only pointed to. */
  readonly isWhole: boolean;
}

/**
 * A definition with the members that are named, and those that have no name: a nested union stays if something in it does.
 * Their comments and types stay as they are written.
 *
 * With `link` and `refs` as the members that are named:
 *
 *     struct peer {                           struct peer {
 *     	struct list_head link;              	struct list_head link;
 *     	union { u32 v4; u8 v6[16]; };       	atomic_t refs;
 *     	char name[IFNAMSIZ];                };
 *     	atomic_t refs;
 *     };
 *
 * `IFNAMSIZ` is no constant that is needed then, nor is any type that only `name` has: so one structure does not drag in
 * all that a driver defines.
 *
 * @param node of the `struct_specifier`, with its body
 * @param members which stay
 * @param reached members through which others are reached: what they point to must be whole
 */
export function reducedStruct(
  node: Node,
  members: ReadonlySet<string>,
  reached: ReadonlySet<string>,
): ReducedStruct {
  const needs: TypeName[] = [];
  const constants: string[] = [];
  const lines = fieldsOf(node, '\t');
  const head = node.type === 'union_specifier' ? 'union' : 'struct';
  const tag = node.childForFieldName('name')?.text;
  // C has no structure without members; the kernel's compiler has.
  const body = lines.length > 0 ? lines.join('\n') : '\tint none;';
  return { text: `${head}${tag ? ` ${tag}` : ''} {\n${body}\n}`, needs, constants };

  /** Members behind an `#if` are read like any other: which configuration holds nobody knows. */
  function fieldsOf(struct: Node, indent: string): string[] {
    const list = struct.childForFieldName('body');
    const found: string[] = [];
    const visit = (parent: Node): void => {
      for (const field of parent.namedChildren) {
        if (!field) continue;
        if (field.type.startsWith('preproc_')) visit(field);
        if (field.type === 'field_declaration') found.push(...fieldOf(field, indent));
      }
    };
    if (list) visit(list);
    return found;
  }

  /** One declaration of members, with its comment: a nested structure without those that nobody names. */
  function fieldOf(field: Node, indent: string): string[] {
    const type = field.childForFieldName('type');
    const names = field.childrenForFieldName('declarator').map((one) => declaredName(one) ?? '');
    const inner = type?.childForFieldName('body');
    if (type && inner && type.type !== 'enum_specifier') {
      const nested = fieldsOf(type, `${indent}\t`);
      const isNamed = names.some((name) => members.has(name));
      if (names.length > 0 ? !isNamed : nested.length === 0) return [];
      const word = type.type === 'union_specifier' ? 'union' : 'struct';
      const tag = type.childForFieldName('name')?.text;
      const own = names.length > 0 ? fieldsOfAll(type, `${indent}\t`) : nested;
      const behind = field.text.slice(type.endIndex - field.startIndex).trim();
      return [
        `${indent}${word}${tag ? ` ${tag}` : ''} {`,
        ...own,
        `${indent}}${behind === ';' ? '' : ' '}${behind}`,
      ];
    }
    if (!names.some((name) => members.has(name))) return [];
    need(field, names);
    return [`${indent}${tidy(field.text)}`];
  }

  /** Of a nested structure that has a name: what is used of it cannot be told from other members of those names. */
  function fieldsOfAll(struct: Node, indent: string): string[] {
    const some = fieldsOf(struct, indent);
    return some.length > 0 ? some : [`${indent}int none;`];
  }

  /** Types and constants of a member that stays. What a pointer points to must be whole only if a kept statement goes through it. */
  function need(field: Node, names: readonly string[]): void {
    const isPointer = field
      .childrenForFieldName('declarator')
      .every((one) => one !== null && /^\s*\*|\(\s*\*/.test(one.text));
    const isWhole = !isPointer || names.some((name) => reached.has(name));
    needs.push(...typesIn(field).map((one) => ({ ...one, isWhole: isWhole && one.isWhole })));
    constants.push(...namesIn(field));
  }
}

/** Constants that a member asks for; in `int (*open)(struct file *file)` the name of the parameter is nobody's. */
function namesIn(field: Node): string[] {
  const isParameter = parametersIn(field);
  return field.descendantsOfType('identifier').flatMap((one) => (one && !isParameter(one) ? one.text : []));
}

/** Whether a node stands in the parameters of a function, or of a pointer to one, below another. */
function parametersIn(node: Node): (one: Node) => boolean {
  const lists = node.descendantsOfType('parameter_list');
  return (one) =>
    lists.some((list) => list && list.startIndex <= one.startIndex && one.endIndex <= list.endIndex);
}

/**
 * The types that are named below a node; parameters of a pointer to a function need not be whole.
 *
 *     int (*open)(struct file *)     `struct file`, not whole
 *     struct list_head peers         `struct list_head`, whole as far as the type goes: `need` asks for pointers
 */
export function typesIn(node: Node): TypeName[] {
  const isParameter = parametersIn(node);
  return node.descendantsOfType('type_identifier').flatMap((one) => {
    if (!one) return [];
    const word = /^(struct|union|enum)_specifier$/.exec(one.parent?.type ?? '')?.[1];
    const isPointed = isParameter(one) && word !== 'enum';
    const type = { name: one.text, isTagged: word !== undefined, isWhole: !isPointed };
    return [word === 'union' || word === 'enum' ? { ...type, word } : type];
  });
}
