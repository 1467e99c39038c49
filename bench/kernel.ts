import { Agreement } from '../fuzz/booted/agreement.ts';
import { bootedTarget, familyOf } from '../fuzz/booted/booted-subject.ts';
import { BootedThreadGroup } from '../fuzz/booted/booted-thread-group.ts';
import { KernelSession } from '../fuzz/booted/kernel-session.ts';
import { runBatch } from '../fuzz/booted/sequential.ts';
import { parseProgram } from '../fuzz/case/program-text.ts';
import { RandomChoices } from '../fuzz/program/choices.ts';
import { harnessOf } from '../fuzz/run/harness.ts';
import { stress } from '../fuzz/stress/stress.ts';
import type { BootedFamily } from '../targets/booted/booted-ops.ts';
import { findInstallation } from '../targets/booted/installation.ts';
import { readKernel } from '../targets/c/build/kernel-tree.ts';
import { builtInFiles } from '../targets/target/built-in-targets.ts';
import { readTarget } from '../targets/target/read-target.ts';

/**
 * How fast a booted kernel runs programs, and whether ten million random ops do as the C of the same release does.
 * Usage: node dist/bench/kernel.js PATH, the source of the release that is booted.
 */
const path = process.argv[2];
if (path === undefined) {
  console.error('usage: node dist/bench/kernel.js PATH, a kernel tree or a linux-source archive');
  process.exit(2);
}
const tree = await readKernel(path);
const file = builtInFiles().find((one) => one.endsWith('/kernel-vs-model.yaml'))!;
const target = await readTarget(file, { kernel: tree });

const OPS = 1 << 20;
const OPS_OF_PROGRAM = 8;
const BATCHES = 10;
const started = performance.now();
const kernels = new KernelSession(findInstallation({}));
const kernel = await kernels.kernel();
const seconds = (from: number) => (performance.now() - from) / 1000;
console.log(`Linux ${kernel.release}, ${kernel.cpus} processors; up after ${seconds(started).toFixed(1)} s`);

function millions(count: number, inSeconds: number): string {
  return `${(count / inSeconds / 1e6).toFixed(2).padStart(7)} M/s`;
}

/** Batches of programs of eight ops, the best of five. */
async function measure(
  title: string,
  family: BootedFamily,
  start: number,
  names: readonly string[],
): Promise<void> {
  const calls = Int32Array.from(names.flatMap((name) => [kernel.opNumber(family, name)!, 0, 0]));
  const programs = OPS / OPS_OF_PROGRAM;
  const batch = {
    starts: new Int32Array(programs).fill(start),
    lengths: new Int32Array(programs).fill(OPS_OF_PROGRAM),
    ops: Uint16Array.from({ length: OPS }, (_, at) => at % names.length),
  };
  let guest = Number.POSITIVE_INFINITY;
  let whole = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 5; turn++) {
    const from = performance.now();
    const end = await runBatch(kernel, calls, batch);
    if (end.kind === 'died') throw new Error(end.death.how);
    guest = Math.min(guest, end.histories.nanoseconds / 1e9);
    whole = Math.min(whole, seconds(from));
  }
  const rates = `${millions(OPS, guest)} ops in the guest ${millions(OPS, whole)} with the way there and back`;
  console.log(`  ${title.padEnd(34)} ${rates} ${millions(programs, whole)} programs`);
}

console.log('\nsequential programs of eight ops');
await measure('refcount_t, healthy', 'refcount', 1000, ['inc', 'dec_and_test', 'inc_not_zero', 'read']);
await measure('refcount_t, every op warns', 'refcount', 0, ['inc']);
await measure('atomic_t', 'atomic', 0, ['inc', 'dec_and_test', 'inc_not_zero', 'read']);

const harness = harnessOf(bootedTarget(target, kernel.ops));
const agreement = new Agreement(harness, familyOf(target.subject)!);
const from = performance.now();
let [ops, programs, different, guest] = [0, 0, 0, 0];
for (let round = 0; round < BATCHES; round++) {
  const end = await agreement.run(kernel, new RandomChoices(1, round), () => {});
  if (end.kind === 'died') throw new Error(end.death.how);
  ops += end.ops;
  programs += end.programs;
  different += end.different;
  guest += end.nanoseconds / 1e9;
}
console.log(`\nrandom programs, made, run and held against the C of ${tree.version ?? path}`);
console.log(`  ${ops} ops of ${programs} programs: ${different} differ`);
console.log(
  `  ${millions(ops, guest)} ops in the guest ${millions(ops, seconds(from))} with all ${millions(programs, seconds(from))} programs`,
);

console.log('\nraces on two processors');
for (const text of ['0: inc | read', '1000: inc | dec_and_test', '1: dec, inc | dec_not_one, read']) {
  const program = parseProgram(harness, text);
  const threadGroup = new BootedThreadGroup(kernels, 'refcount');
  const began = performance.now();
  const races = stress(
    harness,
    { hire: async () => threadGroup },
    { seed: 1, programs: [program], cellsPerProgram: OPS },
  );
  for await (const { runs, outcomes } of races) {
    const windows = outcomes.filter(({ standing }) => standing === 'window');
    const inWindows = windows.reduce((sum, { count }) => sum + count, 0);
    const unreachable = outcomes.filter(({ standing }) => standing === 'unreachable').length;
    const rate = (runs / seconds(began) / 1000).toFixed(0);
    console.log(
      `  ${text.padEnd(34)} ${runs} runs, ${rate} k/s; ${inWindows} in a window, ${unreachable} outcomes unreachable`,
    );
  }
}
await kernels.close();
