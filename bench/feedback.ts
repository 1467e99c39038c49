/**
 * Does it help to mutate programs that did something new? For each target, and with and without feedback from the same
 * seeds: the time until all signatures of the corpus have been met.
 *
 *     node dist/bench/feedback.js [target…] [--seeds n] [--limit seconds]
 */
import { parseArgs } from 'node:util';
import { campaignOf } from '../fuzz/campaign/campaign.ts';
import { knownCases } from '../fuzz/case/corpus.ts';
import { harnessOf } from '../fuzz/run/harness.ts';
import { loadBuiltInTargets } from '../targets/target/built-in-targets.ts';
import type { Target } from '../targets/target/target.ts';

const { values, positionals } = parseArgs({
  options: { seeds: { type: 'string', default: '5' }, limit: { type: 'string', default: '60' } },
  allowPositionals: true,
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, at) => at + 1);
const limit = 1000 * Number(values.limit);

interface Reached {
  readonly seconds: number;
  readonly missing: number;
}

/** Runs until every signature is met. Signatures are all known, so that nothing is minimised. */
function reachAll(target: Target, signatures: ReadonlySet<string>, seed: number, feedback: boolean): Reached {
  const campaign = campaignOf(harnessOf(target), { seed, known: signatures, feedback });
  // Time of the processor: the machine may have other work.
  const started = process.cpuUsage();
  const missing = () => [...signatures].filter((signature) => !campaign.hits.has(signature)).length;
  for (;;) {
    for (const _ of campaign.batch());
    const { user, system } = process.cpuUsage(started);
    const seconds = (user + system) / 1e6;
    if (missing() === 0 || seconds * 1000 > limit) return { seconds, missing: missing() };
  }
}

function text(runs: readonly Reached[]): string {
  const sorted = runs.map(({ seconds }) => seconds).sort((one, other) => one - other);
  const failed = runs.filter(({ missing }) => missing > 0).length;
  const median = sorted[Math.floor(sorted.length / 2)]!;
  const slowest = sorted.at(-1)!;
  return `${median.toFixed(2)} (${slowest.toFixed(2)})${failed > 0 ? `, ${failed} not` : ''}`;
}

console.log('| target | signatures | random: median s (slowest) | feedback: median s (slowest) |');
console.log('|---|---|---|---|');
for (const target of loadBuiltInTargets()) {
  if (positionals.length > 0 && !positionals.includes(target.name)) continue;
  const signatures = new Set(knownCases('corpus', target.name).keys());
  if (signatures.size === 0) continue;
  const [random, feedback] = [false, true].map((on) =>
    seeds.map((seed) => reachAll(target, signatures, seed, on)),
  );
  console.log(`| ${target.name} | ${signatures.size} | ${text(random!)} | ${text(feedback!)} |`);
}
