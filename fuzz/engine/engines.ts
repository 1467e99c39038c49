import type { FileLock } from '../storage/file-lock.ts';
import type { Engine, EngineEvent, EngineName } from './engine.ts';
import { ENGINE_OPTIONS, type EngineOptionName } from './options.ts';
import { STATE_FOLDERS } from './state-folders.ts';

/** Reasons, as the end of "--option does not go with --engine NAME: …". */
const FRESH_PROGRAMS = 'programs are drawn anew in any case';
const NO_RESUME = 'it keeps nothing to continue but raw findings, which it takes up in any case';
const ONE_PROGRAM = 'it races one program on real threads';
const OTHER_END = 'it ends with --time or --iterations';
const JSFUZZ_END = 'jsfuzz runs until its time is over; give it --time';

/**
 * Every engine. What one costs to load is loaded when it runs, so that this table is cheap to have: the help and the
 * refusals of the command line come from it.
 *
 *     --resume with threads     refused by `useless`: "it keeps nothing to continue but raw findings, …"
 *     --cpus with threads       refused without a reason of its own: "--cpus goes with --engine kernel only"
 */
export const ENGINES: readonly Engine[] = [
  {
    name: 'random',
    about: 'programs under schedules',
    state: STATE_FOLDERS.random,
    takes: [
      ...(['time', 'iterations', 'seed', 'maxThreads', 'maxOps', 'untilNew'] as const),
      ...(['workers', 'watchdog', 'feedback', 'resume'] as const),
      ...(['queue', 'queueName', 'queueVolatile'] as const),
    ],
    useless: { program: ONE_PROGRAM },
    // The only one whose state is a search under way, and not only what it met.
    canResume: true,
    async *run(names, options, context): AsyncGenerator<EngineEvent> {
      yield* (await import('./random-engine.ts')).runRandom(names, options, context);
    },
  },
  {
    name: 'threads',
    about: 'counters on real threads',
    state: STATE_FOLDERS.threads,
    takes: ['time', 'iterations', 'seed', 'maxThreads', 'maxOps', 'program'],
    useless: {
      untilNew: OTHER_END,
      workers: 'a program runs on as many threads as it has',
      watchdog: 'a thread that hangs is replaced after ten seconds',
      feedback: FRESH_PROGRAMS,
      resume: NO_RESUME,
    },
    canResume: false,
    async *run(names, options, context): AsyncGenerator<EngineEvent> {
      const { runThreads } = await import('./threads-engine.ts');
      yield* locked(options.state ?? STATE_FOLDERS.threads, runThreads(names, options, context));
    },
  },
  {
    name: 'kernel',
    about: 'counters in a booted kernel',
    state: STATE_FOLDERS.kernel,
    takes: [
      ...(['time', 'iterations', 'seed', 'maxThreads', 'maxOps', 'program', 'watchdog'] as const),
      ...(['image', 'headers', 'accel', 'cpus'] as const),
    ],
    useless: {
      untilNew: OTHER_END,
      workers: 'a program runs on as many kernel threads as it has',
      feedback: FRESH_PROGRAMS,
      resume: NO_RESUME,
    },
    canResume: false,
    async *run(names, options, context): AsyncGenerator<EngineEvent> {
      const { runKernel } = await import('./kernel-engine.ts');
      yield* locked(options.state ?? STATE_FOLDERS.kernel, runKernel(names, options, context));
    },
  },
  {
    name: 'jsfuzz',
    about: 'guided by coverage of code',
    state: STATE_FOLDERS.jsfuzz,
    takes: ['time'],
    useless: {
      program: ONE_PROGRAM,
      seed: 'jsfuzz has no seed: no two runs of it are alike',
      iterations: JSFUZZ_END,
      untilNew: JSFUZZ_END,
      maxThreads: 'the target says how many threads a program has',
      maxOps: 'how many ops a program has is up to jsfuzz',
      workers: 'jsfuzz runs in one process',
      watchdog: 'jsfuzz gives an input 30 seconds',
      feedback: 'jsfuzz is guided by the coverage of code',
      resume: 'it continues with the inputs it gathered in any case',
    },
    canResume: false,
    async *run(names, options, context): AsyncGenerator<EngineEvent> {
      yield* (await import('./jsfuzz-engine.ts')).runJsfuzzEngine(names, options, context);
    },
  },
];

/** Holds the state from the first event, which comes before anything in it is read or written. A refusal locks nothing. */
async function* locked(state: string, events: AsyncIterable<EngineEvent>): AsyncGenerator<EngineEvent> {
  let lock: FileLock | undefined;
  try {
    for await (const event of events) {
      lock ??= (await import('../storage/state-lock.ts')).lockState(state);
      yield event;
    }
  } finally {
    lock?.release();
  }
}

/** The engine of a name. The type leaves no name without one. */
export function engineNamed(name: EngineName): Engine {
  return ENGINES.find((engine) => engine.name === name)!;
}

/**
 * Why an engine has no use for an option: to name such an option is a mistake, and somebody should hear of it.
 *
 * @returns undefined for an option that it takes
 */
export function uselessBecause(
  { name, takes, useless }: Engine,
  option: EngineOptionName,
): string | undefined {
  if (takes.includes(option)) return undefined;
  const long = ENGINE_OPTIONS[option].flags.split(' ')[0];
  const why = useless[option];
  if (why !== undefined) return `${long} does not go with --engine ${name}: ${why}`;
  const others = ENGINES.filter((engine) => engine.takes.includes(option)).map((engine) => engine.name);
  return `${long} goes with --engine ${others.join(' or ')} only`;
}
