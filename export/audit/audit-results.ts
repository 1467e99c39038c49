import type { Judged } from '../../audit/census/verdict.ts';
import type { Result } from '../results/result.ts';
import type { Audit } from './audit.ts';
import { answerOf, uncoveredLines } from './audit-answer.ts';
import { placeOf } from './counter-lines.ts';

/** All results are of one suite: its name is in fingerprints, and must not say where somebody has checked out his tree. */
const SUITE = 'audit';
/** Lines of evidence that a result carries. */
const EVIDENCE = 8;

/**
 * An audit as results: each misuse, each file that was not read, and the audit itself.
 *
 *     linux                                  failed     1 new misuse, and 1 that known.json lists; …
 *     priv.users@drivers/x/y.c: from-0       failed     refcount_t priv.users: it starts at 0 and is incremented
 *     peer.refs@net/core/peer.c: limit       known
 *     drivers/x/big.c                        skipped    larger than 16 MB
 *
 * Counters without fault are no results: a report of five thousand passes would hide the three that are none.
 *
 * @param pathOf from a path below the root of the tree to one that its reader can open
 */
export function auditResults(audit: Audit, pathOf: (file: string) => string): Result[] {
  const { tree, judged, census } = audit;
  const misuses = judged.filter(({ verdict }) => verdict === 'misuse');
  const isFailed = misuses.some((one) => !audit.held?.known.has(one));
  return [
    {
      suite: SUITE,
      name: tree,
      status: isFailed ? 'failed' : judged.length === 0 && census.files.seen === 0 ? 'undecided' : 'ok',
      message: answerOf(audit),
      details: uncoveredLines(audit),
      isSummary: true,
    },
    ...misuses.map((one) => misuseResult(one, audit, pathOf)),
    ...census.skipped.map(
      ({ file, why }): Result => ({ suite: SUITE, name: file, status: 'skipped', message: why }),
    ),
  ];
}

/**
 * Its name is what a baseline knows it by, and has no line, so that readers of many reports see what came and went. Its place is
 * the first line that shows it, since that is what has to be mended; the declaration seldom is.
 */
function misuseResult(judged: Judged, audit: Audit, pathOf: (file: string) => string): Result {
  const { counter, rule, protocol, reasons, remedy } = judged;
  const [first] = reasons;
  const shown = first?.places[0] ?? counter.declared;
  const evidence = reasons.flatMap(({ what, places }) => [
    what,
    ...places.slice(0, EVIDENCE).map((place) => `${placeOf(place)}  ${place.text}`),
  ]);
  return {
    suite: SUITE,
    name: `${counter.name}@${counter.declared.file}: ${rule}`,
    status: audit.held?.known.has(judged) ? 'known' : 'failed',
    message: `${counter.type} ${counter.id}: ${first?.what ?? protocol}`,
    details: [...evidence, ...(remedy === '' ? [] : [remedy])],
    place: { file: pathOf(shown.file), line: shown.line },
    rule: { id: `refuzz/audit/${rule}`, text: `Misuse of a reference counter: ${protocol}.` },
  };
}
