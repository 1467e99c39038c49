import type { BootedKernel, Death } from '../../targets/booted/booted-kernel.ts';
import type { BootedFamily } from '../../targets/booted/booted-ops.ts';
import { Command, SEQUENTIAL, Status, WORDS_PER_CALL } from '../../targets/booted/protocol.ts';
import type { Alphabet } from '../program/alphabet.ts';

/**
 * Programs of one thread, back to back. Ops are numbers of calls. `1: inc, read` and `0: inc`, with `inc` as call 0 and
 * `read` as call 24, are starts 1 0, lengths 2 1, ops 0 24 0.
 */
export interface Batch {
  readonly starts: Int32Array;
  /** How many ops each program has. Their sum is the length of `ops`, at most MOST_OPS_OF_BATCH. */
  readonly lengths: Int32Array;
  readonly ops: Uint16Array;
}

/** What the ops of a batch did, in their order. */
export interface Histories {
  /** 0 and 1 for a truth value, 0 for nothing. */
  readonly results: Int32Array;
  /** The word after each op. */
  readonly values: Int32Array;
  /** Codes for `BootedKernel.warningTexts`. */
  readonly warnings: Uint8Array;
  /** What the batch took in the guest. */
  readonly nanoseconds: number;
}

/** How a batch ended: with what its ops did, or with the death of the guest. */
export type BatchEnd =
  | { readonly kind: 'done'; readonly histories: Histories }
  | { readonly kind: 'died'; readonly death: Death };

/**
 * Runs programs in a booted kernel. The counter is set before the first op of each, so none sees another.
 *
 * @param calls the words of each call: see `bootedCalls`
 * @throws Error when the guest refuses the batch: a bug on this side, or a batch that is too large
 */
export async function runBatch(kernel: BootedKernel, calls: Int32Array, batch: Batch): Promise<BatchEnd> {
  const { starts, lengths, ops } = batch;
  const words: number[] = [];
  words[SEQUENTIAL.calls] = calls.length / WORDS_PER_CALL;
  words[SEQUENTIAL.programs] = starts.length;
  words[SEQUENTIAL.ops] = ops.length;
  const reply = await kernel.ask(Command.SEQUENTIAL, words, [calls, starts, lengths, ops]);
  if (reply.kind === 'died') return reply;
  if (reply.status !== Status.OK) throw new Error(`internal: the guest refused a batch (${reply.status})`);
  const count = ops.length;
  // 4 + 4 + 1 bytes for an op, as three arrays.
  const results = kernel.read(new Int32Array(count), 0);
  const values = kernel.read(new Int32Array(count), count * 4);
  const warnings = kernel.read(new Uint8Array(count), count * 8);
  return { kind: 'done', histories: { results, values, warnings, nanoseconds: reply.nanoseconds } };
}

/**
 * The calls of an alphabet as a booted kernel has them; where they stand in the array is their number.
 *
 * @returns `isThere` is false for a call whose op the kernel lacks; its words are those of the first op, so it must not
 *   be run
 */
export function bootedCalls(
  kernel: Pick<BootedKernel, 'opNumber'>,
  family: BootedFamily,
  alphabet: Alphabet,
): { readonly words: Int32Array; readonly isThere: readonly boolean[] } {
  const words = new Int32Array(alphabet.size * WORDS_PER_CALL);
  const isThere: boolean[] = [];
  for (let id = 0; id < alphabet.size; id++) {
    const { op, a, b } = alphabet.call(id);
    const number = kernel.opNumber(family, op);
    isThere.push(number !== undefined);
    words.set([number ?? 0, a, b], id * WORDS_PER_CALL);
  }
  return { words, isThere };
}
