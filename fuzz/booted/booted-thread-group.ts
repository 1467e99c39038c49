import type { BootedKernel, Death } from '../../targets/booted/booted-kernel.ts';
import { BOOTED_OPS, type BootedFamily } from '../../targets/booted/booted-ops.ts';
import {
  ANSWER_BYTES,
  Command,
  MOST_RACERS,
  MOST_TEXTS,
  RACE,
  Status,
  WARNED_TWICE,
} from '../../targets/booted/protocol.ts';
import { tagOf, WORDS_PER_NOTE } from '../stress/op-note.ts';
import { type Race, type RaceTally, rowLength } from '../stress/race.ts';
import type { RaceEnd, RaceThreadGroup } from '../stress/thread-group.ts';
import { bootedResult } from './booted-subject.ts';
import { deathLine, type KernelSession } from './kernel-session.ts';

/** Races on kernel threads of a booted kernel, each thread on a virtual processor of its own as far as there are any. */
export class BootedThreadGroup implements RaceThreadGroup {
  readonly #kernels: KernelSession;
  readonly #family: BootedFamily;
  readonly #onDeath: (race: Omit<Race, 'thread'>, death: Death) => void;

  constructor(
    kernels: KernelSession,
    family: BootedFamily,
    onDeath: (race: Omit<Race, 'thread'>, death: Death) => void = () => {},
  ) {
    this.#kernels = kernels;
    this.#family = family;
    this.#onDeath = onDeath;
  }

  /** A race of which the guest died has failed, and ends the session's kernel: the next race boots another. */
  async race(race: Omit<Race, 'thread'>): Promise<RaceEnd> {
    const kernel = await this.#kernels.kernel();
    const numbers = race.threads.flat().map(({ op }) => kernel.opNumber(this.#family, op));
    if (numbers.includes(undefined))
      return { kind: 'failed', why: `Linux ${kernel.release} lacks an op of it` };
    const calls = Int32Array.from(race.threads.flat().flatMap(({ a, b }, at) => [numbers[at]!, a, b]));
    const reply = await kernel.ask(Command.RACE, argumentsOf(race), [calls]);
    if (reply.kind === 'died') {
      await this.#kernels.end();
      this.#onDeath(race, reply.death);
      return { kind: 'failed', why: deathLine(reply.death) };
    }
    if (reply.status !== Status.OK) return { kind: 'failed', why: refusal(reply.status) };
    const kinds = numbers.map((number) => BOOTED_OPS[number!]!);
    // WARNED_TWICE becomes the code after the last text: a list of 26 will do, where 256 would be needed.
    const warnings = Array.from({ length: MOST_TEXTS + 2 }, (_, code) =>
      code > MOST_TEXTS ? kernel.warningTexts(WARNED_TWICE) : kernel.warningTexts(code),
    );
    const tallies = race.threads.map((_, thread) => ({
      ...this.#tally(kernel, race, kinds, thread),
      batches: race.batches,
      warnings,
      isIntact: true,
    }));
    return { kind: 'done', tallies, stopped: 0 };
  }

  /** The session belongs to the caller, who may want more of it. */
  async dismiss(): Promise<void> {}

  /**
   * A row of the guest's has, for each op, what it returned and the code of its warning; the word; and how often. A row
   * of a tally has a tag where the guest has the code, and its count stands elsewhere. Of `0: inc | read`:
   *
   *     guest   0 2   1 0   0xC0000000   56
   *     tally   0 8   1 2   0xC0000000          counts 56
   */
  #tally(
    kernel: BootedKernel,
    { threads }: Omit<Race, 'thread'>,
    kinds: readonly (typeof BOOTED_OPS)[number][],
    thread: number,
  ): Pick<RaceTally, 'rows' | 'counts'> {
    const size = kernel.argument(RACE.outcomes + thread);
    const length = rowLength(threads);
    const raw = kernel.read(new Int32Array(size * (length + 1)), (ANSWER_BYTES / MOST_RACERS) * thread);
    const rows = new Int32Array(size * length);
    const counts = new Float64Array(size);
    for (let at = 0; at < size; at++) {
      const from = at * (length + 1);
      for (const [op, kind] of kinds.entries()) {
        const [value, code] = [raw[from + op * WORDS_PER_NOTE]!, raw[from + op * WORDS_PER_NOTE + 1]!];
        const tag = tagOf(bootedResult(kind, value), code === WARNED_TWICE ? MOST_TEXTS + 1 : code);
        rows.set([value, tag], at * length + op * WORDS_PER_NOTE);
      }
      rows[at * length + length - 1] = raw[from + length - 1]!;
      counts[at] = raw[from + length]! >>> 0;
    }
    return { rows, counts };
  }
}

/** In the places of `RACE`: the ops of all four threads are counted, with 0 for those that there are not. */
function argumentsOf({ start, threads, cells, batches, seed, number }: Omit<Race, 'thread'>): number[] {
  const words: number[] = [];
  words[RACE.start] = start;
  words[RACE.threads] = threads.length;
  words[RACE.cells] = cells;
  words[RACE.batches] = batches;
  // Two programs of one seed are to differ in their delays as well. 2³² divided by the golden ratio spreads
  // neighbours far apart (Knuth's multiplicative hashing).
  words[RACE.seed] = Math.imul(seed + number, 0x9e3779b1);
  for (let thread = 0; thread < MOST_RACERS; thread++)
    words[RACE.ops + thread] = threads[thread]?.length ?? 0;
  return words;
}

function refusal(status: number): string {
  if (status === Status.TOO_MANY_OUTCOMES) return 'it has more outcomes than the guest can count';
  return status === Status.NO_MEMORY ? 'the guest has no memory for it' : 'the guest does not understand it';
}
