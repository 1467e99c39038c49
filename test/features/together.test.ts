import { expect, test } from 'vitest';
import type { ExplorerOptions } from '../../fuzz/explore/explorer.ts';
import type { Program } from '../../fuzz/program/program.ts';
import { kindOfThread } from '../../fuzz/run/alike-threads.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { Machine } from '../../fuzz/run/machine.ts';
import { smallTarget } from '../small-schemes.ts';
import { oneIn, sampleOf } from '../thorough.ts';
import { endsOf, unordered } from './ends.ts';
import { feature, verdictOf } from './features.ts';
import { filesOf, PAIRS } from './pairs.ts';

test.each(filesOf('together'))('%s is sound', async (file) => {
  expect(verdictOf(await feature(`together/${file}.c`))).toBe('sound');
});

test.each(oneIn(3, PAIRS.together))(`%s: %s is found, ${sampleOf(3)}`, async (file, defect, found) => {
  expect(verdictOf(await feature(`together/${file}.c`, defect))).toBe(found);
});

/** Every program of two threads of two ops each from each state, and every one of three threads with one op. */
function programsOf({ target, calls }: Harness): Program[] {
  const pairs = calls.flatMap((one) => calls.map((other) => [one, other]));
  const threads = [
    ...pairs.flatMap((one) => pairs.map((other) => [one, other])),
    ...pairs.flatMap((pair) => calls.map((call) => [...pair.map((one) => [one]), [call]])),
  ];
  return target.initial.flatMap((start) => threads.map((list) => ({ start, threads: list })));
}

// The slow twin, which takes no two threads for alike and every access as it comes, must come to the same ends.
test.each([
  ['holds/thread-local', 'SHALLOW'],
  ['holds/per-cpu', 'BLIND'],
  ['together/per-cpu-own', 'EACH'],
  ['together/timer-own', undefined],
  ['together/pair-store', 'UNLOCKED'],
  ['together/weight-by-rcu', 'HASTY'],
])('%s %s comes to the same with each reduction and without', async (file, defect) => {
  const harness = harnessOf(
    smallTarget(await feature(`${file}.c`, ...(defect === undefined ? [] : [defect]))),
  );
  const facts = new Set<string>();
  for (const program of programsOf(harness)) {
    const ends = (options: ExplorerOptions) => endsOf(new Machine(harness.subject), program, options);
    const all = ends({});
    const kinds = program.threads.map(
      (calls, thread) => `${kindOfThread(harness.target, program.start, thread)} ${calls.join()}`,
    );
    const merged = unordered(all, kinds);
    expect(ends({ eager: true })).toEqual(all);
    expect(unordered(ends({ symmetry: true }), kinds)).toEqual(merged);
    expect(unordered(ends({ symmetry: true, eager: true }), kinds)).toEqual(merged);
    for (const end of all) if (/[a-z]+-[a-z-]+$|leak$/.test(end)) facts.add(end);
  }
  expect(facts.size > 0).toBe(defect !== undefined);
});
