import { MAX_OPS, MAX_THREADS } from '../program/program.ts';

/** What an option's text may be. Durations become milliseconds. The command line makes its parser from it. */
export type OptionValue =
  | { readonly kind: 'duration' }
  | { readonly kind: 'number'; readonly least: number; readonly most: number }
  | { readonly kind: 'file' }
  | { readonly kind: 'text' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** Given or not. */
  | { readonly kind: 'flag' };

/** An option of the command line, from which parsing, help and refusals are made. */
export interface OptionSpec {
  /** `--time <duration>` */
  readonly flags: string;
  readonly value: OptionValue;
  /** For the help: what it does, and the default in brackets. */
  readonly about: string;
}

/** A positive number, and one that may be 0. */
const MANY = { kind: 'number', least: 1, most: Number.MAX_SAFE_INTEGER } as const;
const ANY_NUMBER = { kind: 'number', least: 0, most: Number.MAX_SAFE_INTEGER } as const;

/** What is booted, and how: for every command that boots a kernel. */
export const BOOT_OPTIONS = {
  image: {
    flags: '--image <file>',
    value: { kind: 'file' },
    about: 'the kernel to boot (default: the newest in /boot that has headers)',
  },
  headers: {
    flags: '--headers <folder>',
    value: { kind: 'file' },
    about: 'what modules for it are built against (default: where Debian has them)',
  },
  accel: {
    flags: '--accel <name>',
    value: { kind: 'choice', choices: ['tcg', 'kvm'] },
    about: 'how the guest runs (default: tcg, software emulation)',
  },
  cpus: {
    flags: '--cpus <n>',
    value: { kind: 'number', least: 1, most: 16 },
    about: 'virtual processors (default: 2)',
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** Where the jobs of many machines wait, for every command that has such jobs or takes them. */
export const QUEUE_OPTIONS = {
  queue: {
    flags: '--queue <address>',
    value: { kind: 'text' },
    about:
      'many machines: redis://…, rediss://… or postgres://…, or @FILE that holds it; see docs/many-machines.md',
  },
  queueName: {
    flags: '--queue-name <name>',
    value: { kind: 'text' },
    about: 'whose machines: several names share a server (default: refuzz)',
  },
  queueVolatile: {
    flags: '--queue-volatile',
    value: { kind: 'flag' },
    about: 'accept a Redis that keeps nothing on disk',
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** Options that some engines take and others have no use for. */
export const ENGINE_OPTIONS = {
  time: {
    flags: '--time <duration>',
    value: { kind: 'duration' },
    about: 'stop after this long, e.g. 60s, 10m (default: 60s, unless something else is a limit)',
  },
  iterations: {
    flags: '--iterations <n>',
    value: ANY_NUMBER,
    about: 'stop after this many iterations of each target; with --program, races of it',
  },
  seed: {
    flags: '--seed <n>',
    value: ANY_NUMBER,
    about: 'where the random choices start (default: drawn, and printed)',
  },
  maxThreads: {
    flags: '--max-threads <n>',
    value: { kind: 'number', least: 1, most: MAX_THREADS },
    about: 'most threads of a program (default: what the target says)',
  },
  maxOps: {
    flags: '--max-ops <n>',
    value: { kind: 'number', least: 1, most: MAX_OPS },
    about: `most ops of a thread (default: ${MAX_OPS})`,
  },
  untilNew: { flags: '--until-new <n>', value: MANY, about: 'stop after this many new signatures' },
  workers: {
    flags: '--workers <n>',
    value: { kind: 'number', least: 1, most: 256 },
    about: 'worker threads (default: one for each core)',
  },
  watchdog: {
    flags: '--watchdog <duration>',
    value: { kind: 'duration' },
    about: 'replace a worker, or a guest, without progress for so long (default: 60s)',
  },
  feedback: {
    flags: '--no-feedback',
    value: { kind: 'flag' },
    about: 'draw every program anew, instead of mutating those that did something new',
  },
  resume: { flags: '--resume', value: { kind: 'flag' }, about: 'continue the campaign that is kept there' },
  program: {
    flags: '--program <text>',
    value: { kind: 'text' },
    about: 'race this one program, "0: inc | read"',
  },
  ...QUEUE_OPTIONS,
  ...BOOT_OPTIONS,
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** In camel case, as the parsed options have it. */
export type EngineOptionName = keyof typeof ENGINE_OPTIONS;
