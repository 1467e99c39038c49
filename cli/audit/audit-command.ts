import type { Judged } from '../../audit/census/verdict.ts';
import { VERDICTS } from '../../audit/census/verdict.ts';
import { type Audit, byConcern, freshMisuses } from '../../export/audit/audit.ts';
import { answerOf, filesText, uncoveredLines } from '../../export/audit/audit-answer.ts';
import { auditText } from '../../export/audit/audit-text.ts';
import { heldAgainst, readBaseline } from '../../export/audit/baseline.ts';
import { counterLines } from '../../export/audit/counter-lines.ts';
import { counterText } from '../../export/audit/counter-text.ts';
import { type FileKind, readText } from '../../targets/subject/read-file.ts';
import { EXIT, type Io } from '../io/io.ts';
import type { AuditOptions } from './audit-options.ts';
import { refuseOutputs, writeOutputs } from './audit-outputs.ts';
import { pathIn } from './audited-path.ts';
import { namedOne, namedSome } from './choose-counters.ts';
import { type TakeAudit, takeAudit } from './take-audit.ts';

/** An entry has some hundred bytes, and a kernel a handful of misuses. */
const BASELINE: FileKind = { name: 'baseline', most: 16 << 20 };

/**
 * Audits what is named, and answers. What can be wrong with the command is told before minutes of work: a baseline that is
 * none, a file that cannot be written.
 *
 * @param take finds and judges the counters; tests hand in theirs
 */
export async function auditCommand(
  paths: readonly string[],
  options: AuditOptions,
  io: Io,
  take: TakeAudit = takeAudit,
): Promise<number> {
  refuseOutputs(options);
  const earlier =
    options.baseline === undefined
      ? undefined
      : readBaseline(readText(options.baseline, BASELINE), options.baseline);
  const taken = await take(paths, options, io);
  if (taken === undefined) return EXIT.INTERRUPTED;
  const judged = [...taken.judged].sort(byConcern(VERDICTS));
  const audit: Audit = {
    tree: taken.tree.name,
    census: taken.census,
    judged,
    ...(options.baseline === undefined || earlier === undefined
      ? {}
      : { held: heldAgainst(options.baseline, earlier, judged) }),
  };
  const chosen = chosenOf(judged, options);
  io.tell(async () =>
    (await import('../../export/audit/audit-results.ts')).auditResults(audit, (file) => pathIn(paths, file)),
  );
  await answer(audit, chosen, paths, options, io);
  const outcome = { audit, chosen, tree: taken.tree, earlier: earlier ?? [] };
  const converted = await writeOutputs(options, outcome, io);
  return converted ?? exitCode(audit, chosen, options);
}

/** The counters that the user asked for; all of them if he did not say. */
function chosenOf(judged: readonly Judged[], { only, struct, explain, extract }: AuditOptions): Judged[] {
  if (explain !== undefined) return namedSome([explain], judged, '--explain');
  if (extract !== undefined) return [namedOne(extract, judged, '--extract')];
  const named = struct === undefined ? [...judged] : namedSome(struct, judged, '--struct');
  return only === undefined ? named : named.filter(({ verdict }) => only.includes(verdict));
}

/*
 * Why one answer at a time: a table of a tree and the whole of a counter are both a screen, and whoever asks for the second has
 * seen the first. Files can be had beside any of them.
 */

/** What is printed. With --json that is for a program; what a person reads goes to standard error then. */
async function answer(
  audit: Audit,
  chosen: readonly Judged[],
  paths: readonly string[],
  options: AuditOptions,
  io: Io,
): Promise<void> {
  const { only, struct, explain, extract, json } = options;
  const uncovered = uncoveredLines(audit);
  if (json) {
    io.err(`${[answerOf(audit), ...uncovered].join('\n')}\n`);
    io.out((await import('../../export/audit/audit-json.ts')).auditJson(audit, chosen));
    return;
  }
  const { style } = io;
  const say = (lines: readonly string[]) => io.out(`${lines.join('\n')}\n`);
  if (extract !== undefined) return;
  if (explain !== undefined) return say(explained(chosen, paths, io));
  if (only === undefined && struct === undefined) return say(auditText(audit, paths, style));
  // A list may be long, and what it does not cover must not scroll away unseen: so it comes first here as well.
  const head = [answerOf(audit), ...uncovered, `${filesText(audit.census)}.`];
  io.err(`${head.join('\n')}\n`);
  if (chosen.length === 0) return say(['no such counters']);
  const places = struct === undefined ? 1 : 4;
  return say(chosen.flatMap((one) => counterLines(one, style, places)));
}

/** One counter whole; of several that have the name a list, as each of them is a page. */
function explained(chosen: readonly Judged[], paths: readonly string[], { style }: Io): string[] {
  const [only, ...others] = chosen;
  if (only && others.length === 0) return counterText(only, paths, style);
  return [
    `${chosen.length} counters have that name; name one as it stands here:`,
    '',
    ...chosen.flatMap((one) => counterLines(one, style)),
  ];
}

/**
 * Only misuse fails a run, and only where nobody knows of it. Who names counters asks about these; `--only` lists some, and
 * the tree is still asked about whole.
 *
 *     misuse that is news      1
 *     no file was read         3
 *     else                     0
 */
function exitCode(audit: Audit, chosen: readonly Judged[], options: AuditOptions): number {
  const { struct, explain, extract, writeBaseline } = options;
  if (audit.census.files.seen === 0) return EXIT.UNDECIDED;
  const isNamed = [struct, explain, extract].some((given) => given !== undefined);
  const asked = new Set(isNamed ? chosen : audit.judged);
  const isFound = freshMisuses(audit).some((one) => asked.has(one));
  return isFound && writeBaseline === undefined ? EXIT.FOUND : EXIT.OK;
}
