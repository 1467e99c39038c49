import { createHash } from 'node:crypto';
import { causeJson, causeLines } from '../../export/report/cause-report.ts';
import { changelogParagraph } from '../../export/report/changelog.ts';
import { releaseJson, releaseLines } from '../../export/report/release-report.ts';
import { repairOf } from '../../export/report/repair.ts';
import { divergenceTable } from '../../export/report/report.ts';
import { scopeSummary } from '../../export/report/scope-report.ts';
import { missingLines, missingText, statedText } from '../../export/report/vacuity-report.ts';
import { type Verdict, verdictKind, verdictLine } from '../../export/report/verdict-line.ts';
import { showCase } from '../../export/show/show.ts';
import { causesSeen, type MetCause } from '../../fuzz/case/causes-met.ts';
import type { MetDivergence } from '../../fuzz/case/met-divergence.ts';
import type { ScopeTally } from '../../fuzz/check/check-scope.ts';
import type { Scope } from '../../fuzz/check/scope.ts';
import { type Harness, interruptibleHarness } from '../../fuzz/run/harness.ts';
import type { Interrupt } from '../../fuzz/run/interrupt.ts';
import type { StorageError } from '../../fuzz/storage/storage-error.ts';
import { version } from '../../fuzz/storage/version.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import { askedOracles } from '../../oracles/oracles.ts';
import { FILE, readBytes } from '../../targets/subject/read-file.ts';
import type { Subject } from '../../targets/subject/subject.ts';
import { leftOut } from '../../targets/target/interfaces.ts';
import { subjectsOf } from '../../targets/target/sides.ts';
import { constantsOutOfReach } from '../../targets/target/source-constants.ts';
import { EXIT, type Io } from '../io/io.ts';
import type { ChosenTarget } from '../target/find-target.ts';
import { releaseFound } from './release-found.ts';
import type { Finding } from './scope-findings.ts';
import type { SidesFound } from './side-soundness.ts';
import type { Unmet } from './unmet.ts';

/** The check of one target, when it has ended. */
export interface Checked {
  readonly chosen: ChosenTarget;
  readonly harness: Harness;
  readonly scope: Scope;
  readonly tally: ScopeTally;
  /** The gravest first, and of those the smallest. */
  readonly findings: readonly Finding[];
  readonly seconds: number;
  /** What could not be stored. */
  readonly unsaved: readonly StorageError[];
  /** Whether every program was looked at, decided or not. */
  readonly isComplete: boolean;
  /** Gives up asking why: of a check that its user has ended, and who waits. */
  readonly asking: Interrupt;
  /** What two sources are by themselves. */
  readonly sides: SidesFound;
  /** What no program came to, where nothing else keeps it from being called equivalent. */
  readonly unmet: Unmet;
}

/**
 * The answer for a person: the sentence, the gravest finding drawn, the causes, and what was covered.
 *
 * @param isOneOfMany whether the sentence must say what target it is about
 */
export function report(
  checked: Checked,
  options: { readonly limit: number; readonly workers: number; readonly signatures?: boolean },
  isOneOfMany: boolean,
  io: Io,
): void {
  const { chosen, harness, scope, tally, findings, seconds, isComplete } = checked;
  const name = isOneOfMany ? `${chosen.target.name}: ` : '';
  io.out(`${name}${verdictLine(verdictOf(checked))}\n`);
  const { unmet, sides } = checked;
  for (const line of [
    ...missingLines(unmet.missing, unmet.helpful),
    ...sides.lines,
    // Where nothing differs, that was asked of all programs.
    ...(findings.length > 0 ? sides.vacuous : []),
  ])
    io.out(`${line}\n`);
  const [gravest] = findings;
  if (gravest) {
    // The case of a repair is a run in which nothing happens: of that there is nothing to see.
    const repaired = repairOf(harness, gravest.made)?.drawn(io.style).join('\n').trimEnd();
    io.out(`\n${repaired ?? showCase(harness, gravest.made, io.style)}\n\n`);
  }
  const causes = causesOfFindings(checked);
  for (const line of causeLines(causes, io.style)) io.out(`${line}\n`);
  const release = isComplete && releaseFound(harness, causes);
  if (release) for (const line of releaseLines(release, io.style)) io.out(`${line}\n`);
  if (options.signatures && findings.length > 0) io.out(`\n${divergenceTable(rowsOf(checked), io.style)}\n`);
  const counts = { scope, tally, seconds, isComplete, limit: options.limit, workers: options.workers };
  for (const line of scopeSummary(chosen.target, counts)) io.out(`${line}\n`);
}

function rowsOf({ chosen, findings }: Checked): MetDivergence[] {
  return findings.map(({ divergence, isNew, case: path }) => ({
    target: chosen.target.name,
    divergence,
    isNew,
    count: 1,
    case: path,
  }));
}

const told = new WeakMap<Checked, MetCause[]>();

/**
 * Why the sides of a target differ. The text, JSON and results have the same: it is asked once. The order of what was found
 * does not depend on which worker was quick.
 */
export function causesOfFindings(checked: Checked): MetCause[] {
  const known = told.get(checked);
  if (known) return known;
  const seen = rowsOf(checked).map((met, at) => {
    const { made, case: path = '' } = checked.findings[at]!;
    return { met, stored: { path, case: made } };
  });
  const { chosen, isComplete, asking } = checked;
  let harness = isComplete ? checked.harness : undefined;
  const causes = causesSeen(seen, () => (harness ??= interruptibleHarness(chosen.target, asking)));
  told.set(checked, causes);
  return causes;
}

/** What `--changelog` prints of a target. */
export function changelogOf(checked: Checked): string {
  const { chosen, scope, tally } = checked;
  return changelogParagraph({
    version: version(),
    sources: subjectsOf(chosen.target).map(sourceText),
    target: chosen.target,
    size: scope.size,
    programs: tally.programs,
    sentence: verdictLine(verdictOf(checked)),
  });
}

/** Twelve digits of what `sha256sum` says of a source; of other code its build, and nothing of a model. */
function sourceText(side: Subject): { name: string; digest: string | undefined } {
  const { name, digest, compiled } = side;
  try {
    if (compiled && name.endsWith('.c')) {
      const sum = createHash('sha256').update(readBytes(compiled.path, FILE.source)).digest('hex');
      return { name, digest: `sha256 ${sum.slice(0, 12)}` };
    }
  } catch {
    // It is gone since it was compiled: what was checked still has a digest.
  }
  return { name, digest: digest === undefined ? undefined : `build ${digest}` };
}

/**
 * What its first line is made of. The exit code and the status of a result follow from it too, so that the three cannot
 * disagree.
 */
export function verdictOf({
  chosen: { target },
  harness,
  scope,
  tally,
  findings,
  sides,
  unmet,
}: Checked): Verdict {
  const { threads, ops } = scope.size;
  return {
    target,
    within: `within ${threads} × ${ops}`,
    left: `${leftOut(target)}${constantsOutOfReach(target, threads * ops)}${statedText(unmet.never)}`,
    gravest: findings[0]?.made,
    repaired: findings[0] && repairOf(harness, findings[0].made)?.fact,
    isMisuse: findings[0] && tally.signatures[signatureOf(findings[0].divergence)]?.use === 'misuse',
    hasNews: findings.some(({ isNew }) => isNew),
    programs: scope.programs,
    looked: tally.programs,
    undecided: tally.undecided,
    strange: tally.strange,
    losing: tally.losing,
    mustKeepAll: mustKeepAll(target),
    neverMet: findings.length > 0 ? sides.neverMet : missingText(unmet.missing),
  };
}

/**
 * Two sources that were to be the same, and one of them lacks what the other can do: no schedule of its own shows that, so
 * there is no signature, and no case, but it is a difference.
 */
function mustKeepAll({ subject, oracles }: ChosenTarget['target']): boolean {
  return subject.kind === 'counter' && askedOracles(oracles).ofOutcomes !== undefined;
}

/** @param notBegun programs of targets that an interrupt has kept from being looked at */
export function asJson(all: readonly Checked[], notBegun: number) {
  const sum = (count: (one: Checked) => number) => all.reduce((total, one) => total + count(one), 0);
  const undecided = notBegun + sum(({ scope, tally }) => scope.programs - tally.programs + tally.undecided);
  const differing = sum(({ tally }) => tally.differing + tally.losing);
  const verdicts = all.map(verdictOf);
  const answers = verdicts.map(verdictLine);
  const causes = all.map(causesOfFindings);
  const releases = all.flatMap(({ harness, isComplete }, at) =>
    isComplete ? (releaseFound(harness, causes[at]!) ?? []) : [],
  );
  return {
    answer: answers.length === 1 ? answers[0] : answers,
    programs: notBegun + sum(({ scope }) => scope.programs),
    decided: sum(({ tally }) => tally.programs - tally.undecided),
    undecided,
    largest: sum(({ scope }) => scope.largest),
    differing: sum(({ tally }) => tally.differing),
    losing: sum(({ tally }) => tally.losing),
    strange: sum(({ tally }) => tally.strange),
    states: sum(({ tally }) => tally.states),
    transitions: sum(({ tally }) => tally.transitions),
    seconds: sum(({ seconds }) => seconds),
    causes: causes.flatMap((one) => one.map(causeJson)),
    releases: releases.map(releaseJson),
    equivalent:
      undecided === 0 && differing === 0 && verdicts.every(({ neverMet }) => neverMet === undefined),
    vacuous: all.flatMap(({ chosen, unmet }) =>
      unmet.missing.map(({ sides, text, name }) => ({
        target: chosen.target.name,
        sides,
        text,
        never: name,
      })),
    ),
    divergences: all.flatMap(({ chosen, findings }) =>
      findings.map(({ divergence, case: path, preemptions }) => ({
        target: chosen.target.name,
        ...divergence,
        case: path ?? null,
        preemptions,
      })),
    ),
  };
}

/** An interrupt first, since there may be more to come; then what the first line of each answer says. */
export function exitCode(all: readonly Checked[]): number {
  if (all.some(({ isComplete }) => !isComplete)) return EXIT.INTERRUPTED;
  const kinds = all.map((checked) => verdictKind(verdictOf(checked)));
  if (kinds.includes('found')) return EXIT.FOUND;
  return kinds.includes('undecided') ? EXIT.UNDECIDED : EXIT.OK;
}
