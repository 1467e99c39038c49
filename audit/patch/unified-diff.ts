/** A replacement in a text: UTF-16 code units, the end excluded. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Lines that are replaced, from 0 on. */
interface Change {
  readonly at: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Lines around a change, by which it finds its place in a file that was edited meanwhile. */
const CONTEXT = 3;

/** The text with its edits. @param edits in order, none over another */
export function edited(text: string, edits: readonly Edit[]): string {
  let out = '';
  let at = 0;
  for (const edit of edits) {
    out += text.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return out + text.slice(at);
}

/**
 * What the edits make of a file, as a diff that `git apply` takes. Only the lines that are edited are compared, so it takes
 * as long as there are edits.
 *
 * @param edits none over another; empty for an empty diff
 */
export function unifiedDiff(path: string, text: string, edits: readonly Edit[]): string {
  const lines = linesOf(text);
  const changes = changesOf(
    text,
    lines,
    [...edits].sort((one, other) => one.from - other.from || one.to - other.to),
  );
  if (changes.length === 0) return '';
  // A file that was named from the root is patched from there: `cd / && git apply`.
  const below = path.replace(/^\/+/, '');
  const head = `--- ${nameOf(`a/${below}`)}\n+++ ${nameOf(`b/${below}`)}\n`;
  let shift = 0;
  const hunks = hunksOf(changes).map((hunk) => {
    const told = hunkText(lines, hunk, shift);
    for (const { removed, added } of hunk) shift += added.length - removed.length;
    return told;
  });
  return head + hunks.join('');
}

/** With their line feeds; the last one may have none. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/**
 * Edits that touch the same lines are one change.
 *
 * Two ops of one line are two edits and one change, since a diff knows no less than a line.
 */
function changesOf(text: string, lines: readonly string[], edits: readonly Edit[]): Change[] {
  const starts: number[] = [];
  let offset = 0;
  for (const line of lines) {
    starts.push(offset);
    offset += line.length;
  }
  const groups: { first: number; last: number; edits: Edit[] }[] = [];
  for (const edit of edits) {
    const first = lineAt(starts, edit.from);
    const last = lineAt(starts, Math.max(edit.from, edit.to - 1));
    const group = groups.at(-1);
    if (group && first <= group.last) {
      group.last = Math.max(group.last, last);
      group.edits.push(edit);
    } else groups.push({ first, last, edits: [edit] });
  }
  return groups.flatMap(({ first, last, edits: own }) => {
    const from = starts[first] ?? text.length;
    const old = lines.slice(first, last + 1);
    const moved = own.map((edit) => ({ ...edit, from: edit.from - from, to: edit.to - from }));
    return trimmed(first, old, linesOf(edited(old.join(''), moved)));
  });
}

/** The line of an offset, by halving: a header of registers has a hundred thousand. */
function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  for (let high = starts.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** Without the lines at both ends that stay as they are: a comment above a line is one line more, and not two for one. */
function trimmed(at: number, removed: string[], added: string[]): Change[] {
  let head = 0;
  while (head < removed.length && head < added.length && removed[head] === added[head]) head++;
  let tail = 0;
  const most = Math.min(removed.length, added.length) - head;
  while (tail < most && removed.at(-1 - tail) === added.at(-1 - tail)) tail++;
  const change = {
    at: at + head,
    removed: removed.slice(head, removed.length - tail),
    added: added.slice(head, added.length - tail),
  };
  return change.removed.length + change.added.length > 0 ? [change] : [];
}

/**
 * Changes whose contexts would touch share a hunk.
 *
 * Up to six lines between two changes: they would be the end of one context and the start of the next.
 */
function hunksOf(changes: readonly Change[]): Change[][] {
  const hunks: Change[][] = [];
  for (const change of changes) {
    const last = hunks.at(-1)?.at(-1);
    if (last && change.at - (last.at + last.removed.length) <= 2 * CONTEXT) hunks.at(-1)!.push(change);
    else hunks.push([change]);
  }
  return hunks;
}

/**
 *     @@ -118,7 +118,8 @@      lines 118 to 124 become 118 to 125
 *
 * A range of no lines is told by the line before it, which is 0 for an empty file.
 *
 * @param shift how many lines were added before
 */
function hunkText(lines: readonly string[], hunk: readonly Change[], shift: number): string {
  const first = Math.max(0, hunk[0]!.at - CONTEXT);
  const out: string[] = [];
  let at = first;
  let added = 0;
  for (const change of hunk) {
    for (; at < change.at; at++) out.push(` ${lines[at]}`);
    out.push(...change.removed.map((line) => `-${line}`), ...change.added.map((line) => `+${line}`));
    at += change.removed.length;
    added += change.added.length - change.removed.length;
  }
  const end = Math.min(lines.length, at + CONTEXT);
  for (; at < end; at++) out.push(` ${lines[at]}`);
  const range = (start: number, count: number) => `${count === 0 ? start : start + 1},${count}`;
  const count = end - first;
  const body = out.map((line) => (line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`));
  return `@@ -${range(first, count)} +${range(first + shift, count + added)} @@\n${body.join('')}`;
}

/** As git writes names: in quotes where a letter would be taken for something else, and a tab ends one with a space. */
function nameOf(path: string): string {
  const isPlain = /^[ !#-[\]-~]*$/.test(path);
  if (isPlain) return path.includes(' ') ? `${path}\t` : path;
  const bytes = [...Buffer.from(path)].map((byte) => {
    const letter = String.fromCharCode(byte);
    if (letter === '"' || letter === '\\') return `\\${letter}`;
    return byte >= 0x20 && byte < 0x7f ? letter : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${bytes.join('')}"`;
}
