import type { Judged } from '../../audit/census/verdict.ts';
import { version } from '../../fuzz/storage/version.ts';
import { type Audit, countsOf } from './audit.ts';
import { answerOf, uncoveredLines } from './audit-answer.ts';
import { AUDIT_FORMAT } from './audit-shape.ts';

/**
 * An audit for programs: one line of JSON, as `auditShape` has it. The numbers are those of the whole audit; `chosen` are the
 * counters that the user asked for, which are all of them unless he said otherwise.
 */
export function auditJson(audit: Audit, chosen: readonly Judged[]): string {
  const { tree, census, judged, held } = audit;
  const head = {
    'refuzz-audit': AUDIT_FORMAT,
    version: version(),
    tree,
    answer: answerOf(audit),
    uncovered: uncoveredLines(audit),
    files: census.files,
    loss: census.loss,
    skipped: census.skipped,
    verdicts: countsOf(judged),
    baseline: held ? { file: held.baseline, known: held.known.size, gone: held.gone } : null,
  };
  // Counter by counter: a tree has tens of megabytes of them.
  const counters = chosen.map((one) => JSON.stringify(counterOf(one, held?.known.has(one) === true)));
  return `${JSON.stringify(head).slice(0, -1)},"counters":[${counters.join(',')}]}\n`;
}

/**
 * Flat: what a counter is, and what is said of it, under one roof.
 *
 * The long lists come last, so that whoever looks at a line sees the verdict before two hundred sites.
 */
function counterOf({ counter, ...verdict }: Judged, isKnown: boolean) {
  const { sites, escapes, embeddedIn, ...what } = counter;
  return { ...what, ...verdict, known: isKnown, sites, escapes, embeddedIn };
}
