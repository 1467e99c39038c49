import { Bench } from 'tinybench';
import { allowInlining } from '../fuzz/run/inlining.ts';

/** What is measured: a name, how many units one call does, and the call. */
export type Row = readonly [name: string, perCall: number, call: () => void];

/**
 * Prints how fast the rows are: the median of some seconds' worth of calls. Absolute figures move with the machine; the
 * ratio to the first row of the group does not, and is what to compare between versions.
 */
export async function measure(title: string, unit: string, rows: readonly Row[]) {
  allowInlining();
  const bench = new Bench({ time: 2_000, iterations: 3, warmupTime: 500, warmupIterations: 1 });
  for (const [name, , call] of rows) bench.add(name, call);
  await bench.run();
  console.log(`\n${title}`);
  const rates = bench.tasks.map((task, row) => {
    const { result } = task;
    const median = 'latency' in result ? result.latency.p50 : Number.NaN;
    return (rows[row]![1] / median) * 1000;
  });
  for (const [row, rate] of rates.entries()) {
    const ratio = row === 0 ? '' : `  ${(rate / rates[0]!).toFixed(2)} x the first`;
    console.log(`  ${rows[row]![0].padEnd(44)} ${inUnits(rate, unit)}${ratio}`);
  }
}

/** Millions or thousands a second for what is fast, milliseconds each for what is slow. */
function inUnits(rate: number, unit: string): string {
  if (rate >= 1e5) return `${(rate / 1e6).toFixed(2).padStart(9)} M ${unit}/s`;
  if (rate >= 1e4) return `${(rate / 1e3).toFixed(1).padStart(9)} k ${unit}/s`;
  return `${(1000 / rate).toFixed(1).padStart(9)} ms each`;
}
