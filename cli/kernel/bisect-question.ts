import { setImmediate } from 'node:timers/promises';
import { Command } from 'commander';
import { causeText } from '../../export/report/cause-text.ts';
import { loadCases } from '../../fuzz/case/corpus.ts';
import { programOf } from '../../fuzz/case/program-text.ts';
import { replayCase } from '../../fuzz/case/replay-case.ts';
import type { Cause } from '../../fuzz/cause/cause.ts';
import { causesOf } from '../../fuzz/cause/causes-of.ts';
import { EMPTY_TALLY, joined, ScopeChecker, type ScopeTally } from '../../fuzz/check/check-scope.ts';
import { ProgramError } from '../../fuzz/program/alphabet.ts';
import { MAX_OPS, MAX_THREADS } from '../../fuzz/program/program.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { statsOf } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { FILE, readText } from '../../targets/subject/read-file.ts';
import { checkTargetNames } from '../../targets/target/named-targets.ts';
import { withCode, withTargetFiles } from '../io/code-options.ts';
import type { Io } from '../io/io.ts';
import { wholeNumber } from '../io/options.ts';
import { type CodeOptions, chooseTargets, harnessMaker } from '../target/find-target.ts';

/** What a tree shows. Two trees are compared by the names of their facts. */
export interface Facts {
  readonly names: ReadonlySet<string>;
  /** Facts that say too little to tell one defect from another: they count only where nothing else came. */
  readonly vague: ReadonlySet<string>;
  /** Those that are bad where nobody says what a good tree shows: all, but that a case does not replay. */
  readonly bad: readonly string[];
  /** Programs that were not decided: what is not shown may be there. */
  readonly undecided: number;
  /** What a person is told of some of them: a sentence for each cause. */
  tell(names: readonly string[]): readonly string[];
}

/** What is asked of every revision. */
export interface Question {
  /** `check kernel-vs-model, 2 × 1` */
  readonly about: string;
  /** @param tree a folder with the kernel's files @throws InputError for a tree that has no answer: it does not compile, say */
  ask(tree: string): Promise<Facts>;
}

/** The options that the question understands; those of `check` have the same meaning. */
interface AskedOptions extends CodeOptions {
  readonly threads: number;
  readonly ops: number;
  readonly limit: number;
  readonly targetFile?: readonly string[];
}

/** All that a defect in one op needs to show: two threads, since some only show in races. */
const USUAL = { target: 'kernel-vs-model', threads: 2, ops: 1 };
/** Programs that are decided between two looks at signals. */
const AT_ONCE = 256;
/** Of programs with more ops no cause is asked. */
const MOST_OPS = 6;

/**
 * The question that stands behind `--`: case files, or what `check` would be given.
 *
 *     (nothing)                      which divergences are in kernel-vs-model, 2 × 1
 *     kernel-vs-atomic --ops 2       the same of another target, of larger programs
 *     my.case.yaml                   does the case replay as recorded
 *
 * @param isStopped asked again and again: whether the user has interrupted
 * @throws InputError, CommanderError
 */
export function questionFrom(args: readonly string[], isStopped: () => boolean, io: Io): Question {
  const command = withTargetFiles(withCode(new Command('refuzz bisect … --')))
    .argument('[what...]', 'case files, or targets to check')
    .option('--threads <n>', 'most threads of a program', wholeNumber(1, MAX_THREADS), USUAL.threads)
    .option('--ops <n>', 'most ops of a thread', wholeNumber(1, MAX_OPS), USUAL.ops)
    .option('--limit <n>', 'most states of a program on one side', wholeNumber(1, 100_000_000), 400_000)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });
  command.parse([...args], { from: 'user' });
  const options = command.opts<AskedOptions>();
  if (options.kernel !== undefined)
    throw new InputError('command line', '--kernel is the repository; name it before the --');
  const names = command.args;
  const cases = names.filter(isCase);
  if (cases.length === 0) return checkQuestion(names, options, isStopped);
  if (cases.length < names.length)
    throw new InputError('command line', 'name cases or targets behind the --, not both');
  return caseQuestion(cases, options);
}

/** A target file does not begin so. */
function isCase(name: string): boolean {
  const stats = statsOf(name);
  if (!stats) return false;
  return stats.isDirectory() || /^case:/m.test(readText(name, FILE.case));
}

function caseQuestion(paths: readonly string[], options: AskedOptions): Question {
  const cases = loadCases(paths);
  if (cases.length === 0) throw new InputError(paths.join(' '), 'has no case in it');
  return {
    about: `replay ${paths.join(' ')}`,
    async ask(kernel) {
      const make = await harnessMaker(
        cases.map((one) => one.case),
        options.targetFile,
        { ...options, kernel },
      );
      const replayed = cases.map((stored) => {
        const isSame = outcomeOf(() => make(stored.case, stored.path), stored.case) === 'same';
        return { isSame, name: `${stored.path} ${isSame ? 'replays' : 'does not replay'} as recorded` };
      });
      return {
        names: new Set(replayed.map(({ name }) => name)),
        bad: replayed.filter(({ isSame }) => isSame).map(({ name }) => name),
        vague: new Set(),
        undecided: 0,
        tell: (those) => those,
      };
    },
  };
}

/** @throws InputError for a case that cannot be decided */
function outcomeOf(makeHarness: () => Harness, stored: Parameters<typeof replayCase>[1]): 'same' | 'changed' {
  try {
    const outcome = replayCase(makeHarness, stored);
    if (outcome.kind === 'undecided') throw new InputError('undecided', outcome.reason);
    return outcome.kind;
  } catch (error) {
    if (error instanceof ProgramError) return 'changed';
    throw error;
  }
}

function checkQuestion(names: readonly string[], options: AskedOptions, isStopped: () => boolean): Question {
  const isUsual = names.length === 0 && options.before === undefined && options.after === undefined;
  const asked = isUsual ? [USUAL.target] : names;
  // At once: a name that there is not is no fault of a revision.
  checkTargetNames(asked);
  const about = asked.length > 0 ? asked.join(' ') : `${options.after} against ${options.before}`;
  return {
    about: `check ${about}, ${options.threads} × ${options.ops}`,
    async ask(kernel) {
      const chosen = await chooseTargets(asked, { ...options, kernel });
      const all: Found[] = [];
      for (const { target } of chosen) {
        const harness = harnessOf(target);
        all.push({ harness, tally: await checked(harness, options, isStopped) });
      }
      return factsOf(all);
    },
  };
}

/** What the check of one target came to. */
interface Found {
  readonly harness: Harness;
  readonly tally: ScopeTally;
}

/** Every program up to the size. After an interrupt the tally is of some of them, and nobody looks at it. */
async function checked(
  harness: Harness,
  options: AskedOptions,
  isStopped: () => boolean,
): Promise<ScopeTally> {
  const size = { threads: Math.min(options.threads, harness.target.threads), ops: options.ops };
  const checker = new ScopeChecker(harness, size, options.limit);
  let tally = EMPTY_TALLY;
  for (let from = 0; from < checker.scope.programs && !isStopped(); from += AT_ONCE) {
    tally = joined(tally, checker.check(from, Math.min(from + AT_ONCE, checker.scope.programs)));
    await setImmediate();
  }
  return tally;
}

/** A fact for each signature; and one where outcomes are lost, or new ones come of no op, as `check` counts them. */
function factsOf(all: readonly Found[]): Facts {
  const tellers = new Map<string, () => string>();
  const vague = new Set<string>();
  for (const { harness, tally } of all) {
    const { name } = harness.target;
    for (const [signature, found] of Object.entries(tally.signatures))
      tellers.set(`${name} ${signature}`, () => causeTold(harness, found));
    if (tally.losing > 0) vague.add(`${name} lacks outcomes of the reference`);
    if (tally.strange > 0) vague.add(`${name} has outcomes that no op explains`);
  }
  return {
    names: new Set(tellers.keys()),
    vague,
    bad: [...(tellers.size > 0 ? tellers.keys() : vague)],
    undecided: all.reduce((sum, { tally }) => sum + tally.undecided, 0),
    tell: (names) => [...new Set(names.map((name) => tellers.get(name)?.() ?? name))],
  };
}

function causeTold(harness: Harness, { divergence, program }: ScopeTally['signatures'][string]): string {
  const cause = causeFound(harness, divergence, program);
  if (cause) return causeText(cause);
  const { op, boundary, kind, judgement } = divergence;
  return `${op} at ${boundary}, ${kind}, ${judgement}`;
}

function causeFound(
  harness: Harness,
  divergence: ScopeTally['signatures'][string]['divergence'],
  program: ScopeTally['signatures'][string]['program'],
): Cause | undefined {
  if (program.threads.flat().length > MOST_OPS) return undefined;
  return causesOf(harness)?.causeOf(divergence, programOf(harness, program));
}
