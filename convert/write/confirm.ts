import { Scope } from '../../fuzz/check/scope.ts';
import { schemeComparison } from '../../fuzz/judge/compare-schemes.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import type { CSource } from '../../targets/c/build/source-files.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { mismatches, mismatchText } from '../../targets/target/interfaces.ts';
import { askedFor } from '../../targets/target/memory.ts';
import { schemeFrom } from '../module/compile.ts';
import { type ConversionData, originalOf } from '../module/switched-scheme.ts';
import { baseHarness } from '../search/decide.ts';

/** Every op against every other: what goes wrong in writing goes wrong there. */
const SMALL = { threads: 2, ops: 1 };

/**
 * Compiles the code that is to be written, and compares it with the original in small programs. What was proved is a module with
 * switches; that the text says the same is another matter, and a source in a style that nobody has thought of shows here.
 *
 * @param source the files as they are to be written
 * @returns why it must not be written; undefined where nothing is against it
 */
export async function whyNotWritten(
  data: ConversionData,
  source: CSource,
  limit: number,
): Promise<string | undefined> {
  const reference = { ...originalOf(data), name: 'before' };
  try {
    const subject = { ...askedFor(await schemeFrom(source), data.memory), name: 'after' };
    const found = mismatches({ reference, subject });
    if (found.length > 0) return mismatchText(found);
    const harness = harnessOf({ ...baseHarness(reference).target, reference, subject });
    const comparison = schemeComparison(harness, limit);
    const scope = new Scope(harness, SMALL);
    for (let number = 0; number < scope.programs; number++) {
      const answer = comparison.compare(scope.program(number));
      const harm = [...(answer?.divergences.values() ?? [])].find(({ divergence }) =>
        ['breaks', 'misses', 'false-alarm'].includes(divergence.judgement),
      );
      if (harm) return `${harm.divergence.kind} of ${harm.divergence.op} in a program of two ops`;
    }
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}
