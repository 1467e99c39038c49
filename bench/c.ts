import { campaignOf } from '../fuzz/campaign/campaign.ts';
import { ScopeChecker } from '../fuzz/check/check-scope.ts';
import { RandomChoices } from '../fuzz/program/choices.ts';
import { harnessOf } from '../fuzz/run/harness.ts';
import { DirectLockstep } from '../fuzz/sweep/direct-lockstep.ts';
import { readKernel } from '../targets/c/build/kernel-tree.ts';
import type { Counter } from '../targets/subject/subject.ts';
import { builtInFiles } from '../targets/target/built-in-targets.ts';
import { readTarget } from '../targets/target/read-target.ts';
import { measure } from './measure.ts';

/** What a kernel's own C costs beside the model of it. Usage: node dist/bench/c.js PATH, a kernel tree. */
const path = process.argv[2];
if (path === undefined) {
  console.error('usage: node dist/bench/c.js PATH, a kernel tree or a linux-source archive');
  process.exit(2);
}
const kernel = await readKernel(path);
const open = async (name: string) => {
  const file = builtInFiles().find((one) => one.endsWith(`/${name}.yaml`))!;
  return readTarget(file, { kernel });
};

const target = await open('kernel-vs-model');
const harness = harnessOf(target);
const { direct } = target.subject as Counter;
const code = direct!;
const lockstep = DirectLockstep.of(harness)!;
const choices = new RandomChoices(1, 0);
const COUNT = 1024;
const calls = harness.calls.map((call) => harness.alphabet.call(call));

/** A batch of each call on values from the whole number line; both figures are of ops, that is of pairs. */
function batches(): void {
  for (const { op, a, b } of calls) {
    for (let at = 0; at < COUNT; at++) code.values[at] = Math.imul(at, 0x9e3779b1);
    code.batch(op, a, b, COUNT);
  }
}
await measure('lockstep of the kernel’s C', 'ops', [
  ['the C alone, values made anew', calls.length * COUNT, batches],
  [
    'against the model, compared',
    64 * COUNT,
    () => {
      for (let batch = 0; batch < 64; batch++) {
        lockstep.batch(harness.calls[choices.below(harness.calls.length)]!, choices, () => {});
      }
    },
  ],
]);

const size = { threads: 2, ops: 1 };
const model = new ScopeChecker(harnessOf(await open('refcount-v5.5')), size, 400_000);
const compiled = new ScopeChecker(harnessOf(await open('kernel-vs-atomic')), size, 400_000);
const { programs } = model.scope;
await measure('check, 2 threads x 1 op, one core', 'programs', [
  ['the model against atomic_t', programs, () => void model.check(0, programs)],
  ['the kernel’s C against atomic_t', programs, () => void compiled.check(0, programs)],
]);

const ITERATIONS = 500;
const campaign = (of: typeof harness) => () => {
  const running = campaignOf(of, { seed: 1, known: new Set() });
  for (let iteration = 1; iteration < ITERATIONS; iteration++) {
    // Iterations of lockstep are measured above.
    if (iteration % 16 !== 0) for (const _ of running.iterate(iteration));
  }
};
await measure('fuzz, programs of several threads, from nothing', 'iterations', [
  ['the model against atomic_t', ITERATIONS, campaign(harnessOf(await open('refcount-v5.5')))],
  ['the kernel’s C against atomic_t', ITERATIONS, campaign(harnessOf(await open('kernel-vs-atomic')))],
]);
