import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ScopeSize } from '../../fuzz/check/scope.ts';
import { MAX_OPS, MAX_THREADS } from '../../fuzz/program/program.ts';
import { MEMORY_MODELS, type MemoryModel } from '../../targets/target/memory.ts';
import { collect, duration, wholeNumber } from '../io/options.ts';

/** What a search of conversions is asked for, by whichever command. What is left out is as `SEARCH_DEFAULTS` has it, or nobody asks. */
export interface SearchAsked {
  readonly scope?: ScopeSize;
  /** `SITE=FORM` */
  readonly keep?: readonly string[];
  readonly bias?: number;
  /** Milliseconds; without it, it goes on until one is proved, and for the others as long again as `convert` says. */
  readonly time?: number;
  /** `sc` if left out. */
  readonly memory?: MemoryModel;
  /** The most states of a program on one side. */
  readonly limit?: number;
}

/** Where nobody says. */
export const SEARCH_DEFAULTS = { scope: { threads: 2, ops: 2 }, limit: 400_000 } as const;

/** The names of `SearchAsked`: what they ask means nothing where nothing is converted. */
export const SEARCH_OPTIONS = ['scope', 'keep', 'bias', 'time', 'memory', 'limit'] as const;

/**
 * The options that say which conversions are searched, in how large programs and how long. None has a default here, so that whoever has
 * them only beside another option sees whether they were given.
 *
 * @param beside said in front of the help of each: `with --convert: `
 */
export function withSearch(command: Command, beside = ''): Command {
  return command
    .option('--scope <threads x ops>', `${beside}prove for programs of up to this size (default: 2x2)`, scope)
    .option(
      '--keep <site=form>',
      `${beside}only conversions with this form at a site; may be given several times`,
      collect,
    )
    .option('--bias <n>', `${beside}only this bias`, wholeNumber(0, 1 << 16))
    .option(
      '--time <duration>',
      `${beside}how long it may take, as 60s or 2m (default: until one is proved, and 60s for the others)`,
      duration,
    )
    .addOption(
      new Option(
        '--memory <model>',
        `${beside}kernel: refute also what frees before another thread is done with the object (default: sc, sequentially consistent)`,
      ).choices(MEMORY_MODELS),
    )
    .option(
      '--limit <n>',
      `${beside}most states of a program on one side (default: ${SEARCH_DEFAULTS.limit})`,
      wholeNumber(1, 100_000_000),
    );
}

/** `3x2` or `3×2`. */
function scope(text: string): ScopeSize {
  const [, threads, ops] = /^(\d)\s*[x×]\s*(\d+)$/.exec(text) ?? [];
  const size = { threads: Number(threads), ops: Number(ops) };
  const fits = size.threads >= 1 && size.threads <= MAX_THREADS && size.ops >= 1 && size.ops <= MAX_OPS;
  if (!fits) throw new InvalidArgumentError('write threads and ops: 2x2 or 3x2.');
  return size;
}
