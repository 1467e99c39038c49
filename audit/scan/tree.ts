import type { Parser } from 'web-tree-sitter';

/** A node of a parsed function, copied out of the parser: asking the parser costs a call into it each time. */
export interface Node {
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  readonly kids: Node[];
  readonly parent: Node | undefined;
  /** Which of its parent's kids it is; a search for it would take the square of a long list of statements. */
  readonly index: number;
}

/**
 * Nesting beyond this is nobody's code, and every reader of a tree calls itself for each level. What lies there is an
 * `ERROR` without kids, so that nobody looks for the member of a `field_expression` that was cut off:
 *
 *     x = read(a) + read(a) + …     a sum of 1 000 is 1 000 levels deep; the first 600 are not read
 *
 * The ops in it are counted by the text, and tried alone (`rescueOps`).
 */
const DEEPEST = 400;

/**
 * Parses a text and copies the tree, without punctuation, keywords and comments. Offsets are those of the text plus `base`.
 * It is a walk with a cursor that makes one call for each node and field, as slow as it is necessary.
 */
export function treeOf(parser: Parser, text: string, base: number): Node | undefined {
  const tree = parser.parse(text);
  if (tree === null) return undefined;
  const named = namedKinds(parser);
  const cursor = tree.walk();
  const root: Node = {
    kind: 'translation_unit',
    from: base,
    to: base + text.length,
    kids: [],
    parent: undefined,
    index: 0,
  };
  let parent = root;
  let depth = 0;
  let goesOn = cursor.gotoFirstChild();
  while (goesOn) {
    let kind = named[cursor.nodeTypeId] ?? '';
    let node: Node | undefined;
    if (kind !== '') {
      if (depth >= DEEPEST && !LEAVES.has(kind)) kind = 'ERROR';
      const from = base + cursor.startIndex;
      node = { kind, from, to: base + cursor.endIndex, kids: [], parent, index: parent.kids.length };
      parent.kids.push(node);
    }
    // Leaves are most of what there is, and are not asked for children.
    if (node !== undefined && !LEAVES.has(kind) && depth < DEEPEST && cursor.gotoFirstChild()) {
      parent = node;
      depth++;
      continue;
    }
    while (!cursor.gotoNextSibling()) {
      if (depth === 0 || !cursor.gotoParent()) {
        goesOn = false;
        break;
      }
      depth--;
      parent = parent.parent ?? root;
    }
  }
  cursor.delete();
  tree.delete();
  return root;
}

/** Kinds of nodes without children. */
const LEAVES = new Set([
  'identifier',
  'field_identifier',
  'type_identifier',
  'primitive_type',
  'number_literal',
  'string_literal',
  'char_literal',
  'statement_identifier',
  'true',
  'false',
  'null',
]);

let kinds: readonly string[] | undefined;

/** The kinds by number; empty for those that are left out. */
function namedKinds(parser: Parser): readonly string[] {
  if (kinds !== undefined) return kinds;
  const language = parser.language;
  const found: string[] = [];
  for (let id = 0; language !== null && id < language.nodeTypeCount; id++) {
    const name = language.nodeTypeForId(id) ?? '';
    found[id] = language.nodeTypeIsNamed(id) && name !== 'comment' ? name : '';
  }
  found[65535] = 'ERROR';
  kinds = found;
  return kinds;
}

/** The nearest node around it of one of some kinds. */
export function enclosing(node: Node, wanted: ReadonlySet<string>): Node | undefined {
  for (let at = node.parent; at !== undefined; at = at.parent) if (wanted.has(at.kind)) return at;
  return undefined;
}
