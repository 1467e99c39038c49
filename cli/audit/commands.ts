import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option, type OptionValues } from 'commander';
import { VERDICTS, type Verdict } from '../../audit/census/verdict.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { SEARCH_OPTIONS, withSearch } from '../convert/search-options.ts';
import type { Run } from '../io/code-options.ts';
import type { Io } from '../io/io.ts';
import { collect, fileName, wholeNumber } from '../io/options.ts';
import { reported, withReporters } from '../io/reporting.ts';
import type { AuditOptions } from './audit-options.ts';

/**
 * `refuzz audit`: the counters of a tree, and whether they convert. What it prints is one answer at a time (the whole, some
 * counters, or one); what it writes to files may be had beside any of them.
 */
export function addAuditCommands(program: Command, io: Io, run: Run): void {
  const audit = program
    .command('audit')
    .description('find every counter of a kernel tree, and say whether and how it converts to refcount_t')
    .argument('<path...>', 'a kernel tree, folders, C files, an archive, or a repository with --rev')
    .option('--rev <revision>', 'read the repository at this revision: v4.9')
    .option(
      '--only <verdicts>',
      `list the counters with these verdicts: ${VERDICTS.join(',')}; with --convert: plain, no change of the structure`,
      which,
    )
    .option('--struct <X.f>', 'list these counters; may be given several times', collect)
    .option(
      '--explain <X.f>',
      'tell all of one counter: its ops, what they decide, why; with --convert a site: what each of its forms comes to',
    )
    .option('--json', 'print everything as one line of JSON instead, as refuzz/schema/audit.json has it')
    .option('--html <file>', 'write a page to filter and search, as one HTML file', fileName)
    .option('--baseline <file>', 'known misuses: only others fail', fileName)
    .option('--write-baseline <file>', 'write the misuses there are as known ones', fileName)
    .option('--patch <file>', 'write a diff that converts what can be; of --only or --struct alone', fileName)
    .option('--cocci <file>', 'write the same as a semantic patch', fileName)
    .addOption(
      new Option(
        '--extract <X.f>',
        'write the protocol of a counter as before.c and naive.c, for check',
      ).conflicts(['only', 'struct', 'explain']),
    )
    .option(
      '--convert',
      'of one --struct: extract it, or go on with what was extracted; convert it, if nothing is left to decide',
    )
    .option('--output <folder>', 'of --extract and --convert: where their files go', fileName)
    .option('--workers <n>', 'worker threads (default: one for each core)', wholeNumber(1, 256))
    .option('--no-cache', 'read every file anew, and remember nothing');
  withReporters(withSearch(audit, 'with --convert: ')).action((paths: string[], options) =>
    run(() =>
      reported('audit', options, io, async (inner) => {
        refuseHalves(options);
        refuseOthers(options);
        const asked = options.convert ? extracting(options) : options;
        const chosen = { ...asked, workers: asked.workers ?? availableParallelism() } as AuditOptions;
        return (await import('./audit-command.ts')).auditCommand(paths, chosen, inner);
      }),
    ),
  );
}

/*
 * Why verdicts are joined by commas: a list of them is one question. Counters are named one by one, as their names may be long,
 * and completion then offers the next option.
 */

/**
 * Reads a list of verdicts.
 *
 *     as-is,misuse       these two
 *     asis               refused, with all there are
 *
 * @throws InvalidArgumentError
 */
function which(text: string, earlier: readonly Verdict[] | 'plain' = []): Verdict[] | 'plain' {
  // Of conversions; whether one is asked for is known when all options are.
  if (text === 'plain' || earlier === 'plain') return 'plain';
  const named = text.split(',').map((part) => part.trim());
  const wrong = named.find((name) => !VERDICTS.some((known) => known === name));
  if (wrong !== undefined)
    throw new InvalidArgumentError(`There is no verdict "${wrong}". Allowed are ${VERDICTS.join(', ')}.`);
  return [...earlier, ...(named as Verdict[])];
}

/**
 * What is of conversions beside what is of counters.
 *
 *     --explain X.f --struct Y.g              two answers at once
 *     --convert --explain site_name           of a conversion
 *     --only plain, --scope 3x2               without --convert there is nothing that they are of
 *
 * @throws InputError
 */
function refuseOthers(options: OptionValues): void {
  const { convert, explain, only, struct } = options;
  const refuse = (text: string) => {
    throw new InputError('command line', text);
  };
  if (convert) {
    if (only !== undefined && only !== 'plain')
      refuse('--convert converts one counter, whatever its verdict; --only takes plain there');
    return;
  }
  const other = SEARCH_OPTIONS.find((name) => options[name] !== undefined);
  if (other !== undefined) refuse(`--${other} asks for conversions; it goes with --convert`);
  if (only === 'plain') refuse('--only plain asks for conversions; it goes with --convert');
  const beside = only !== undefined ? 'only' : struct !== undefined ? 'struct' : undefined;
  if (explain !== undefined && beside !== undefined)
    refuse(`--explain cannot be used with option --${beside}: it tells all of one counter`);
}

/** To convert a counter is to extract it first. @throws InputError unless one is named */
function extracting({ struct = [], extract, only, explain, ...others }: OptionValues): OptionValues {
  const asked = SEARCH_OPTIONS.flatMap((name) => (others[name] === undefined ? [] : [[name, others[name]]]));
  const convert = { ...Object.fromEntries(asked), ...(only && { only }), ...(explain && { explain }) };
  const rest = { ...others, convert };
  const names = [...struct, ...(extract === undefined ? [] : [extract])];
  if (names.length !== 1)
    throw new InputError('command line', '--convert converts one counter; name it with --struct');
  return { ...rest, extract: names[0] };
}

/**
 * Options that mean nothing without another one. A folder for a page, or an extract without a place, would be found out after
 * the minutes that a tree takes.
 *
 * @throws InputError
 */
function refuseHalves({
  extract,
  convert,
  output,
}: {
  readonly extract?: string;
  readonly convert?: boolean;
  readonly output?: string;
}): void {
  const writes = extract !== undefined ? '--extract' : convert ? '--convert' : undefined;
  if (writes !== undefined && output === undefined)
    throw new InputError('command line', `${writes} writes files; name a folder for them with --output`);
  if (output !== undefined && writes === undefined)
    throw new InputError(
      'command line',
      '--output goes with --extract and --convert; for a page there is --html',
    );
}
