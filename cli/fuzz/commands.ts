import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import type { EngineName } from '../../fuzz/engine/engine.ts';
import { ENGINES, engineNamed, uselessBecause } from '../../fuzz/engine/engines.ts';
import { ENGINE_OPTIONS, type EngineOptionName, QUEUE_OPTIONS } from '../../fuzz/engine/options.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { type Run, withCode } from '../io/code-options.ts';
import type { Io } from '../io/io.ts';
import { isGiven, withSpecs } from '../io/option-specs.ts';
import { duration, fileName, wholeNumber } from '../io/options.ts';
import { reported, withReporters } from '../io/reporting.ts';

const KEPT = 'where the campaign is kept (default: .refuzz/campaign)';

/** `refuzz fuzz`, and what goes with the campaigns that it keeps. */
export function addFuzzCommands(program: Command, io: Io, run: Run): void {
  addFuzz(program, io, run);
  addWorker(program, io, run);
  program
    .command('status')
    .description('how a campaign stands, from another shell')
    .option('--state <folder>', KEPT, fileName)
    .option('--json', 'as one line of JSON')
    .action((options) => run(async () => (await import('./status-command.ts')).statusCommand(options, io)));
  program
    .command('unlock')
    .description('free a state whose lock somebody left behind; says whose it is')
    .argument('[state]', 'a folder, or the file of a check (default: .refuzz/campaign)', fileName)
    .option('--force', 'also when its holder seems to run')
    .action((state: string | undefined, options) =>
      run(async () => (await import('./unlock-command.ts')).unlockCommand(state, options, io)),
    );
  program
    .command('pool')
    .description('the programs that a campaign mutates')
    .command('minimize')
    .description('keep the fewest programs that show all that the kept ones show')
    .option('--state <folder>', KEPT, fileName)
    .action((options) =>
      run(async () => (await import('./pool-command.ts')).minimizePoolCommand(options, io)),
    );
  addCorpus(program, io, run);
}

/**
 * Options, help and refusals come from the table of engines: an option that this engine has no use for is an error, so
 * that nobody believes that it had an effect.
 */
function addFuzz(program: Command, io: Io, run: Run): void {
  const fuzz = program
    .command('fuzz')
    .description('search for divergences: random programs under random schedules')
    .argument(
      '[target...]',
      'built-in targets or target files; default: every built-in target but the canary',
    )
    .option('--corpus <folder>', 'known cases are read here, new ones written (default: corpus)', fileName)
    .addOption(
      new Option('--engine <name>', ENGINES.map(({ name, about }) => `${name}: ${about}`).join('; '))
        .choices(ENGINES.map(({ name }) => name))
        .default('random'),
    )
    .option('--state <folder>', stateHelp(), fileName)
    .option(
      '--metrics <address>',
      'serve metrics for Prometheus at [host]:port, as :9400 (default host: this machine alone; needs prom-client)',
    )
    .option('--signatures', 'the table of signatures as well, below the causes')
    .option('--json', 'end with one line of JSON');
  withCode(withSpecs(withReporters(fuzz), ENGINE_OPTIONS)).action(
    (targets: string[], options, command: Command) =>
      run(async () => {
        const engine = engineNamed(options.engine as EngineName);
        for (const name of Object.keys(ENGINE_OPTIONS) as EngineOptionName[]) {
          const why = isGiven(command, name) ? uselessBecause(engine, name) : undefined;
          if (why !== undefined) throw new InputError('command line', why);
        }
        const { fuzzCommand } = await import('./fuzz-command.ts');
        const metrics = options.metrics && (await metricsServer(options.metrics, engine.name, io));
        const given = { ...options, onStatus: metrics?.update };
        try {
          return await reported('fuzz', options, io, (inner) => fuzzCommand(engine, targets, given, inner));
        } finally {
          await metrics?.close();
        }
      }),
  );
}

/**
 * Metrics are loaded where they are asked for only: they bring an HTTP server, and a package that most do without.
 *
 * @throws InputError for an address that is none
 */
async function metricsServer(address: string, engine: EngineName, io: Io) {
  const { metricsAddress, serveMetrics } = await import('./metrics-server.ts');
  const { version } = await import('../../fuzz/storage/version.ts');
  return serveMetrics(metricsAddress(address), { version: version(), engine }, io);
}

/** `refuzz worker`, for each machine of a queue. */
function addWorker(program: Command, io: Io, run: Run): void {
  const worker = program
    .command('worker')
    .description('take jobs of campaigns, checks and sweeps from a queue, until it is interrupted')
    .option('--workers <n>', 'worker threads (default: one for each core)', wholeNumber(1, 256))
    .option('--name <text>', 'how messages call this machine (default: its name and the process)')
    .option(
      '--lease <duration>',
      'how long a machine may be silent before others get its jobs (default: 30s)',
      duration,
    );
  withSpecs(worker, QUEUE_OPTIONS).action((options) =>
    run(async () => {
      if (options.queue === undefined)
        throw new InputError(
          'command line',
          'refuzz worker needs --queue: the address that the campaign has',
        );
      const { workerCommand } = await import('./worker-command.ts');
      return workerCommand({ ...options, workers: options.workers ?? availableParallelism() }, io);
    }),
  );
}

/** `where it keeps what it needs to continue (default: random .refuzz/campaign, …)` */
function stateHelp(): string {
  const folders = ENGINES.map(({ name, state }) => `${name} ${state}`);
  return `where it keeps what it needs to continue (default: ${folders.join(', ')})`;
}

/**
 * Cases of two corpora, or programs of two campaigns. Which of the two it is the folders say: that of a campaign has a file
 * by which it is known.
 */
function addCorpus(program: Command, io: Io, run: Run): void {
  const corpus = program.command('corpus').description('what two machines, or two people, have found');
  corpus
    .command('sync')
    .description(
      'copy what is lacking: of two corpora the cases, of two campaigns the programs of their pools',
    )
    .argument('<from>', 'a corpus, or the state of a campaign', fileName)
    .argument('<to>', 'another one of the same kind', fileName)
    .option('--both', 'and what the first lacks, from the second')
    .option('--json', 'end with one line of JSON for each direction')
    .action((from: string, to: string, options) =>
      run(async () => (await import('./sync-command.ts')).syncCommand(from, to, options, io)),
    );
  // The spelling of 0.4: the corpus holds cases, and this command never touched them.
  corpus
    .command('reduce', { hidden: true })
    .argument('[word...]')
    .allowUnknownOption()
    .action(() => {
      throw new InputError('command line', 'corpus reduce is spelled "refuzz pool minimize" now');
    });
}
