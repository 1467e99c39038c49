import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import { withoutMemory } from '../../targets/target/memory.ts';
import { sideNames } from '../../targets/target/sides.ts';
import { STATE_LIMIT } from '../explore/explorer.ts';
import { schemeComparison } from '../judge/compare-schemes.ts';
import type { SchemeComparison } from '../judge/scheme-answer.ts';
import type { Program } from '../program/program.ts';
import { inAlphabetOf } from '../run/alphabets.ts';
import { type Harness, harnessOf } from '../run/harness.ts';
import type { Cause } from './cause.ts';
import { CauseRecords } from './cause-records.ts';
import { fenceRepair } from './fence-repair.ts';

/**
 * Causes of what only memory orders show: the ops that would have to be more strongly ordered, and how. So the missing acquire
 * of refcount/v4.11 is `dec_and_test-without-acquire`, wherever it is met.
 */
export class OrderCauses {
  readonly #harness: Harness;
  readonly #records: CauseRecords;
  /** The same two protocols without any account of orders; made when it is first needed. */
  #plain: { readonly harness: Harness; readonly comparison: SchemeComparison } | undefined;

  constructor(harness: Harness) {
    this.#harness = harness;
    this.#records = new CauseRecords(sideNames(harness.target).reference);
  }

  /** @returns undefined for a divergence that shows without orders */
  causeOf(divergence: Divergence, program: Program): Cause | undefined {
    if (this.#harness.target.memory === undefined || !this.#isOfOrder(divergence, program)) return undefined;
    const edits = fenceRepair(this.#harness, program, divergence);
    if (!edits) return this.#records.joint([divergence.op], 'order', 'out-of-order');
    const ops = [...new Set(edits.map(({ op }) => op))].sort();
    const strengths = [...new Set(edits.map(({ strength }) => strength))].sort();
    const missing = strengths.map((strength) => (strength === 'full' ? 'full-order' : strength));
    return this.#records.joint(ops, 'order', `without-${missing.join('-and-')}`);
  }

  /** Of schemes the signature does not say which fact it was: what interleavings alone show is none of order. */
  #isOfOrder(divergence: Divergence, program: Program): boolean {
    const { kind } = divergence;
    if (kind === 'race' || kind === 'unordered-free') return true;
    if (this.#harness.target.subject.kind === 'counter') return false;
    if (!this.#plain) {
      const harness = harnessOf(withoutMemory(this.#harness.target));
      this.#plain = { harness, comparison: schemeComparison(harness, STATE_LIMIT) };
    }
    const { harness, comparison } = this.#plain;
    const answer = comparison.compare(inAlphabetOf(harness, program, this.#harness));
    return answer !== undefined && !answer.divergences.has(signatureOf(divergence));
  }
}
