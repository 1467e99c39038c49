import type { Counter, Op, Place, Site, Span } from '../census/counter.ts';
import type { Judged } from '../census/verdict.ts';
import { type CocciRule, type Conversion, conversionOf } from './conversion.ts';
import { declarationOf, externsOf, includeOf } from './declaration.ts';
import type { Edit } from './unified-diff.ts';

/** Something that whoever applies a patch has to look at. */
export interface Remark {
  readonly what: string;
  readonly place: Place;
}

/** What a patch does to a counter. */
export interface Planned {
  readonly counter: Counter;
  /** Its ops and its type change; otherwise there are comments alone. */
  readonly isConverted: boolean;
  /** By file, none over another. */
  readonly edits: ReadonlyMap<string, readonly Edit[]>;
  /** What coccinelle does to its sites; empty if it stays as it is. */
  readonly rules: readonly (CocciRule & { readonly site: Site })[];
  readonly hasInclude: boolean;
  readonly remarks: readonly Remark[];
}

/** A site that has a counterpart. `plan` looks at all sites before it believes in any. */
type Converted = Extract<Conversion, { readonly kind: 'converts' }>;

/**
 * All sites are converted on paper first. If one of them stays, none is changed, and comments say which it was: so the diff
 * of such a counter is the list of what somebody has to do by hand.
 *
 * @returns why there is nothing to be written, for want of a text or because texts are not those of the audit
 */
export function plan(judged: Judged, texts: ReadonlyMap<string, string>): Planned | string {
  const { counter, verdict } = judged;
  const all: Span[] = [counter.declared, ...counter.sites];
  for (const { file, to } of all) {
    const text = texts.get(file);
    if (text === undefined) return `${file} cannot be read any more`;
    if (to > text.length) return `${file} has changed since it was read`;
  }
  const sheet = new Sheet(texts);
  const bias = verdict === 'by-one' ? 1 : 0;
  const found = counter.sites.map((site) => ({ site, to: conversionOf(site, texts.get(site.file)!, bias) }));
  const declaration = declarationOf(counter, texts.get(counter.declared.file)!);
  const include = includeOf(texts.get(counter.declared.file)!);
  const stays = found.flatMap(({ site, to }) => (to.kind === 'stays' ? [{ site, why: to.why }] : []));
  const obstacles = obstaclesOf(counter, declaration, bias);
  if (stays.length + obstacles.length + counter.escapes.length > 0) {
    for (const { site, why } of stays) sheet.remark(site, why);
    const count = stays.length + counter.escapes.length;
    const places = count > 0 ? [`${count} ${count === 1 ? 'place has' : 'places have'} no counterpart`] : [];
    sheet.remark(counter.declared, `stays ${counter.type}: ${[...obstacles, ...places].join('; ')}`);
    for (const { to, kind, ...place } of counter.escapes)
      sheet.remark(
        { ...place, ...rangeOf(place, texts) },
        kind === 'raw' ? `looks inside of it` : `its address goes to ${to}`,
      );
    return {
      counter,
      isConverted: false,
      edits: sheet.edits,
      rules: [],
      hasInclude: false,
      remarks: sheet.remarks,
    };
  }
  convert(sheet, judged, declaration as Edit, include);
  const rules = found.map(({ site, to }) => {
    const { from, to: end, text, remarks, rule } = to as Converted;
    sheet.edit(site.file, { from, to: end, text });
    for (const what of remarks) sheet.remark(site, what);
    if (site.attribution !== 'typed') sheet.remark(site, `is taken for ${counter.name} ${site.attribution}`);
    return { ...rule, site };
  });
  if ([...sheet.edits.values()].some(hasOverlap)) return 'one of its ops lies in another one';
  return {
    counter,
    isConverted: true,
    edits: sheet.edits,
    rules,
    hasInclude: include !== undefined,
    remarks: sheet.remarks,
  };
}

/**
 * `atomic_set(&x, atomic_read(&x) + 1)`.
 *
 * The inner op would have to be converted within the text of the outer one; it is rare enough to be left to a person.
 */
function hasOverlap(edits: readonly Edit[]): boolean {
  const sorted = [...edits].sort((one, other) => one.from - other.from || one.to - other.to);
  return sorted.some((edit, at) => at > 0 && sorted[at - 1]!.to > edit.from);
}

/**
 * What stands in the way of the type itself, whatever the ops are. A change of the type is all or nothing: with one op left
 * behind the tree does not compile, and with one op too many it compiles and is wrong.
 */
function obstaclesOf(counter: Counter, declaration: Edit | string, bias: number): string[] {
  const obstacles: string[] = [];
  if (typeof declaration === 'string') obstacles.push(declaration);
  if (counter.shape === 'pointer') obstacles.push('it is a pointer to a counter');
  // Memory that comes cleared is a start that no text shows: nothing is there to be shifted.
  if (bias > 0 && !counter.sites.some(({ op }) => op === 'init' || op === 'set'))
    obstacles.push(`nothing sets it, so it begins at 0; set it to ${bias} where the object is made`);
  return obstacles;
}

/** The type, the include, and what the verdict asks for. */
function convert(
  sheet: Sheet,
  { counter, verdict, reasons, remedy }: Judged,
  declaration: Edit,
  include?: Edit,
): void {
  const { declared, sites } = counter;
  sheet.edit(declared.file, declaration);
  if (include) sheet.edit(declared.file, include);
  for (const [file, text] of sheet.texts)
    for (const edit of externsOf(counter, text))
      if (edit.from !== declared.from || file !== declared.file) sheet.edit(file, edit);
  if (counter.type !== 'atomic_t')
    sheet.remark(declared, 'has 32 bits now, and saturates where it would overflow');
  if (counter.struct === '' && !/\bstatic\b/.test(declared.text))
    sheet.remark(declared, 'declarations in other files must change with it');
  if (verdict === 'by-one') sheet.remark(declared, 'is one more than it was: 0 is dead, 1 idle');
  if (verdict !== 'with-a-change') return;
  // The names are changed, and the change that the verdict asks for is not: only the reader knows where it belongs. It is
  // at an op that moves the counter without asking; what asks is evidence, and stays as it is.
  sheet.remark(declared, remedy);
  for (const { what, places } of reasons)
    for (const { file, line } of places)
      for (const site of sites)
        if (site.file === file && site.line === line && UNASKED.has(site.op)) sheet.remark(site, what);
}

/** Ops that move the counter whatever its value is: where a counter goes from 0 to 1, one of these does it. */
const UNASKED: ReadonlySet<Op> = new Set<Op>(['init', 'set', 'inc', 'dec', 'add']);

/** A line as a range. */
function rangeOf({ file, line }: Place, texts: ReadonlyMap<string, string>): { from: number; to: number } {
  const text = texts.get(file) ?? '';
  let from = 0;
  for (let at = 1; at < line && from >= 0; at++) from = text.indexOf('\n', from) + 1 || -1;
  const at = Math.max(0, from);
  return { from: at, to: at };
}

/** Edits as they are gathered. */
class Sheet {
  readonly texts: ReadonlyMap<string, string>;
  readonly edits = new Map<string, Edit[]>();
  readonly remarks: Remark[] = [];

  constructor(texts: ReadonlyMap<string, string>) {
    this.texts = texts;
  }

  /** Adds an edit, once: several counters of a file want the same include. */
  edit(file: string, edit: Edit): void {
    const list = this.edits.get(file) ?? [];
    if (!list.some(({ from, to, text }) => from === edit.from && to === edit.to && text === edit.text))
      list.push(edit);
    this.edits.set(file, list);
  }

  /**
   * A line of its own above the one where the place begins; in a macro it ends as its lines do.
   *
   * It is indented as the line below it, and told in `remarks` as well, for the terminal. Of a file without a text it is
   * only told.
   */
  remark(place: Span, what: string): void {
    const { file, line, text: told } = place;
    this.remarks.push({ what, place: { file, line, text: told } });
    const text = this.texts.get(file);
    if (text === undefined) return;
    const start = text.lastIndexOf('\n', place.from - 1) + 1;
    const [indent] = /^[ \t]*/.exec(text.slice(start, start + 200))!;
    const [, end] = /(\\?\r?\n)$/.exec(text.slice(0, start)) ?? [undefined, '\n'];
    const tail = end!.startsWith('\\') ? ` ${end}` : end;
    this.edit(file, { from: start, to: start, text: `${indent}/* refuzz: ${commented(what)} */${tail}` });
  }
}

/** Nothing in it ends the comment, or begins another line. */
function commented(text: string): string {
  return text.replaceAll('*/', '* /').replaceAll(/\s+/g, ' ');
}
