import type { StoredCase } from '../../fuzz/case/corpus.ts';
import type { MetDivergence } from '../../fuzz/case/met-divergence.ts';
import type { Cause } from '../../fuzz/cause/cause.ts';
import type { Did, Way } from '../../fuzz/cause/ways.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { JUDGEMENTS, type Judgement, signatureOf } from '../../oracles/divergence.ts';
import { formatValue } from '../../targets/subject/values.ts';
import { saturationsOf, sideNames, subjectsOf } from '../../targets/target/sides.ts';
import { drawnRun } from '../show/show.ts';
import { type Style, wrapped } from '../show/style.ts';
import {
  answerText,
  baseName,
  causeText,
  intervalText,
  isInRaces,
  leftText,
  listed,
  warningText,
} from './cause-text.ts';
import { dangersOf } from './dangers.ts';
import { GRAVEST_FIRST } from './finding-text.ts';
import { meaningOf, toDoAbout } from './judgement-words.ts';

/** Columns of running text; a drawn run may be wider. */
const WIDTH = 100;
/** Ways that are set out. */
const WAYS_SHOWN = 4;

/** What a story is told of. */
export interface Told {
  readonly harness: Harness;
  /** Absent where none is known: then the story is that of the case. */
  readonly cause: Cause | undefined;
  /** What the cause explains, as far as the corpus has it: of a case alone, its own. */
  readonly met: readonly Pick<MetDivergence, 'divergence'>[];
  /** The case that is drawn. */
  readonly witness: StoredCase;
}

/**
 * The story of one cause, or of one case: what the code does, why that matters, how it shows and what to do. For somebody
 * who knows C and kernels, and refuzz not yet.
 *
 * @param commands that go on from here, one a line
 * @returns lines without a line break at the end
 */
export function storyLines(told: Told, commands: readonly string[], style: Style): string[] {
  const { harness, cause, witness } = told;
  const name = cause?.name ?? witness.case.cause ?? signatureOf(witness.case.expect.divergence);
  const section = (heading: string, lines: readonly string[]) =>
    lines.length === 0
      ? []
      : ['', style.bold(heading), ...lines.map((line) => (line === '' ? '' : `  ${line}`))];
  return [
    style.bold(`${harness.target.name}/${name}`),
    `${sidesText(harness)}: ${judgementCounts(told)}`,
    ...section('What the code does', doesLines(told)),
    ...section('Why it matters', mattersLines(told)),
    ...section(`How it shows${told.met.length > 1 ? `, in the smallest of ${told.met.length} cases` : ''}`, [
      ...wrapped(witness.case.why, WIDTH - 2),
      '',
      ...drawnRun(harness, witness.case, style),
    ]),
    ...section('What to do', toDoLines(told)),
    ...section('Go on', commands),
  ];
}

function sidesText({ target }: Harness): string {
  const { reference, subject } = sideNames(target);
  return `${subject} against ${reference}`;
}

function judgementCounts({ met }: Told): string {
  const counts = judgementsOf(met).map(
    (judgement) =>
      `${met.filter(({ divergence }) => divergence.judgement === judgement).length} ${judgement}`,
  );
  return `${met.length} ${met.length === 1 ? 'signature' : 'signatures'} (${counts.join(', ')})`;
}

function judgementsOf(met: Told['met']): Judgement[] {
  return GRAVEST_FIRST.filter((one) => met.some(({ divergence }) => divergence.judgement === one));
}

function doesLines({ harness, cause, witness }: Told): string[] {
  if (!cause)
    return wrapped(`${witness.case.expect.divergence.op}: its cause has not been found.`, WIDTH - 2);
  if (isInRaces(cause)) return raceLines(harness, cause);
  if (cause.ways.length === 0)
    return [...wrapped(`${causeText(cause)}.`, WIDTH - 2), ...sourceLines(harness)];
  const shown = cause.ways.slice(0, WAYS_SHOWN);
  const more = cause.ways.length - shown.length;
  return [
    ...shown.flatMap((way) => wayLines(harness, cause, way)),
    ...(more > 0 ? [`and ${more} ${more === 1 ? 'way' : 'ways'} more`] : []),
    ...oneCodeLines(cause),
    ...saturationLines(harness, cause),
    ...sourceLines(harness),
  ];
}

function raceLines(harness: Harness, cause: Cause): string[] {
  const [takes, its] = cause.ops.length === 1 ? ['takes', 'its'] : ['take', 'their'];
  const text = `Alone, ${listed(cause.ops)} ${cause.ops.length === 1 ? 'does' : 'do'} what ${baseName(cause)} does. But ${cause.ops.length === 1 ? 'it' : 'they'} ${takes} more than one access to the word, or another one, and where other threads come between ${its} accesses that shows.`;
  return [...wrapped(text, WIDTH - 2), ...sourceLines(harness)];
}

function wayLines(harness: Harness, cause: Cause, { call, low, high, base, subject }: Way): string[] {
  const names = [baseName(cause), harness.target.subject.name];
  const width = Math.max(...names.map((name) => name.length));
  const sides = [base, subject].map((did, at) => `  ${names[at]!.padEnd(width)}  ${didText(did)}`);
  return [`${call}, where the count is ${intervalText({ low, high })}:`, ...sides];
}

function didText({ result, left, acts, warnings }: Did): string {
  const answer = result === undefined ? [] : [answerText(result)];
  return [...answer, leftText(left), ...acts, ...(warnings.length === 0 ? [] : [warningText(warnings)])].join(
    ', ',
  );
}

function oneCodeLines({ ops }: Cause): string[] {
  if (ops.length === 1) return [];
  return wrapped(`${listed(ops)} part in the same way: they are one code, or share a helper.`, WIDTH - 2);
}

/** A reader who meets 0xC0000000 for the first time. */
function saturationLines({ target }: Harness, { ways }: Cause): string[] {
  const left = ways.flatMap(({ base, subject }) => [base.left, subject.left]);
  const met = saturationsOf(subjectsOf(target))
    .map(formatValue)
    .find((text) => left.includes(text));
  if (met === undefined) return [];
  const note = `${met} is the saturation value: the count is given up, and stays there. The object is never freed, which is a leak, and better than a use after free.`;
  return wrapped(note, WIDTH - 2);
}

function sourceLines({ target }: Harness): string[] {
  const { source } = target.subject;
  return source === undefined ? [] : wrapped(`The code: ${source}.`, WIDTH - 2);
}

function mattersLines({ harness, cause, met, witness }: Told): string[] {
  const sides = sideNames(harness.target);
  const judged = judgementsOf(met).flatMap((judgement) => labelled(judgement, meaningOf(judgement, sides)));
  const dangers = dangersOf(cause, witness.case);
  return [...judged, ...dangers.flatMap((text, at) => labelled(at === 0 ? 'the danger' : '', text))];
}

function toDoLines({ harness, cause, met, witness }: Told): string[] {
  const sides = sideNames(harness.target);
  const ops = cause?.ops ?? [witness.case.expect.divergence.op];
  return [
    ...judgementsOf(met).flatMap((judgement) => labelled(judgement, toDoAbout(judgement, sides))),
    ...placeLines(harness, ops),
  ];
}

/** Where the code of a kernel's ops stands; whoever reads this has the tree. */
function placeLines({ target }: Harness, ops: readonly string[]): string[] {
  if (target.subject.compiled === undefined || !target.name.startsWith('kernel-')) return [];
  const names = ops.map((op) => `refcount_${op}`).join('\\|');
  return labelled('where', `grep -n '${names}' include/linux/refcount.h lib/refcount.c`);
}

/** The longest judgement, and a gap. */
const LABEL = Math.max(...JUDGEMENTS.map((judgement) => judgement.length)) + 2;

function labelled(label: string, text: string): string[] {
  return wrapped(text, WIDTH - 2 - LABEL).map(
    (line, at) => `${(at === 0 ? label : '').padEnd(LABEL)}${line}`,
  );
}
