import { caseFileName, formatCase } from '../../fuzz/case/case-file.ts';
import type {
  Differing,
  DifferingOutcomes,
  Equivalence,
  Replay,
  Undecided,
} from '../../fuzz/fast-check/equivalence.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import type { Judgement } from '../../oracles/divergence.ts';
import { showCase } from '../show/show.ts';
import { plainStyle } from '../show/style.ts';

/**
 * A failed comparison, for the person whose test it is: what differs, how to see it again, and how to accept it, in the
 * words of the options of `assertEquivalent`.
 *
 * @returns lines without a line break at the end
 */
export function equivalenceReport(found: Exclude<Equivalence, { kind: 'equivalent' }>): string {
  switch (found.kind) {
    case 'differs':
      return differingReport(found);
    case 'outcomes-differ':
      return outcomesReport(found);
    case 'undecided':
      return undecidedReport(found);
  }
}

/** With the whole case as YAML, so that it can be put into a corpus from the log of a test. */
function differingReport({ harness, signature, case: stored, others, replay }: Differing): string {
  return [
    `${sides(harness)}: ${signature}`,
    '',
    showCase(harness, stored, plainStyle),
    '',
    ...otherSignatures(others),
    replayLine(replay),
    `To accept it: { known: ['${signature}'] }${orAllLikeIt(stored.expect.divergence.judgement)}`,
    `As a case, ${stored.target}/${caseFileName(stored)}:`,
    '',
    formatCase(stored).trimEnd(),
  ].join('\n');
}

/** What hurts is accepted one by one, if at all: a whole judgement of `breaks` would let any bug pass. */
function orAllLikeIt(judgement: Judgement): string {
  const hurts = judgement === 'breaks' || judgement === 'misses';
  return hurts ? '' : `; all like it: { accepted: ['${judgement}'] }`;
}

function otherSignatures(others: readonly string[]): string[] {
  return others.length > 0 ? [`Also seen: ${others.join(', ')}`] : [];
}

/** Sets of outcomes differ, without a divergence. What is lost has no schedule, so there is no case to show. */
function outcomesReport({ harness, signature, program, lost, replay }: DifferingOutcomes): string {
  const what =
    signature === 'lost-outcomes'
      ? `${lost} ${lost === 1 ? 'outcome' : 'outcomes'} of the reference cannot happen any more`
      : 'it can end as the reference cannot';
  return [
    `${sides(harness)}: ${signature}`,
    '',
    `Of ${program}`,
    `${what}; no single op is to blame.`,
    '',
    replayLine(replay),
    `To accept it: { known: ['${signature}'] }`,
  ].join('\n');
}

/** A test that cannot say fails: silence would look like a proof. */
function undecidedReport({ harness, program, reason, undecided, programs, replay }: Undecided): string {
  return [
    `It is not decided whether ${harness.target.subject.name} is equivalent to ${referenceName(harness)}`,
    '',
    `Of ${program}`,
    `nothing can be said: ${reason}.`,
    `${undecided} of ${programs} programs are like that; no other differs.`,
    '',
    replayLine(replay),
    "Smaller programs can be decided: { maxOps: 2 }. To accept it: { undecided: 'accept' }",
  ].join('\n');
}

/** The first line of a message, which test runners print in their summaries. */
function sides(harness: Harness): string {
  return `${harness.target.subject.name} is not equivalent to ${referenceName(harness)}`;
}

function referenceName({ target: { reference } }: Harness): string {
  return reference === 'ideal' ? 'the ideal counter' : reference.name;
}

/** fast-check's own two options; the same program comes first then. */
function replayLine({ seed, path }: Replay): string {
  return `To replay: { seed: ${seed}, path: '${path}' }`;
}
