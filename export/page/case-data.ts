import { relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { StoredCase } from '../../fuzz/case/corpus.ts';
import { type BothSides, observe } from '../../fuzz/case/observe.ts';
import { programLine, programOf } from '../../fuzz/case/program-text.ts';
import { costOf } from '../../fuzz/explore/schedule-cost.ts';
import type { Program } from '../../fuzz/program/program.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { Machine } from '../../fuzz/run/machine.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import { sideNames } from '../../targets/target/sides.ts';
import { divergingAccess } from '../show/diverging-access.ts';
import { drawnRun, plainStyle, plural } from '../show/show.ts';
import type { CaseData, RunData } from './page-data.ts';
import { endData, referenceRun } from './reference-run.ts';
import { inTurn, runData } from './run-data.ts';
import { sourcesOf } from './source-links.ts';
import { caseSpace } from './space-data.ts';
import { MOST_DRAWN } from './space-graph.ts';

/*
 * A case as a page shows it. Everything is asked of what `show` asks: `observe` runs it again and says
 * what both sides come to, `divergingAccess` where that comes to light, and the text for mails is that of
 * `show` itself. Only the drawing is new, and it decides nothing.
 */

const IN_TURN =
  'The subject with nobody in between: its ops one after another, in the order in which they begin.';

const TOO_MANY = `More than ${MOST_DRAWN} on one side: too many for this page.`;

/** The address of a case on a page: its path below the corpus, without the extension. */
export function caseId(corpus: string, path: string): string {
  return relative(corpus, path).replace(/\.yaml$/, '');
}

/**
 * A case with its runs: the subject under the schedule of the case, the reference as near to that as it comes, and the
 * subject with its ops one after another. What is judged, and where, is what `show` says.
 *
 * @param corpus the folder below which the case lies @param harness of its target; undefined where its code is not at hand
 * @throws as `showCase` does
 */
export function caseData(corpus: string, stored: StoredCase, harness: Harness | undefined): CaseData {
  // What is known without running anything comes first: it is all that there is where the code is not at hand.
  const { target, program, expect, cause, why } = stored.case;
  const { divergence } = expect;
  const told = {
    id: caseId(corpus, stored.path),
    path: stored.path,
    target,
    signature: signatureOf(divergence),
    ...divergence,
    ...(cause !== undefined && { cause }),
    program: programLine(program),
    why: why.trim(),
  };
  if (!harness) return { ...told, ...withoutCode(target) };
  const made = programOf(harness, program);
  const seen = observe(harness, made, stored.case.schedule);
  const runs = runsOf(harness, stored, made, seen);
  const space = caseSpace(harness, made, told.why, runs);
  // The code may have changed since the case was stored. The runs are of the code as it is, and the page says that they differ.
  const isSame = isDeepStrictEqual([seen.reference, seen.subject], [expect.reference, expect.subject]);
  return {
    ...told,
    ...sideNames(harness.target),
    runs,
    ...(space ? { space } : { spaceNote: TOO_MANY }),
    text: drawnRun(harness, stored.case, plainStyle, seen).join('\n'),
    sources: sourcesOf(harness.target, opsOf(harness, made)),
    ...(!isSame && { note: 'This is not what the case recorded: replay it.' }),
  };
}

/**
 * What is left of a case whose target cannot be made ready, be it for want of a kernel tree or of the
 * user's own file: what was recorded is true all the same, and the sentence says what to name.
 */
function withoutCode(target: string) {
  const note = `The code of ${target} is not at hand, so nothing was run: name it with --kernel, --target-file, or --before and --after.`;
  return { reference: 'reference', subject: 'subject', runs: [], text: '', sources: [], note };
}

/** The witness first, then the reference: these two are shown when the page is opened. */
function runsOf(harness: Harness, stored: StoredCase, program: Program, seen: BothSides): RunData[] {
  const { accesses } = seen;
  const schedule = accesses.map(({ turn }) => turn);
  const head = { side: 'subject' as const, name: sideNames(harness.target).subject };
  const diverging = divergingAccess(harness, program, accesses, stored.case);
  const shown = {
    ...head,
    schedule: 'witness',
    note: witnessNote(harness, program, schedule),
    end: endData(seen.subject),
  };
  const witness = runData(harness, harness.subject, program, schedule, shown, diverging);
  const reference = referenceRun(harness, program, seen.reference, accesses);
  const calm = calmRun(harness, program, schedule, accesses);
  return [witness, ...(reference ? [reference] : []), ...(calm ? [calm] : [])];
}

/** How much a schedule asks of its reader. Whether another one is cheaper `show` decides, which takes a search for each case. */
function witnessNote(harness: Harness, program: Program, schedule: readonly number[]): string {
  const { preemptions, switches } = costOf(new Machine(harness.subject), program, schedule);
  const cost = `${plural(preemptions, 'preemption')}, ${plural(switches, 'context switch', 'context switches')}`;
  return `The subject under the schedule that the case holds: ${cost}.`;
}

/** Shows what the interleaving has to do with it. @returns undefined where that is the schedule of the case */
function calmRun(
  harness: Harness,
  program: Program,
  schedule: readonly number[],
  accesses: BothSides['accesses'],
): RunData | undefined {
  if (program.threads.length < 2) return undefined;
  const order = accesses.filter(({ first, call }) => first && call >= 0).map(({ thread }) => thread);
  // An op may wait for a lock that another one holds over its end: then there is no such run to compare with.
  const turns = inTurn(harness.subject, program, order);
  if (!turns || isDeepStrictEqual(turns, schedule)) return undefined;
  const { subject } = observe(harness, program, turns);
  const { name } = harness.target.subject;
  const head = { side: 'subject' as const, name, schedule: 'one op after another', note: IN_TURN };
  return runData(harness, harness.subject, program, turns, { ...head, end: endData(subject) });
}

/** The ops of a program, each once: those whose source a reader wants to see. */
function opsOf({ alphabet }: Harness, { threads }: Program): string[] {
  return [...new Set(threads.flat().map((call) => alphabet.call(call).op))];
}
