import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { edited, unifiedDiff } from '../../audit/patch/unified-diff.ts';
import type { Candidate } from '../../convert/menu/candidate.ts';
import type { Progress, SearchOptions } from '../../convert/search/rounds.ts';
import { sayingSomething } from '../../convert/search/says-something.ts';
import { ConversionSearch } from '../../convert/search/search.ts';
import type { SearchResult } from '../../convert/search/state.ts';
import { againstWriting } from '../../convert/write/confirm.ts';
import type { ScopeSize } from '../../fuzz/check/scope.ts';
import { writing } from '../../fuzz/storage/storage-error.ts';
import { replaceFile } from '../../fuzz/storage/store-text.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { FILE, readText } from '../../targets/subject/read-file.ts';
import { kernelTrees } from '../../targets/target/named-targets.ts';
import { Stopping } from '../check/stopping.ts';
import { EXIT, type Io } from '../io/io.ts';
import { liveScreen } from '../io/live-screen.ts';
import { choiceText } from './answer-line.ts';
import {
  type Asked,
  type Conversion,
  type ConvertedFile,
  filesOf,
  openConversion,
  writtenSource,
} from './conversion.ts';
import { convertJson } from './convert-json.ts';
import { convertReport } from './convert-report.ts';
import { openSearchJournal } from './search-journal.ts';
import type { SearchAsked } from './search-options.ts';
import { explanations, lostOutcomes, unsoundOriginal } from './why.ts';

/** Options of `refuzz convert`. */
export interface ConvertOptions extends SearchAsked {
  readonly scope: ScopeSize;
  readonly limit: number;
  readonly output?: string;
  readonly repair?: string;
  readonly only?: 'plain';
  readonly explain?: string;
  readonly workers: number;
  readonly state?: string;
  readonly kernel?: string;
  readonly include?: readonly string[];
  readonly json?: boolean;
}

/** Milliseconds. */
const FOR_OTHERS = 60_000;
/** How much longer it may take to say why nothing converts, and to hold the code against the original: milliseconds. */
const FOR_WHY = 1000;
const FOR_CODE = 2000;

/** Where the code goes if nobody says where: what is repaired may be after.c itself. */
const DEFAULT_OUTPUT = 'after.c';
const DEFAULT_REPAIRED = 'repaired.c';

/**
 * Searches the conversions of a source, and writes the simplest that is proved.
 *
 * @param onWritten called with the conversion that was written
 * @returns 0 where there is one, 1 where there is none, 3 where some could not be decided
 */
export async function convertCommand(
  before: string,
  options: ConvertOptions,
  io: Io,
  onWritten?: (conversion: Conversion, candidate: Candidate) => void,
): Promise<number> {
  const started = performance.now();
  const conversion = await openConversion(before, await askedBy(options));
  if (options.explain !== undefined) checkSite(conversion, options.explain);
  const { result: searchResult, isInterrupted } = await searched(
    conversion,
    options,
    started,
    io,
    (candidate, { threads, ops }) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      const where = `${threads} × ${ops} after ${seconds} s`;
      io.err(`${where}: ${choiceText(conversion.menu, candidate)} differs in no program\n`);
    },
  );
  const isOver = (more = 0) => performance.now() - started > (options.time ?? FOR_OTHERS) + more;
  // Without a time of his own the user waits until one is proved.
  const isTimeUp = options.time === undefined ? undefined : () => isOver();
  const result = sayingSomething(conversion.data, searchResult, options.limit, isTimeUp);
  const seconds = (performance.now() - started) / 1000;
  const found = result.decided.filter(({ kind }) => kind === 'equivalent' || kind === 'loses');
  const files = found[0] ? filesOf(conversion, found[0].candidate) : [];
  const diff = diffOf(files);
  // Why there is none is what somebody has waited for all the time, so of each site something is told.
  const why = explanations(conversion, result, { ...options, isOver: () => isOver(FOR_WHY) });
  const lost = lostOutcomes(conversion, result, { limit: options.limit, isOver: () => isOver() });
  const { limit } = options;
  const unsound = unsoundOriginal(conversion, result, { limit, isOver: () => isOver(FOR_WHY) });
  const isDrawn = options.explain !== undefined;
  const parts = { why, unsound, isDrawn, lost, diff, seconds, style: io.style };
  for (const line of convertReport(conversion, result, parts)) io.out(`${line}\n`);
  const isWritten =
    found.length === 0 ||
    options.explain !== undefined ||
    (await write(conversion, files, options, () => isOver(FOR_CODE), io));
  if (isWritten && found[0] && options.explain === undefined) onWritten?.(conversion, found[0].candidate);
  if (options.json)
    io.out(`${JSON.stringify(convertJson(conversion, result, { why, unsound, diff, seconds }))}\n`);
  if (isInterrupted) return EXIT.INTERRUPTED;
  if (!isWritten || (found.length > 0 && leavesChanges(conversion))) return EXIT.UNDECIDED;
  return exitCode(result, found.length > 0, options.scope);
}

/** Whether something that changes the count is in no program: a proof of the rest is none of it. */
function leavesChanges({ read: { sites } }: Conversion): boolean {
  return sites.unreached.some((at) => {
    const site = sites.sites[at]!;
    return site.kind !== 'op' || !['read', 'set'].includes(site.effect.kind);
  });
}

async function askedBy({ repair, bias, only, keep = [], memory, ...places }: ConvertOptions): Promise<Asked> {
  return {
    ...(repair !== undefined && { repair }),
    ...(bias !== undefined && { bias }),
    plainOnly: only === 'plain',
    keep: kept(keep),
    trees: await kernelTrees(places),
    ...(memory !== undefined && { memory }),
  };
}

/** What is not known is neither a conversion nor the lack of one. */
function exitCode({ scope, open, decided }: SearchResult, isFound: boolean, asked: ScopeSize): number {
  const isComplete = scope?.threads === asked.threads && scope.ops === asked.ops;
  if (!isComplete) return EXIT.UNDECIDED;
  if (isFound) return EXIT.OK;
  const isKnown = open === 0 && decided.every(({ kind }) => kind !== 'undecided');
  return isKnown ? EXIT.FOUND : EXIT.UNDECIDED;
}

/** `peer_put=dec_and_test` */
function kept(texts: readonly string[]): Map<string, string> {
  return new Map(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at < 0) throw new InputError('command line', `--keep ${text}: write SITE=FORM`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

/** Before the search: a name that is mistyped should not cost a minute. @throws InputError */
function checkSite({ path, menu }: Conversion, name: string): void {
  if (menu.sites.some((site) => site.name === name)) return;
  throw new InputError(
    path,
    `has no site "${name}"; its sites are ${menu.sites.map((site) => site.name).join(', ')}`,
  );
}

/** Runs the search, with a status for who watches, and with what was decided kept for the next time. */
async function searched(
  conversion: Conversion,
  options: ConvertOptions,
  started: number,
  io: Io,
  onProved: NonNullable<SearchOptions['onProved']>,
): Promise<{ readonly result: SearchResult; readonly isInterrupted: boolean }> {
  const { scope, workers, limit, time } = options;
  const stopping = new Stopping();
  const screen = await liveScreen(io);
  const journal = openSearchJournal(conversion.data, { scope, limit, state: options.state });
  for (const note of journal.notes) io.err(`note   ${note}\n`);
  const release = io.onInterrupt(() => stopping.stop(), 'the programs under way');
  const search = new ConversionSearch(conversion.data, {
    scope,
    workers,
    limit,
    signal: stopping.signal,
    // The compiler has had some of it.
    enough: AbortSignal.timeout(Math.max(0, Math.round(started + (time ?? FOR_OTHERS) - performance.now()))),
    isStrict: time !== undefined,
    onProved,
    kept: journal.kept,
    keep: (key, done) => journal.keep(key, done),
    onProgress: (progress) => screen.update(() => statusText(progress)),
  });
  const result = await search.run();
  release();
  screen.done();
  const isComplete = result.scope?.threads === scope.threads && result.scope.ops === scope.ops;
  journal.close(isComplete);
  return { result, isInterrupted: stopping.signal.aborted && !isComplete };
}

/** `2 × 2: 41 % of 1860 programs; 12 candidates left` */
function statusText({ size, programs, of, left }: Progress): string {
  const share = ((100 * programs) / of).toFixed(0);
  return `${size.threads} × ${size.ops}: ${share} % of ${of} programs; ${left} candidates left`;
}

/** All files of the source, those that includes bring in as well: `git apply` takes it where the command was run. */
function diffOf(files: readonly ConvertedFile[]): string {
  return files.map(({ name, before, edits }) => unifiedDiff(name, before, edits)).join('');
}

/**
 * The code of a conversion: one file as it is asked for. A source that changes in several, or includes others of the user's, goes into
 * a folder as a whole. What is there already and says something else stays, unless it was named.
 *
 * @returns false for code that is not what was proved, or that leaves something out of order, which is not written
 */
async function write(
  conversion: Conversion,
  files: readonly ConvertedFile[],
  { output, limit }: ConvertOptions,
  isOver: () => boolean,
  io: Io,
): Promise<boolean> {
  const against = await againstWriting(conversion.data, writtenSource(conversion, files), limit, isOver);
  if (against && 'why' in against) {
    io.err(
      `not written: the code above does not do what was proved, which is a fault of refuzz: ${against.why}\n`,
    );
    return false;
  }
  if (against && 'order' in against) {
    io.err(
      `not written: interleavings prove it, and memory orders do not: ${against.order}; search with --memory kernel\n`,
    );
    return false;
  }
  // What was proved is proved; whether it was written down well is told by the programs that there was time for.
  if (against)
    io.err(
      `the code was not compared with the original in ${against.left} of ${against.of} small programs: there was no time (--time)\n`,
    );
  // Beside the source, whose includes it has.
  const usual = join(dirname(conversion.path), conversion.isRepair ? DEFAULT_REPAIRED : DEFAULT_OUTPUT);
  const isOne = files.slice(1).every(({ edits }) => edits.length === 0);
  const folder = (output ?? usual).replace(/\.c$/, '');
  for (const { place, before, edits } of isOne ? files.slice(0, 1) : files) {
    const after = edited(before, edits);
    const path = isOne ? (output ?? usual) : join(folder, place);
    if (output === undefined && existsSync(path) && readText(path, FILE.source) !== after) {
      io.err(`${path} is there already, and is another; name a file with --output\n`);
      continue;
    }
    writing(path, () => replaceFile(path, after), '', 'or name another file with --output');
    io.err(`wrote ${path}\n`);
  }
  return against === undefined;
}
