import { basename, dirname } from 'node:path';
import { causeJson, judgedText } from '../../export/report/cause-report.ts';
import { causeText } from '../../export/report/cause-text.ts';
import { storyLines } from '../../export/report/story.ts';
import { wrapped } from '../../export/show/style.ts';
import type { Case } from '../../fuzz/case/case.ts';
import { causesSeen, type MetCause } from '../../fuzz/case/causes-met.ts';
import type { StoredCase } from '../../fuzz/case/corpus.ts';
import { causeFolder } from '../../fuzz/cause/cause-name.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { signatureOf } from '../../oracles/divergence.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { shellWord } from '../../targets/subject/shell-word.ts';
import type { Subject } from '../../targets/subject/subject.ts';
import { EXIT, type Io } from '../io/io.ts';
import { type CodeOptions, flagsOfCases, harnessMaker } from '../target/find-target.ts';
import { onCase } from './case-errors.ts';
import { corporaOf, findCases } from './find-cause.ts';

interface ExplainOptions extends CodeOptions {
  readonly targetFile?: readonly string[];
  readonly corpus?: string;
  readonly json?: boolean;
}

/** Columns. */
const WIDTH = 100;

/**
 * `refuzz explain`: the story of a cause or a case; of a target, its causes, a sentence each.
 *
 * @throws InputError for a name that nothing has, with the nearest one
 */
export async function explainCommand(name: string, options: ExplainOptions, io: Io): Promise<number> {
  const harnessFor = harnesses(options, io);
  const { target, cases } = await findCases(name, corporaOf(options.corpus), async (stored) =>
    harnessFor(stored).catch(withoutCode),
  );
  const harness = await harnessFor(cases[0]!);
  const { path } = cases[0]!;
  const causes = onCase(path, () => causesSeen(cases.map(seenOf), () => harness));
  if (options.json) io.out(`${JSON.stringify(causes.map(storyJson))}\n`);
  else if (causes.length > 1) overview(target, causes, io);
  else onCase(path, () => tell(harness, causes[0]!, options, io));
  return EXIT.OK;
}

/** Each target is made ready once, and only when somebody asks for it. */
function harnesses(options: ExplainOptions, io: Io): (stored: StoredCase) => Promise<Harness> {
  const made = new Map<string, Promise<Harness>>();
  return (stored) => {
    const { target } = stored.case;
    const harness =
      made.get(target) ??
      harnessMaker([stored.case], options.targetFile, options, (line) => io.err(`refuzz: ${line}\n`)).then(
        (make) => make(stored.case, stored.path),
      );
    made.set(target, harness);
    return harness;
  };
}

/** Where somebody only looks for a cause, other targets may lack their code. */
function withoutCode(error: unknown): undefined {
  if (!(error instanceof InputError)) throw error;
  return undefined;
}

function seenOf(stored: StoredCase) {
  const { target, expect } = stored.case;
  return {
    met: { target, divergence: expect.divergence, isNew: false, count: 1, case: stored.path },
    stored,
  };
}

function tell(harness: Harness, one: MetCause, options: ExplainOptions, io: Io): void {
  const { cause, met } = one;
  const witness = one.witness!;
  const told = { harness, cause, met, witness };
  for (const line of storyLines(told, commandLines(one, witness.path, options, harness), io.style))
    io.out(`${line}\n`);
}

/** What a case can be written as: an order of memory is nothing that a run shows, and of a protocol no litmus test has it. */
function exportsOf({ memory }: Case, kind: Subject['kind']): (readonly [to: string, does: string])[] {
  if (memory === undefined) return [['mjs -o repro.mjs', 'a program that shows it without refuzz']];
  return kind === 'counter' ? [['litmus -o repro.litmus', 'a litmus test that shows it without refuzz']] : [];
}

/** What to type next, with what each is for. */
function commandLines(
  { met, target, cause, witness }: MetCause,
  path: string,
  options: ExplainOptions,
  { subject: { subject } }: Harness,
): string[] {
  const code = flagsOfCases([witness!.case], options.targetFile, options);
  const place = options.corpus === undefined ? '' : ` --corpus ${shellWord(options.corpus)}`;
  const file = shellWord(path);
  const called = cause && causeFolder(cause.name);
  const folder = met.length > 1 && basename(dirname(path)) === called ? shellWord(dirname(path)) : file;
  const commands: (readonly [command: string, does: string])[] = [
    [`refuzz show ${file}${code}`, 'the case by itself, and how small it is'],
    [`refuzz replay ${folder}${code}`, 'whether the code still does this'],
    [`refuzz check --case ${file}${code}`, 'its program under every schedule'],
    ...exportsOf(witness!.case, subject.kind).map(
      ([to, does]) => [`refuzz export ${file}${code} --to ${to}`, does] as const,
    ),
    ...(met.length === 1 && called !== undefined
      ? [[`refuzz explain ${target}/${called}${code}${place}`, 'all that has the same cause'] as const]
      : []),
    [`refuzz explain ${target}${code}${place}`, 'all causes of this target'],
  ];
  return commands.flatMap(([command, does]) => [command, `    ${does}`]);
}

function overview(target: string, causes: readonly MetCause[], io: Io): void {
  const signatures = causes.reduce((sum, { met }) => sum + met.length, 0);
  io.out(`${io.style.bold(target)}: ${causes.length} causes, ${signatures} signatures\n`);
  for (const one of causes) {
    const called = one.cause ? causeFolder(one.cause.name) : '?';
    io.out(`\n${io.style.bold(`${target}/${called}`)}  (${judgedText(one)})\n`);
    const text = one.cause ? causeText(one.cause) : 'cause not known';
    for (const line of wrapped(text, WIDTH - 2)) io.out(`  ${line}\n`);
  }
  const first = causes.find(({ cause }) => cause)?.cause?.name;
  if (first !== undefined)
    io.out(`\nrefuzz explain ${target}/${causeFolder(first)} tells the story of one\n`);
}

function storyJson(one: MetCause) {
  const divergences = one.met.map(({ divergence, case: path }) => ({
    signature: signatureOf(divergence),
    path,
  }));
  return { ...causeJson(one), divergences };
}
