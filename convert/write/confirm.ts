import { Scope } from '../../fuzz/check/scope.ts';
import { schemeComparison } from '../../fuzz/judge/compare-schemes.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import { isOfOrder } from '../../oracles/lifetime.ts';
import type { CSource } from '../../targets/c/build/source-files.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { mismatches, mismatchText } from '../../targets/target/interfaces.ts';
import { askedFor, withUses } from '../../targets/target/memory.ts';
import { schemeFrom } from '../module/compile.ts';
import { type ConversionData, originalOf } from '../module/switched-scheme.ts';
import { baseHarness } from '../search/decide.ts';

/** Every op against every other: what goes wrong in writing goes wrong there. */
const SMALL = { threads: 2, ops: 1 };

/**
 * What is against code that is to be written: that it does something else, that it leaves something out of order which no
 * interleaving shows, or that it was not compared in all small programs.
 */
export type NotWritten =
  | { readonly why: string }
  | { readonly order: string }
  | { readonly left: number; readonly of: number };

/**
 * Compiles the code that is to be written, and compares it with the original in small programs. What was proved is a module with
 * switches; that the text says the same is another matter, and a source in a style that nobody has thought of shows here.
 *
 * @param source the files as they are to be written
 * @param isOver whether the time that the user gave is up: what there is no time for is counted
 * @returns what is against it; undefined where nothing is
 */
export async function againstWriting(
  data: ConversionData,
  source: CSource,
  limit: number,
  isOver: () => boolean = () => false,
): Promise<NotWritten | undefined> {
  const reference = { ...originalOf(data), name: 'before' };
  try {
    const subject = { ...askedFor(await schemeFrom(source), data.memory), name: 'after' };
    const found = mismatches({ reference, subject });
    if (found.length > 0) return { why: mismatchText(found) };
    const target = { ...baseHarness(reference).target, reference, subject };
    const harness = harnessOf(data.memory === 'kernel' ? target : withUses(target));
    const comparison = schemeComparison(harness, limit);
    const scope = new Scope(harness, SMALL);
    for (let number = 0; number < scope.programs; number++) {
      if (isOver()) return { left: scope.programs - number, of: scope.programs };
      const answer = comparison.compare(scope.program(number));
      const harm = [...(answer?.divergences.values() ?? [])].find(({ divergence }) =>
        ['breaks', 'misses', 'false-alarm'].includes(divergence.judgement),
      );
      if (!harm) continue;
      const { kind, op } = harm.divergence;
      const isOfSc = data.memory !== 'kernel' && isOfOrder(kind);
      return isOfSc ? { order: `${kind} in ${op}` } : { why: `${kind} of ${op} in a program of two ops` };
    }
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return { why: error.message };
    throw error;
  }
}
