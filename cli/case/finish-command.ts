import { workerCrashLine } from '../../export/report/engine-report.ts';
import type { FindingStore } from '../../fuzz/engine/finding-store.ts';
import { finishLeft, leftBehind } from '../../fuzz/engine/left-behind.ts';
import { systemHost } from '../../fuzz/workers/system-host.ts';
import { shellWord } from '../../targets/subject/shell-word.ts';
import { EXIT, type Io } from '../io/io.ts';
import { type CodeOptions, flagsOfCases, harnessMaker } from '../target/find-target.ts';
import { newsLine, reportUnsaved } from '../target/news.ts';

interface FinishOptions extends CodeOptions {
  readonly targetFile?: readonly string[];
  readonly corpus?: string;
}

/**
 * `refuzz minimize` of a state: makes cases of the raw findings that its sessions left. Ctrl-C ends it within two
 * seconds, and what is not minimal by then stays, smaller.
 *
 * @returns 0 when all are cases, 3 when some are not
 */
export async function finishCommand(path: string, options: FinishOptions, io: Io): Promise<number> {
  const interrupt = new AbortController();
  io.onInterrupt(() => interrupt.abort(), 'what is being minimised, to store it as it is');
  const context = { host: systemHost, signal: interrupt.signal, statusEvery: 1000 };
  const stores: FindingStore[] = [];
  const flags = flagsOfCases([], options.targetFile, options);
  for (const one of leftBehind(path)) {
    if (interrupt.signal.aborted || one.targets.length === 0) continue;
    const named = one.targets.map((target) => ({ target }));
    const open = await harnessMaker(named, options.targetFile, options);
    const target = (name: string) => open({ target: name }, one.state).target;
    const events = finishLeft(one, options.corpus, target, context, (store) => stores.push(store));
    for await (const event of events) {
      if (event.kind === 'found') io.err(newsLine(event.target, event.divergence, event.path, flags));
      else if (event.kind === 'note') io.err(`note   ${event.text}\n`);
      else io.err(`${workerCrashLine(event, checkCommand)}\n`);
    }
  }
  return reported(stores, interrupt.signal.aborted, io);
}

function reported(stores: readonly FindingStore[], isInterrupted: boolean, io: Io): number {
  const cases = stores.reduce((sum, { fresh }) => sum + fresh.size, 0);
  const left = stores.flatMap((store) => store.left);
  const unsaved = stores.flatMap((store) => store.unsaved);
  io.out(`${cases} new ${cases === 1 ? 'case' : 'cases'}, ${left.length} raw findings left\n`);
  for (const one of left) io.out(`  ${one.path}\n`);
  if (unsaved.length > 0) {
    reportUnsaved(unsaved, io);
    return EXIT.USAGE;
  }
  if (isInterrupted) return EXIT.INTERRUPTED;
  return left.length > 0 ? EXIT.UNDECIDED : EXIT.OK;
}

function checkCommand(target: string, program: string): string {
  return `refuzz check ${shellWord(target)} --program ${shellWord(program)}`;
}
