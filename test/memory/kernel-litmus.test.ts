import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { readLitmusTest } from '../../fuzz/litmus/read-test.ts';
import { runLitmusTest } from '../../fuzz/litmus/run-test.ts';
import { readArchive } from '../../targets/c/build/kernel-archive.ts';

/*
 * The kernel's own litmus tests, from Debian's package linux-source-6.12, each against the Result: in its comment. The
 * first list is all of tools/memory-model/litmus-tests.
 */

const ARCHIVE = '/usr/src/linux-source-6.12.tar.xz';

const OF_THE_MODEL = [
  'CoRR+poonceonce+Once',
  'CoRW+poonceonce+Once',
  'CoWR+poonceonce+Once',
  'CoWW+poonceonce',
  'IRIW+fencembonceonces+OnceOnce',
  'IRIW+poonceonces+OnceOnce',
  'ISA2+pooncelock+pooncelock+pombonce',
  'ISA2+poonceonces',
  'ISA2+pooncerelease+poacquirerelease+poacquireonce',
  'LB+fencembonceonce+ctrlonceonce',
  'LB+poacquireonce+pooncerelease',
  'LB+poonceonces',
  'LB+unlocklockonceonce+poacquireonce',
  'MP+fencewmbonceonce+fencermbonceonce',
  'MP+onceassign+derefonce',
  'MP+polockmbonce+poacquiresilsil',
  'MP+polockonce+poacquiresilsil',
  'MP+polocks',
  'MP+poonceonces',
  'MP+pooncerelease+poacquireonce',
  'MP+porevlocks',
  'MP+unlocklockonceonce+fencermbonceonce',
  'R+fencembonceonces',
  'R+poonceonces',
  'S+fencewmbonceonce+poacquireonce',
  'S+poonceonces',
  'SB+fencembonceonces',
  'SB+poonceonces',
  'SB+rfionceonce-poonceonces',
  'WRC+poonceonces+Once',
  'WRC+pooncerelease+fencermbonceonce+Once',
  'Z6.0+pooncelock+poonceLock+pombonce',
  'Z6.0+pooncelock+pooncelock+pombonce',
  'Z6.0+pooncerelease+poacquirerelease+fencembonceonce',
  'dep+plain',
].map((name) => `tools/memory-model/litmus-tests/${name}.litmus`);

const OF_THE_DOCUMENTATION = [
  'atomic/Atomic-RMW+mb__after_atomic-is-stronger-than-acquire',
  'atomic/Atomic-RMW-ops-are-atomic-WRT-atomic_set',
  'atomic/cmpxchg-fail-ordered-1',
  'atomic/cmpxchg-fail-ordered-2',
  'atomic/cmpxchg-fail-unordered-1',
  'atomic/cmpxchg-fail-unordered-2',
  'locking/DCL-broken',
  'locking/DCL-fixed',
  'locking/RM-broken',
  'locking/RM-fixed',
  'rcu/RCU+sync+free',
  'rcu/RCU+sync+read',
].map((name) => `Documentation/litmus-tests/${name}.litmus`);

/** In CI the package is installed, and nothing is left out. */
const isSkipped = !existsSync(ARCHIVE) && !process.env.CI;

const ALL = [...OF_THE_MODEL, ...OF_THE_DOCUMENTATION];
describe.skipIf(isSkipped)("the kernel's own litmus tests (skipped without linux-source-6.12)", () => {
  let found: ReadonlyMap<string, string>;

  beforeAll(async () => {
    found = await readArchive(ARCHIVE, ALL, (files) => files.size === ALL.length);
  }, 300_000);

  test('there are 35 tests of the model, and the archive has them', () => {
    expect(OF_THE_MODEL).toHaveLength(35);
    expect([...found.keys()].sort()).toEqual([...ALL].sort());
  });

  test.each(ALL)('%s', (path) => {
    const read = readLitmusTest(path, found.get(path)!);
    const { observation } = runLitmusTest(read, 100_000);
    expect(observation).toBe(read.expected?.observation);
  });
});
