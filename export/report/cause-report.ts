import type { MetCause } from '../../fuzz/case/causes-met.ts';
import { JUDGEMENTS, type Judgement } from '../../oracles/divergence.ts';
import { type Style, wrapped } from '../show/style.ts';
import { causeBrief, causeText, listed, namedCauseText } from './cause-text.ts';
import { GRAVEST_FIRST } from './finding-text.ts';
import { grouped } from './grouped.ts';

/** Lines that a person reads at the end of a search. */
const MOST_LINES = 42;
/** Causes of one target that are written out in full, and in brief where there are many targets. */
const CAUSES_SHOWN = 12;
const BRIEFLY_SHOWN = 6;
/** Columns. */
const WIDTH = 100;
/** Ops that are named of what has no cause. */
const OPS_NAMED = 4;

/** How causes are told: each in full, or each in half a line, and at most so many of a target. */
interface Telling {
  readonly most: number;
  readonly isBrief: (one: MetCause) => boolean;
}

/** Before a sentence that nobody has had the time to make sure of. */
const PROVISIONAL = 'likely: ';

/** From the one that says most to the one that says least; the first that fits on a screen is taken. */
const TELLINGS: readonly Telling[] = [
  { most: CAUSES_SHOWN, isBrief: () => false },
  { most: CAUSES_SHOWN, isBrief: (one) => !isNew(one) },
  ...Array.from({ length: BRIEFLY_SHOWN }, (_, fewer) => ({
    most: BRIEFLY_SHOWN - fewer,
    isBrief: () => true,
  })),
];

/** The same where a line each is asked for. */
const BRIEF_TELLINGS: readonly Telling[] = [
  { most: CAUSES_SHOWN, isBrief: () => true },
  ...TELLINGS.slice(2),
];

/**
 * The first sentence of a search of several targets, which is its answer.
 *
 *     nothing new on 13 targets: 14 known causes, 80 signatures
 *     2 new causes, 45 signatures, on canary and pax; 10 known causes, 120 signatures
 *
 * @param causes at least one @param searched how many targets
 */
export function answerLine(causes: readonly MetCause[], searched: number): string {
  const [fresh, known] = [true, false].map((wanted) => causes.filter((one) => isNew(one) === wanted));
  if (fresh!.length === 0) return `nothing new on ${plural(searched, 'target')}: ${countOf(known!, 'known')}`;
  const targets = listed([...new Set(fresh!.map(({ target }) => target))]);
  const rest = known!.length > 0 ? `; ${countOf(known!, 'known')}` : '';
  return `${countOf(fresh!, 'new')}, on ${targets}${rest}`;
}

/**
 * What a search came to, in causes: each target with a line that counts, and a sentence for each cause. Of many targets
 * the sentences are brief, so that all of it fits on a screen.
 *
 *     kernel-vs-model: 1 new cause, 71 signatures
 *       new    dec_not_one parts from refcount/v5.5 where the count is 0: it returns false, …   (2 breaks, 69 changes)
 *
 * @param causes the new ones first @param isBrief whether each cause has one line, however few there are
 * @returns lines without a line break at the end
 */
export function causeLines(causes: readonly MetCause[], style: Style, isBrief = false): string[] {
  let lines: string[] = [];
  for (const telling of isBrief ? BRIEF_TELLINGS : TELLINGS) {
    lines = linesOf(causes, telling, style);
    if (lines.length <= MOST_LINES) break;
  }
  return lines;
}

function linesOf(causes: readonly MetCause[], telling: Telling, style: Style): string[] {
  const targets = [...new Set(causes.map(({ target }) => target))];
  return targets.flatMap((target) => {
    const own = causes.filter((one) => one.target === target);
    const shown = own.length > telling.most ? gravestOf(own, telling.most) : own;
    const part = shown.length < own.length ? `; ${shown.length} of them:` : '';
    return [
      `${style.bold(target)}: ${countText(own)}${part}`,
      ...shown.flatMap((one) => sentenceLines(one, telling.isBrief(one), style)),
    ];
  });
}

/** What breaks is not left out for the sake of what only explains more; new ones stay first. */
function gravestOf(causes: readonly MetCause[], most: number): MetCause[] {
  const rank = (one: MetCause) => (isNew(one) ? 0 : 2) + (hasJudgement(one, 'breaks') ? 0 : 1);
  return [...causes].sort((one, other) => rank(one) - rank(other)).slice(0, most);
}

/** Wrapped, with the lines after the first below the sentence. A brief one is one line. */
function sentenceLines(one: MetCause, isBrief: boolean, style: Style): string[] {
  const mark = isNew(one) ? 'new    ' : 'known  ';
  const painted = isNew(one) ? style.red(mark) : mark;
  const room = WIDTH - 2 - mark.length;
  const lines = isBrief
    ? [shortened(one, room)]
    : wrapped(`${sentence(one, false)}  (${newsText(one)}${judgedText(one)})`, room);
  return lines.map((line, at) => `  ${at === 0 ? painted : ' '.repeat(mark.length)}${line}`);
}

/** A sentence and its judgements in one line; the sentence gives way. */
function shortened(one: MetCause, room: number): string {
  const met = GRAVEST_FIRST.filter((judgement) => hasJudgement(one, judgement));
  const judged = `  (${met.join(', ')})`;
  const text = sentence(one, true);
  const left = room - judged.length;
  return `${text.length <= left ? text : `${text.slice(0, left - 1).trimEnd()}…`}${judged}`;
}

/** What the judgements of some causes mean, for a reader who sees them for the first time; wrapped. */
export function judgementLegend(causes: readonly MetCause[]): string[] {
  const met = new Set(causes.flatMap((one) => one.met.map(({ divergence }) => divergence.judgement)));
  const told = JUDGEMENTS.filter((judgement) => met.has(judgement));
  return wrapped(told.map((judgement) => `${judgement}: ${LEGEND[judgement]}`).join('; '), WIDTH);
}

const LEGEND: Readonly<Record<Judgement, string>> = {
  protects: 'what goes wrong in the reference is stopped',
  'false-alarm': 'it objects to sound use',
  misses: 'both go wrong, in silence',
  breaks: 'it goes wrong where the reference does not',
  changes: 'it differs, and neither is wrong',
  transient: 'only seen within the window that it documents',
};

/** Whether a signature of the cause is judged so. */
export function hasJudgement({ met }: Pick<MetCause, 'met'>, judgement: Judgement): boolean {
  return met.some(({ divergence }) => divergence.judgement === judgement);
}

/** The name of a cause, be it only that which the cases carry. */
export function causeNameIn({ cause, witness }: MetCause): string | undefined {
  return cause?.name ?? witness?.case.cause;
}

/** One cause as data. */
export function causeJson(one: MetCause) {
  const { target, cause, met, witness, isProvisional } = one;
  return {
    target,
    name: causeNameIn(one) ?? null,
    ops: cause?.ops ?? null,
    text: cause ? causeText(cause) : null,
    isNew: met.some((each) => each.isNew),
    signatures: met.length,
    ...(isProvisional && { isProvisional }),
    witness: witness?.path ?? null,
  };
}

function isNew({ met }: MetCause): boolean {
  return met.some((each) => each.isNew);
}

/** `1 new cause, 71 signatures; 6 known causes, 202 signatures`, `nothing new; 6 known causes, 202 signatures` */
function countText(causes: readonly MetCause[]): string {
  const [fresh, known] = [true, false].map((wanted) => causes.filter((one) => isNew(one) === wanted));
  const parts = [fresh!.length > 0 ? countOf(fresh!, 'new') : 'nothing new'];
  return (known!.length > 0 ? [...parts, countOf(known!, 'known')] : parts).join('; ');
}

/**
 * What has no cause yet is none.
 *
 *     6 known causes, 202 signatures
 *     1 new cause, 57 signatures; and 2 new signatures whose cause is not known yet
 *     2 new signatures whose cause is not known yet
 */
function countOf(causes: readonly MetCause[], word: string): string {
  const named = causes.filter((one) => causeNameIn(one) !== undefined);
  const rest = signaturesOf(causes) - signaturesOf(named);
  const counted = `${plural(named.length, `${word} cause`)}, ${plural(signaturesOf(named), 'signature')}`;
  if (rest === 0) return counted;
  const open = `${plural(rest, `${word} signature`)} whose cause is not known yet`;
  return named.length === 0 ? open : `${counted}; and ${open}`;
}

function signaturesOf(causes: readonly MetCause[]): number {
  return causes.reduce((sum, { met }) => sum + met.length, 0);
}

/** `5 protects, 1 false-alarm`: how many signatures of a cause are judged so. */
export function judgedText({ met }: Pick<MetCause, 'met'>): string {
  const judged = JUDGEMENTS.flatMap((judgement) => {
    const count = met.filter(({ divergence }) => divergence.judgement === judgement).length;
    return count === 0 ? [] : [`${count} ${judgement}`];
  });
  return judged.join(', ');
}

/** `2 of 6 new: `, where a cause was met before and shows in more ways now. */
function newsText({ met }: MetCause): string {
  const news = met.filter((each) => each.isNew).length;
  return news === 0 || news === met.length ? '' : `${news} of ${met.length} new: `;
}

/** Where nobody had the time to look for the cause again, what its name says; without one, the ops that show it. */
function sentence(one: MetCause, isBrief: boolean): string {
  const { cause, met, isProvisional } = one;
  if (cause) return `${isProvisional ? PROVISIONAL : ''}${isBrief ? causeBrief(cause) : causeText(cause)}`;
  const name = causeNameIn(one);
  const ops = [...new Set(met.map(({ divergence }) => divergence.op))];
  const more = ops.length > OPS_NAMED ? ` and ${ops.length - OPS_NAMED} more` : '';
  const seen = `seen at ${ops.slice(0, OPS_NAMED).join(', ')}${more}`;
  if (name !== undefined) return namedCauseText(name, isBrief) ?? `${seen}; its cause is ${name}`;
  const isLeft = met.every((each) => each.case === undefined);
  return `${seen}; ${isLeft ? 'not minimal yet, so no cause' : 'cause not known'}`;
}

function plural(count: number, word: string): string {
  return `${grouped(count)} ${word}${count === 1 ? '' : 's'}`;
}
