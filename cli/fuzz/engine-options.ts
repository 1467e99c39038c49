import type { Command } from 'commander';
import { InputError } from '../../targets/subject/input-error.ts';

/** Options of `refuzz fuzz` that an engine has no use for, and why. To name one is a mistake that should be told. */
const USELESS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  random: { program: 'it races one program on real threads' },
  threads: {
    untilNew: 'it ends with --time or --iterations',
    workers: 'a program runs on as many threads as it has',
    watchdog: 'a thread that hangs is replaced after ten seconds',
    feedback: 'programs are drawn anew in any case',
    resume: 'it keeps nothing to go on with but raw findings, which are taken up in any case',
  },
  kernel: {
    untilNew: 'it ends with --time or --iterations',
    workers: 'a program runs on as many kernel threads as it has',
    feedback: 'programs are drawn anew in any case',
    resume: 'it keeps nothing to go on with but raw findings, which are taken up in any case',
  },
  jsfuzz: {
    program: 'it races one program on real threads',
    seed: 'jsfuzz has no seed: no two runs of it are alike',
    iterations: 'jsfuzz runs until its time is over; give it --time',
    untilNew: 'jsfuzz runs until its time is over; give it --time',
    maxThreads: 'the target says how many threads a program has',
    maxOps: 'how many ops a program has is up to jsfuzz',
    workers: 'jsfuzz runs in one process',
    watchdog: 'jsfuzz gives an input 30 seconds',
    feedback: 'jsfuzz is guided by the coverage of code',
    resume: 'what it gathered is taken up in any case',
  },
};

/** @throws InputError for the first option given that does not go with the engine */
export function refuseUseless(engine: string, command: Command): void {
  for (const [name, why] of Object.entries(USELESS[engine]!)) {
    if (command.getOptionValueSource(name) !== 'cli') continue;
    const option = command.options.find((one) => one.attributeName() === name)!;
    throw new InputError('command line', `${option.long} does not go with --engine ${engine}: ${why}`);
  }
}

const OF_A_BOOTED_KERNEL: readonly string[] = ['image', 'headers', 'accel', 'cpus', 'runs'];

/** @param asked what asks for a booted kernel @throws InputError for the first option given that only such a one has a use for */
export function refuseBootOptions(command: Command, asked: string): void {
  const given = OF_A_BOOTED_KERNEL.find((name) => command.getOptionValueSource(name) === 'cli');
  if (given === undefined) return;
  const option = command.options.find((one) => one.attributeName() === given)!;
  throw new InputError('command line', `${option.long} goes with ${asked} only`);
}
