import { causeNameIn } from '../../export/report/cause-report.ts';
import { freshSignatures, type SweptTarget } from '../../export/report/sweep-summary.ts';
import { verdictKind, verdictLine } from '../../export/report/verdict-line.ts';
import { findingResult } from '../../export/results/finding-result.ts';
import type { Result, Status } from '../../export/results/result.ts';
import type { ProgramAnswer } from '../../fuzz/check/answer.ts';
import type { SoundnessAnswer } from '../../fuzz/check/soundness-answer.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { declaredAt } from '../../targets/c/recorded/source-place.ts';
import { shellWord } from '../../targets/subject/shell-word.ts';
import { type Checked, causesOfFindings, verdictOf } from './scope-answer.ts';

/**
 * A scope: its verdict, and each divergence. The verdict sums up the others: it fails where one of them is news, and it is
 * undecided where something was left open, even though every divergence that was met is known.
 *
 *     refcount-v5.5/every program of up to 2 x 1     ok       ship within 2 × 1: …
 *     refcount-v5.5/dec-zero-value-protects          known
 *     refcount-v5.5/inc-zero-value-breaks            failed   do not ship: …
 *
 * What could not be stored is an error of its own: the disk is full, and the case is lost unless somebody looks.
 */
export function scopeResults(checked: Checked): Result[] {
  const { chosen, findings, scope, isComplete, unsaved } = checked;
  const { target, file, flags, flagsOfNew } = chosen;
  const verdict = verdictOf(checked);
  const kind = verdictKind(verdict);
  const { threads, ops } = scope.size;
  const statuses = { ok: 'ok', found: 'failed', undecided: 'undecided' } as const;
  const causes = new Map(
    causesOfFindings(checked).flatMap((cause) =>
      cause.met.map((one) => [one.divergence, causeNameIn(cause)] as const),
    ),
  );
  return [
    {
      suite: target.name,
      name: `every program of up to ${threads} x ${ops}`,
      status: isComplete || kind === 'found' ? statuses[kind] : 'undecided',
      message: verdictLine(verdict),
      isSummary: true,
    },
    ...findings.map(({ divergence, made, isNew, case: path }) =>
      findingResult({
        target,
        file,
        divergence,
        isNew,
        cause: causes.get(divergence),
        stored: made,
        path,
        command:
          path === undefined ? undefined : `refuzz show ${shellWord(path)}${isNew ? flagsOfNew : flags}`,
      }),
    ),
    ...unsaved.map(
      ({ path, message }): Result => ({
        suite: target.name,
        name: `store ${path}`,
        status: 'error',
        message,
        place: { file: path },
      }),
    ),
  ];
}

/**
 * Targets that an interrupt kept from being looked at. Without these a report of three targets would look like one of two,
 * and a reader who counts would take it for a success.
 */
export function notBegunResults(names: readonly string[]): Result[] {
  return names.map((suite) => ({
    suite,
    name: 'every program',
    status: 'undecided',
    message: 'not begun: interrupted',
    isSummary: true,
  }));
}

/**
 * One program, decided by itself. No corpus is asked, so every difference is news; a difference is a fact however little of
 * the program was seen, and so it is told even where the rest is undecided.
 *
 *     equivalent   ok
 *     differs      failed, and each divergence beside it
 *     unknown      undecided; divergences that lockstep met are known to be there, and are no verdict
 */
export function programResults(
  harness: Harness,
  text: string,
  sentence: string,
  answer: ProgramAnswer,
): Result[] {
  const { verdict, divergences } = answer;
  const statuses = { equivalent: 'ok', differs: 'failed', unknown: 'undecided' } as const;
  const whole: Result = {
    suite: harness.target.name,
    name: text,
    status: statuses[verdict],
    message: sentence,
    isSummary: true,
  };
  const isNew = verdict === 'differs';
  return [
    whole,
    ...divergences.map(({ divergence }) => findingResult({ target: harness.target, divergence, isNew })),
  ];
}

/**
 * One protocol alone: its verdict, and each fault at the op that it befalls.
 *
 *     sound       ok, if every program of the scope was looked at
 *     unsound     failed
 *     vacuous     undecided: something that the code can do was never met
 *     unknown     undecided
 */
export function soundnessResults(
  name: string,
  harness: Harness,
  { verdict, faults, neverMet }: SoundnessAnswer,
  isComplete: boolean,
): Result[] {
  const status: Status =
    verdict === 'unsound' ? 'failed' : verdict === 'sound' && isComplete ? 'ok' : 'undecided';
  const path = harness.target.subject.compiled?.path;
  const message = [verdict, ...(neverMet.length > 0 ? [`never met: ${neverMet.join(', ')}`] : [])].join('; ');
  return [
    { suite: name, name: 'sound by itself', status, message, isSummary: true },
    ...faults.map(({ what, op, text, program }): Result => {
      const position = path === undefined ? undefined : declaredAt(path, 'op', op);
      return {
        suite: name,
        name: `${what} in ${op}`,
        status: 'failed',
        message: text === undefined ? `${what} in ${op}` : `${what} in ${op}: ${text}`,
        details: [String(program)],
        ...(path === undefined ? {} : { place: { file: path, ...position } }),
      };
    }),
  ];
}

/**
 * A sweep: each call, decided over all values or not at all.
 *
 *     inc          known        known: inc-int-max-value-protects
 *     add(2)       failed       1 new, 0 not as documented
 *     dec          undecided    interrupted
 *
 * @param isPart whether only some of the values were run, which decides nothing about the others
 */
export function sweepResults(swept: SweptTarget, isPart: boolean): Result[] {
  const { harness, open } = swept;
  const suite = harness.target.name;
  const fresh = new Set(freshSignatures(swept));
  const done = swept.swept.map(({ call, intervals, mismatches }): Result => {
    const signatures = new Set(intervals.flatMap((one) => one.signatures));
    const news = [...signatures].filter((one) => fresh.has(one));
    const details = [...mismatches.map((one) => `not as documented: ${JSON.stringify(one)}`), ...news];
    if (news.length > 0 || mismatches.length > 0)
      return {
        suite,
        name: call,
        status: 'failed',
        message: `${news.length} new, ${mismatches.length} not as documented`,
        details,
      };
    if (isPart)
      return { suite, name: call, status: 'undecided', message: 'only a part of the values was run' };
    return signatures.size > 0
      ? { suite, name: call, status: 'known', message: `known: ${[...signatures].join(', ')}` }
      : { suite, name: call, status: 'ok', message: '' };
  });
  return [
    ...done,
    ...open.map((name): Result => ({ suite, name, status: 'undecided', message: 'interrupted' })),
  ];
}
