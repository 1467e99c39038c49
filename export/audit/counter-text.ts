import type { Counter, Escape, Site } from '../../audit/census/counter.ts';
import type { Judged } from '../../audit/census/verdict.ts';
import { shellWord } from '../../targets/subject/shell-word.ts';
import { type Style, wrapped } from '../show/style.ts';
import { count } from './audit-answer.ts';
import { placed, placeOf } from './counter-lines.ts';
import { opText, useLines, wayText } from './site-text.ts';
import { VERDICT_WORDS } from './verdict-words.ts';

const WIDTH = 110;
/** Verdicts of which a diff can be written. */
const PATCHED = ['as-is', 'by-one', 'with-a-change'];

/**
 * One counter whole, for whoever has to decide about it: the verdict, what shows it, every op with what its result decides,
 * and how to go on. Nothing is left out, as the verdict may hang on the one line that was.
 *
 * @param paths as the user gave them, for the commands
 * @returns lines without a line break at the end
 */
export function counterText(judged: Judged, paths: readonly string[], style: Style): string[] {
  const { counter, verdict, protocol, confidence, rule, doubts, remedy, reasons } = judged;
  const { word, means } = VERDICT_WORDS[verdict];
  const kind = counter.shape === 'one' ? counter.type : `${counter.type}, ${aShape(counter)}`;
  return [
    `${style.bold(counter.id)}  ${placeOf(counter.declared)}  ${kind}`,
    `    ${counter.declared.text}`,
    ...wrapped(counter.comment, WIDTH - 4).map((line) => style.dim(`    ${line}`)),
    '',
    ...wrapped(`${word}: ${means}.`, WIDTH).map((line) => style.bold(line)),
    `protocol: ${protocol}; confidence: ${confidence}; rule: ${rule}`,
    ...section('doubts', doubts, style),
    ...section('remedy', remedy === '' ? [] : wrapped(remedy, WIDTH - 2), style),
    ...section(
      'because',
      reasons.flatMap(({ what, places }) => [what, ...places.map((place) => `    ${placed(place, style)}`)]),
      style,
    ),
    ...section('starts at', startLines(counter), style),
    ...siteSections(counter, style),
    ...section('locks held around its ops', lockLines(counter), style),
    ...section(
      'not followed',
      counter.escapes.map((one) => `${placed(one, style)}    ${escapeText(one)}`),
      style,
    ),
    ...section('embedded in', counter.embeddedIn.length > 0 ? [counter.embeddedIn.join(', ')] : [], style),
    ...nextLines(judged, paths, style),
  ];
}

/** What becomes of it where it cannot be followed. */
export function escapeText({ kind, to }: Escape): string {
  return kind === 'raw' ? 'its inside is read' : `its address goes to ${to === '' ? 'somewhere' : to}`;
}

/** Of an array each element is a counter, and what is said holds for all of them. */
function aShape({ shape }: Counter): string {
  return shape === 'array' ? 'an array of them' : 'a pointer to one';
}

/** A heading and its lines; nothing where there are none. */
function section(heading: string, lines: readonly string[], style: Style): string[] {
  return lines.length === 0 ? [] : ['', style.bold(heading), ...lines.map((line) => `  ${line}`)];
}

/**
 * The values that it is given, and where: `1  net/a.c:10 (new_peer)`. Most verdicts turn on whether it begins at 0.
 *
 * A set over a live counter is told apart, as that is how a count loses the references of others.
 */
function startLines({ sites }: Counter): string[] {
  const starts = sites.filter(({ op }) => op === 'init' || op === 'set');
  return starts.map((site) => {
    const value = site.amounts[0] ?? '?';
    const how = site.op === 'init' || site.isCreation ? '' : '  set over a live one, as far as can be seen';
    return `${value}  ${placeOf(site)}${site.fn === '' ? '' : ` (${site.fn})`}${how}`;
  });
}

/** All ops, by file. */
function siteSections({ sites }: Counter, style: Style): string[] {
  const files = [...new Set(sites.map(({ file }) => file))];
  const heading = `${count(sites.length, 'op')}${files.length > 1 ? ` in ${count(files.length, 'file')}` : ''}`;
  const lines = files.flatMap((file) => [
    file,
    ...sites.filter((site) => site.file === file).flatMap((site) => siteLines(site, style)),
  ]);
  return section(heading, lines, style);
}

/**
 *     120  peer_get  add_unless(1, -1)  tested; locks: rcu
 *          if (atomic_add_unless(&p->refcnt, 1, -1))
 *          true: calls peer_touch
 */
function siteLines(site: Site, style: Style): string[] {
  const line = String(site.line).padStart(6);
  const inset = ' '.repeat(line.length + 2);
  const where = site.fn === '' ? '' : `${site.fn}  `;
  const way = wayText(site);
  const order = site.order ? ` ${site.order}` : '';
  const locks = site.locks.length > 0 ? `  under ${site.locks.join(', ')}` : '';
  return [
    `${style.dim(line)}  ${where}${style.bold(opText(site))}${order}${locks}${way === '' ? '' : `  (${way})`}`,
    `${inset}${style.dim(site.text)}`,
    ...useLines(site).map((use) => `${inset}${use}`),
  ];
}

/**
 * `&peer->lock  around 3 of 12 ops`.
 *
 * A lock around all ops hints that the counter need not be atomic; one around a few shows where a race was thought of.
 */
function lockLines({ sites }: Counter): string[] {
  const held = new Map<string, number>();
  for (const lock of sites.flatMap(({ locks }) => [...new Set(locks)]))
    held.set(lock, (held.get(lock) ?? 0) + 1);
  return [...held].map(([lock, times]) => `${lock}  around ${times} of ${count(sites.length, 'op')}`);
}

/**
 * What can be asked next of such a counter: a proof, and where it converts a diff.
 *
 * Named by its id, which is one counter's alone; the name of a file need not be more than readable.
 */
function nextLines({ counter, verdict }: Judged, paths: readonly string[], style: Style): string[] {
  const audit = `refuzz audit ${paths.map(shellWord).join(' ')}`;
  const id = shellWord(counter.id);
  const folder = shellWord(counter.name.replaceAll(/[^\w.]+/g, '-'));
  const commands = [
    ...(verdict === 'listed' ? [] : [`${audit} --extract ${id} --output ${folder}`]),
    ...(PATCHED.includes(verdict)
      ? [`${audit} --struct ${id} --patch ${shellWord(`${counter.name}.diff`)}`]
      : []),
  ];
  return section('next', commands, style);
}
