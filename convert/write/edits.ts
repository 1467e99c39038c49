import type { Edit } from '../../audit/patch/unified-diff.ts';

/**
 * Edits as a diff takes them: in order, and none within another. A site that lies in a wider one goes with it.
 *
 *     [0, 20) → call_rcu(…);   [4, 18) → refcount_dec_and_test(…)        the first alone
 */
export function inOrder(edits: readonly Edit[]): Edit[] {
  return edits
    .filter((edit) => !edits.some((other) => other !== edit && covers(other, edit)))
    .sort((one, other) => one.from - other.from || one.to - other.to);
}

/** What is put in at an edge of another edit stays: only what lies inside goes with it. */
function covers(one: Edit, other: Edit): boolean {
  if (other.from === other.to) return one.from < other.from && other.from < one.to;
  return one.from <= other.from && other.to <= one.to && one.to - one.from > other.to - other.from;
}

/**
 * Takes a statement away, with its line if nothing else is on it. What an `if` or `else` has for its only statement becomes
 * an empty one, for the `if` may have effects.
 *
 *     \tatomic_inc(&p->refs);\n          goes as a whole
 *     if (found)\n\t\tatomic_inc(…);     keeps `;`, on the line of the `if`
 */
export function withoutStatement(text: string, from: number, to: number): Edit {
  const end = text[to] === ';' ? to + 1 : to;
  const before = text.slice(0, from).trimEnd();
  const isOnlyOne = before.endsWith(')') || /\belse$/.test(before);
  if (isOnlyOne) return { from: before.length, to: end, text: ';' };
  const lineStart = text.lastIndexOf('\n', from - 1) + 1;
  const lineEnd = text.indexOf('\n', end);
  const isAlone = text.slice(lineStart, from).trim() === '' && text.slice(end, lineEnd).trim() === '';
  return isAlone && lineEnd >= 0
    ? { from: lineStart, to: lineEnd + 1, text: '' }
    : { from, to: end, text: '' };
}

/** The same for a declaration: where it was the only one of its function, the blank line behind it goes as well. */
export function withoutDeclaration(text: string, from: number, to: number): Edit {
  const edit = withoutStatement(text, from, to);
  const isFirst = text.slice(0, edit.from).trimEnd().endsWith('{');
  const blank = /^[ \t]*\n/.exec(text.slice(edit.to))?.[0].length ?? 0;
  return isFirst && edit.text === '' ? { ...edit, to: edit.to + blank } : edit;
}
