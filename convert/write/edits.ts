/** A replacement of a range of a text: UTF-16 code units, the end excluded. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** A text with edits made, from its end on, so that places stay as they are. Of two that overlap the wider one is made. */
export function edited(text: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((one, other) => other.from - one.from || one.to - other.to);
  const made = sorted.filter((edit) => !sorted.some((other) => other !== edit && covers(other, edit)));
  return made.reduce((whole, edit) => whole.slice(0, edit.from) + edit.text + whole.slice(edit.to), text);
}

function covers(one: Edit, other: Edit): boolean {
  return (
    one.to > one.from &&
    one.from <= other.from &&
    other.to <= one.to &&
    one.to - one.from > other.to - other.from
  );
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
