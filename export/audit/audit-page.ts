import type { Place, Site } from '../../audit/census/counter.ts';
import { type Judged, VERDICTS } from '../../audit/census/verdict.ts';
import type { AuditData, CounterData, LineData, SiteData } from '../page/audit-data.ts';
import { barePage } from '../page/bare-page.ts';
import type { PageData } from '../page/page-data.ts';
import type { Audit } from './audit.ts';
import { answerOf, uncoveredLines } from './audit-answer.ts';
import { placeOf } from './counter-lines.ts';
import { escapeText } from './counter-text.ts';
import { opText, useLines, wayText } from './site-text.ts';
import { subsystemsOf } from './subsystems.ts';
import { VERDICT_WORDS } from './verdict-words.ts';

/** Subsystems to choose from: more than a screen of the terminal has, and still a list that one can look through. */
const SUBSYSTEMS = 80;

/** The page of an audit, as data. */
export function auditPage(audit: Audit): PageData {
  const { tree, judged, held } = audit;
  const subsystems = new Map<Judged, string>();
  for (const { name, members } of subsystemsOf(judged, ({ counter }) => counter.declared.file, SUBSYSTEMS))
    for (const one of members) subsystems.set(one, name);
  const data: AuditData = {
    tree,
    answer: answerOf(audit),
    uncovered: uncoveredLines(audit),
    verdicts: VERDICTS.map((verdict) => {
      const { word, means } = VERDICT_WORDS[verdict];
      return { verdict, word, means };
    }),
    counters: judged.map((one) =>
      counterData(one, subsystems.get(one) ?? '.', held?.known.has(one) === true),
    ),
  };
  return { ...barePage(tree), audit: data };
}

/** What is empty is left out: a kernel has five thousand of these. */
function counterData(judged: Judged, subsystem: string, isKnown: boolean): CounterData {
  const { counter, verdict, protocol, rule, confidence, doubts, remedy, reasons } = judged;
  const { comment, escapes, embeddedIn, shape, type } = counter;
  return {
    id: counter.id,
    type: shape === 'one' ? type : `${type} (${shape})`,
    subsystem,
    declared: lineData(counter.declared),
    ...(comment === '' ? {} : { comment }),
    verdict,
    protocol,
    rule,
    confidence,
    ...(doubts.length > 0 ? { doubts } : {}),
    remedy,
    ...(isKnown ? { isKnown } : {}),
    reasons: reasons.map(({ what, places }) => ({ what, places: places.map(lineData) })),
    sites: counter.sites.map(siteData),
    ...(escapes.length > 0
      ? { escapes: escapes.map((one) => ({ ...lineData(one), what: escapeText(one) })) }
      : {}),
    ...(embeddedIn.length > 0 ? { embeddedIn } : {}),
  };
}

/** In the words of the terminal, so that the page and `--explain` never say two things of one op. */
function siteData(site: Site): SiteData {
  const uses = useLines(site);
  const way = wayText(site);
  return {
    ...lineData(site),
    ...(site.fn === '' ? {} : { fn: site.fn }),
    op: opText(site),
    ...(uses.length > 0 ? { uses } : {}),
    ...(site.locks.length > 0 ? { locks: site.locks.join(', ') } : {}),
    ...(way === '' ? {} : { way }),
  };
}

function lineData(place: Place): LineData {
  return { at: placeOf(place), text: place.text };
}
