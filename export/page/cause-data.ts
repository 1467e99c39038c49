import type { MetCause } from '../../fuzz/case/causes-met.ts';
import { causeFolder } from '../../fuzz/cause/cause-name.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { JUDGEMENTS } from '../../oracles/divergence.ts';
import { causeNameIn, hasJudgement } from '../report/cause-report.ts';
import { causeText, namedCauseText } from '../report/cause-text.ts';
import { storyLines } from '../report/story.ts';
import { plainStyle, type Style } from '../show/style.ts';
import { causeLine } from './cause-line.ts';
import type { CauseData, StorySection } from './page-data.ts';

/*
 * A cause is told by `explain` as lines for a terminal. A page takes them as they are and only finds the
 * headings again: the story is told in one place, and what changes there changes here.
 */

/** Marks a heading in a story, as text cannot hold it: stories pass `visible` nowhere on their way here. */
const MARK = '\u0000';
const marked: Style = { ...plainStyle, bold: (text) => `${MARK}${text}` };

/** What `explain` has a case for, and a page has on the case's own page. */
const LEFT_OUT = 'How it shows';

/**
 * A cause as `explain` tells it.
 *
 * @param harness of its target; undefined where its code is not at hand: then its name has to do
 * @param idOf the address of a case, by its path
 */
export function causeData(
  one: MetCause,
  harness: Harness | undefined,
  idOf: (path: string) => string | undefined,
): CauseData {
  const { target, cause, met, witness } = one;
  const name = causeNameIn(one) ?? 'no-cause';
  const ids = met.flatMap(({ case: path }) => (path === undefined ? [] : (idOf(path) ?? [])));
  const first = witness && idOf(witness.path);
  // Of a cause in races each op does alone what the reference does: its line would say so in every column.
  const line = harness && cause?.alone ? causeLine(harness, cause.ops) : undefined;
  return {
    id: `${target}/${causeFolder(name)}`,
    target,
    name,
    text: cause ? causeText(cause) : (namedCauseText(name, false) ?? 'cause not known'),
    ops: cause?.ops ?? [...new Set(met.map(({ divergence }) => divergence.op))],
    isNew: met.some(({ isNew }) => isNew),
    judged: judgedCounts(one),
    cases: first === undefined ? ids : [first, ...ids.filter((id) => id !== first)],
    story: harness && witness ? storySections({ harness, cause, met, witness }) : [],
    ...(line && { line }),
  };
}

/** How many signatures of a cause are judged so. A judgement that none has is not there. */
function judgedCounts(one: MetCause): CauseData['judged'] {
  const met = JUDGEMENTS.filter((judgement) => hasJudgement(one, judgement));
  return Object.fromEntries(
    met.map((each) => [each, one.met.filter(({ divergence }) => divergence.judgement === each).length]),
  );
}

/** The sections of the story, without its title and without what the page draws better. */
function storySections(told: Parameters<typeof storyLines>[0]): StorySection[] {
  const sections: { heading: string; lines: string[] }[] = [];
  // The first heading is the name of the cause, which the page has above.
  for (const line of storyLines(told, [], marked).slice(1)) {
    if (line.startsWith(MARK)) sections.push({ heading: line.slice(MARK.length), lines: [] });
    else sections.at(-1)?.lines.push(line.replace(/^ {2}/, ''));
  }
  return sections
    .filter(({ heading }) => !heading.startsWith(LEFT_OUT))
    .map(({ heading, lines }) => ({ heading, lines: trimmed(lines) }));
}

/** Without the empty lines around a section: headings make room of their own. */
function trimmed(lines: readonly string[]): string[] {
  return lines.filter((line, at) => line !== '' || (at > 0 && at < lines.length - 1));
}
