import type { Place } from '../census/counter.ts';
import type { Judged, Verdict } from '../census/verdict.ts';
import { type Planned, plan } from './plan.ts';
import { semanticPatch } from './semantic-patch.ts';
import { type Edit, unifiedDiff } from './unified-diff.ts';

/** What is to be said of a counter beside its diff. */
export interface PatchNote {
  /** The counter's `id`. */
  readonly counter: string;
  readonly what: string;
  readonly places: readonly Place[];
}

/** How some counters become `refcount_t`. */
export interface Patch {
  /** For `git apply`, from the root of the tree; empty if nothing converts. */
  readonly diff: string;
  /** For coccinelle; empty likewise. */
  readonly cocci: string;
  /** The `id` of those that are `refcount_t` afterwards. */
  readonly converted: readonly string[];
  readonly notes: readonly PatchNote[];
}

/** Verdicts of counters that a patch is written for. */
export const PATCHED: ReadonlySet<Verdict> = new Set<Verdict>(['as-is', 'by-one', 'with-a-change']);

/** The files whose texts `patchOf` needs. */
export function filesOf(judged: readonly Judged[]): string[] {
  const files = judged
    .filter(({ verdict }) => PATCHED.has(verdict))
    .flatMap(({ counter, reasons }) => [
      counter.declared.file,
      ...counter.sites.map(({ file }) => file),
      ...reasons.flatMap(({ places }) => places.map(({ file }) => file)),
    ]);
  return [...new Set(files)].sort();
}

/**
 * Writes the conversion of counters: a diff, and a semantic patch that says the same.
 *
 * A counter is converted whole or not at all, as its type changes with its ops. Where one of its ops has no counterpart, the
 * diff has a comment there, and nothing else of this counter. Where an op has one that is not quite the same (an unsigned
 * value, a barrier that is none any more), the comment stands above the new op. All comments begin with `refuzz:`, and
 * somebody has to read each of them and to take it out.
 *
 * @param judged others than those of `PATCHED` are left out, with a note
 * @param texts of `filesOf`; a counter that lies in a file without a text is left out
 */
export function patchOf(judged: readonly Judged[], texts: ReadonlyMap<string, string>): Patch {
  const edits = new Map<string, Edit[]>();
  const notes: PatchNote[] = [];
  const done: Planned[] = [];
  for (const one of judged) {
    const { counter, verdict } = one;
    const note = (what: string, places: readonly Place[] = []) =>
      notes.push({ counter: counter.id, what, places });
    if (!PATCHED.has(verdict)) {
      note(`is not converted: its verdict is ${verdict}`);
      continue;
    }
    const planned = plan(one, texts);
    const problem = typeof planned === 'string' ? planned : conflict(planned, edits, texts);
    if (typeof planned === 'string' || problem !== undefined) {
      note(`is not converted: ${problem}`, [counter.declared]);
      continue;
    }
    for (const [file, own] of planned.edits) edits.set(file, merged(edits.get(file) ?? [], own));
    for (const { what, place } of planned.remarks) note(what, [place]);
    done.push(planned);
  }
  const files = [...edits.keys()].sort();
  const diff = files.map((file) => unifiedDiff(file, texts.get(file)!, edits.get(file)!)).join('');
  const converted = done.filter(({ isConverted }) => isConverted);
  return {
    diff,
    cocci: semanticPatch(converted),
    converted: converted.map(({ counter }) => counter.id),
    notes,
  };
}

/** Two counters may need one edit, such as an include; none may need another one in the same place. */
function merged(edits: readonly Edit[], more: readonly Edit[]): Edit[] {
  return [...edits, ...more.filter((edit) => !edits.some((other) => isSame(edit, other)))];
}

function isSame(one: Edit, other: Edit): boolean {
  return one.from === other.from && one.to === other.to && one.text === other.text;
}

/**
 * Asked before anything of the counter is added, so that it is left out as a whole and the diff of the others still applies.
 *
 * @returns what speaks against the edits, if anything does
 */
function conflict(
  { edits: own }: Planned,
  edits: ReadonlyMap<string, readonly Edit[]>,
  texts: ReadonlyMap<string, string>,
): string | undefined {
  for (const [file, list] of own) {
    for (const edit of list) {
      const isTaken = (edits.get(file) ?? []).some((other) => overlaps(edit, other) && !isSame(edit, other));
      if (isTaken) return `another counter's op lies in one of its own, in ${file}`;
    }
    // Bytes that are no UTF-8 were replaced when the file was read, so lines with them are not those of the file.
    const text = texts.get(file)!;
    if (text.includes('\ufffd') && unifiedDiff(file, text, list).includes('\ufffd'))
      return `a line beside its ops is no UTF-8, in ${file}`;
  }
  return undefined;
}

/**
 * Insertions take no place.
 *
 * Two may go to one point, as remarks above one line do.
 */
function overlaps(one: Edit, other: Edit): boolean {
  return one.from < other.to && other.from < one.to;
}
