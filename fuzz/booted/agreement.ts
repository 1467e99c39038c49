import type { Divergence } from '../../oracles/divergence.ts';
import type { Alone } from '../../oracles/oracle.ts';
import type { BootedKernel, Death } from '../../targets/booted/booted-kernel.ts';
import { BOOTED_OPS, type BootedFamily } from '../../targets/booted/booted-ops.ts';
import { MOST_OPS_OF_BATCH } from '../../targets/booted/protocol.ts';
import type { Result } from '../../targets/subject/subject.ts';
import { INT_MAX, INT_MIN } from '../../targets/subject/values.ts';
import { groupedByOp, swarm } from '../generate/generate.ts';
import { comparePair } from '../judge/lockstep.ts';
import { PairTable } from '../judge/pair-table.ts';
import type { Choices } from '../program/choices.ts';
import type { Harness } from '../run/harness.ts';
import { compareCodes, compareModel, type Made } from '../sweep/direct-lockstep.ts';
import { runnerOf } from '../sweep/sweep-loop.ts';
import { bootedResult } from './booted-subject.ts';
import { type Batch, bootedCalls, type Histories, runBatch } from './sequential.ts';

/** An op that did one thing in the kernel and another in its model. */
export interface Difference {
  readonly call: number;
  readonly old: number;
  readonly kernel: Alone;
  readonly model: Alone;
}

/** How much is run at a time. */
export interface AgreementOptions {
  /** Ops of a batch. Default, and most: 1048576 */
  readonly ops?: number;
}

/** What came of a batch. */
export type AgreementEnd =
  | {
      readonly kind: 'done';
      readonly programs: number;
      readonly ops: number;
      /** How many of the ops differ from the model, and of each call the first four. */
      readonly different: number;
      readonly differences: readonly Difference[];
      /** In the guest, the way there and back left out. */
      readonly nanoseconds: number;
    }
  | { readonly kind: 'died'; readonly batch: Batch; readonly death: Death };

/** Most ops of a program. Short ones start afresh more often, and starts are where the boundaries are. */
const LONGEST = 16;
/** Values at which an op differs from the model: so many are reported. From the reference: so many are judged. */
const TOLD = 4;
/** So many ops of one call are compared at a time: what a model's machine code takes. */
const CHUNK = 1024;

/**
 * Random programs of one thread in a booted kernel, each op held against the model value by value: it is run from the
 * word that the op before it left in the kernel, so that one difference does not hide the next. What differs from the
 * reference is judged.
 *
 * Of `1: inc, dec_and_test, read` in a kernel whose `inc` adds 2, each row is compared by itself. One op differs, not
 * three:
 *
 * | op             | old  | the kernel           | the model, from old  |
 * |----------------|------|----------------------|----------------------|
 * | `inc`          | 1    | leaves 3             | leaves 2             |
 * | `dec_and_test` | 3    | leaves 2, false      | leaves 2, false      |
 * | `read`         | 2    | leaves 2, returns 2  | leaves 2, returns 2  |
 */
export class Agreement {
  readonly #harness: Harness;
  readonly #family: BootedFamily;
  readonly #ops: number;
  readonly #table: PairTable;
  /** Values around which programs start. One that is listed twice is drawn twice as often. */
  readonly #boundaries: readonly number[];

  constructor(harness: Harness, family: BootedFamily, options: AgreementOptions = {}) {
    this.#harness = harness;
    this.#family = family;
    this.#ops = Math.min(options.ops ?? MOST_OPS_OF_BATCH, MOST_OPS_OF_BATCH);
    this.#table = new PairTable(harness);
    const initial = harness.target.initial.filter((start) => typeof start === 'number');
    this.#boundaries = [...initial, 0, 1, -1, INT_MAX, INT_MIN, ...harness.saturated];
  }

  /**
   * One batch of random programs.
   *
   * @param onPair told of each op and value that diverges from the reference, once while the table remembers it
   * @returns `died` with the whole batch, for `bisect`
   * @throws Error when the guest refuses the batch
   */
  async run(
    kernel: BootedKernel,
    choices: Choices,
    onPair: (call: number, old: number, divergences: readonly Divergence[]) => void,
  ): Promise<AgreementEnd> {
    const batch = randomBatch(this.#harness, this.#boundaries, this.#ops, choices);
    const calls = bootedCalls(kernel, this.#family, this.#harness.alphabet);
    const end = await runBatch(kernel, calls.words, batch);
    if (end.kind === 'died') return { ...end, batch };
    const differences: Difference[] = [];
    const different = this.#compare(kernel, batch, end.histories, differences, onPair);
    const { nanoseconds } = end.histories;
    return {
      kind: 'done',
      programs: batch.starts.length,
      ops: batch.ops.length,
      different,
      differences,
      nanoseconds,
    };
  }

  /** By call, since both kinds of model run many values of one op sooner than many ops on a value each. */
  #compare(
    kernel: BootedKernel,
    batch: Batch,
    histories: Histories,
    differences: Difference[],
    onPair: (call: number, old: number, divergences: readonly Divergence[]) => void,
  ): number {
    const olds = valuesBefore(batch, histories.values);
    let different = 0;
    for (const [call, places] of placesByCall(batch.ops)) {
      const counts = { told: 0, judged: 0 };
      for (let from = 0; from < places.length; from += CHUNK) {
        const chunk = places.subarray(from, from + CHUNK);
        const old = Int32Array.from(chunk, (at) => olds[at]!);
        const made: Made = {
          values: Int32Array.from(chunk, (at) => histories.values[at]!),
          results: Int32Array.from(chunk, (at) => histories.results[at]!),
          warnings: Uint8Array.from(chunk, (at) => histories.warnings[at]!),
          warningTexts: (code) => kernel.warningTexts(code),
        };
        this.#against(1, call, old, made, (at) => {
          different++;
          if (counts.told++ < TOLD) differences.push(this.#differenceAt(call, old[at]!, made, at));
        });
        this.#against(0, call, old, made, (at) => {
          if (counts.judged++ < TOLD) this.#table.visit(call, old[at]!, onPair);
        });
      }
    }
    return different;
  }

  /**
   * Compares what the kernel made of `old` with one side: its machine code where it has some that comes to an end, else
   * op by op.
   *
   * @param side 0 the reference, 1 the subject's model
   * @param differs called with the place in `old`; for the ideal reference also with places that need not differ
   */
  #against(side: 0 | 1, call: number, old: Int32Array, made: Made, differs: (at: number) => void): void {
    const { sides, direct, op, a, b } = runnerOf(this.#harness, call);
    const code = direct[side];
    if (code) {
      code.values.set(old);
      if (code.batch(op, a, b, old.length)) {
        compareCodes(made, code, old.length, differs);
        return;
      }
    }
    compareModel(sides[side], a, b, old, made, old.length, differs);
    // Where subject and reference are content with the same misuse, the ideal counter is not.
    if (side === 0 && !this.#harness.reference)
      for (let at = 0; at < Math.min(TOLD, old.length); at++) differs(at);
  }

  #differenceAt(
    call: number,
    old: number,
    { values, results, warnings, warningTexts }: Made,
    at: number,
  ): Difference {
    const { op } = this.#harness.alphabet.call(call);
    const known = BOOTED_OPS.find(({ family, name }) => family === this.#family && name === op)!;
    const result: Result = bootedResult(known, results[at]!);
    const kernel = { result, value: values[at]!, warnings: warningTexts(warnings[at]!) };
    return { call, old, kernel, model: comparePair(this.#harness, call, old).subject };
  }
}

/**
 * Programs of up to 16 ops, seven of eight from a boundary or near one. A batch uses all calls or a random half of them
 * and more (swarm testing), and draws an op first, then its arguments: an op with many of these is no likelier.
 *
 * @param boundaries at least one
 * @param ops of all programs together; the last program is cut to fit
 */
export function randomBatch(
  harness: Harness,
  boundaries: readonly number[],
  ops: number,
  choices: Choices,
): Batch {
  const groups = groupedByOp(harness, swarm(harness, choices));
  const numbers = new Uint16Array(ops);
  const starts: number[] = [];
  const lengths: number[] = [];
  // Marsaglia's xorshift: a choice of `choices` for each op would cost more than the op.
  let state = choices.below(INT_MAX) + 1;
  const below = (bound: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 3) % bound;
  };
  for (let at = 0; at < ops; ) {
    const length = Math.min(1 + below(LONGEST), ops - at);
    const near = boundaries[below(boundaries.length)]!;
    // 7 of 8 at a boundary, a quarter of those up to 8 beside it; the others anywhere.
    starts.push(
      below(8) < 7 ? (near + (below(4) === 0 ? below(16) - 8 : 0)) | 0 : (state << 1) ^ below(2 ** 28),
    );
    lengths.push(length);
    for (const end = at + length; at < end; at++) {
      const group = groups[below(groups.length)]!;
      numbers[at] = group[below(group.length)]!;
    }
  }
  return { starts: Int32Array.from(starts), lengths: Int32Array.from(lengths), ops: numbers };
}

/** The word before each op: the start for the first of a program, else what the op before left. */
function valuesBefore({ starts, lengths }: Batch, values: Int32Array): Int32Array {
  const before = new Int32Array(values.length);
  before.set(values.subarray(0, -1), 1);
  let at = 0;
  for (const [program, start] of starts.entries()) {
    before[at] = start;
    at += lengths[program]!;
  }
  return before;
}

/** Where in a batch each call stands, by call. Counted first: lists of a million places would have to grow. */
function placesByCall(ops: Uint16Array): Map<number, Int32Array> {
  const counts = new Map<number, number>();
  for (const call of ops) counts.set(call, (counts.get(call) ?? 0) + 1);
  const places = new Map([...counts].map(([call, count]) => [call, new Int32Array(count)]));
  const filled = new Map<number, number>();
  for (let at = 0; at < ops.length; at++) {
    const call = ops[at]!;
    const next = filled.get(call) ?? 0;
    places.get(call)![next] = at;
    filled.set(call, next + 1);
  }
  return places;
}
