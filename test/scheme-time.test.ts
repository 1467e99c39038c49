import { expect, test } from 'vitest';
import { schemeComparison } from '../fuzz/judge/compare-schemes.ts';
import { harnessOf } from '../fuzz/run/harness.ts';
import { Cancel } from '../targets/subject/later.ts';
import type { RcuObject } from '../targets/subject/rcu-object.ts';
import type { Scheme, SchemeOp } from '../targets/subject/subject.ts';

function op(run: (object: RcuObject) => unknown): SchemeOp {
  return { role: 'other', run: (object) => (run(object) === true ? 'granted' : 'void') };
}

const [CALLBACK, WORK, TIMER, NEXT] = [0, 1, 2, 3];
const QUEUE = 7;

/** Every access of time, in ops of few accesses. Nothing of it is sound: what matters is that all of it can meet. */
const ALL: Scheme = {
  kind: 'scheme',
  name: 'all-of-time',
  about: 'made for this test',
  bias: 0,
  words: [{ name: 'flag', isInObject: false }],
  states: { one: { count: 1, list: 1, holders: [] } },
  time: {
    later: [
      { name: 'call', kind: 'rcu' },
      { name: 'work', kind: 'work' },
      { name: 'timer', kind: 'timer' },
      { name: 'next', kind: 'reuse' },
    ],
    waitsForReaders: true,
    srcu: 1,
    sleeps: true,
    isTypesafe: true,
  },
  ops: {
    queue: op(({ later }) => later.arm(WORK, true)),
    cancel: op(({ later }) => {
      const was = later.cancel(WORK, Cancel.DISABLE, true);
      later.cancel(WORK, Cancel.WHILE_IDLE | Cancel.ENABLE, true);
      return was;
    }),
    flush: op(({ later }) => {
      if (!later.flushBegin(WORK, true)) return false;
      later.flushEnd(WORK);
      return true;
    }),
    arm: op(({ later }) => later.arm(TIMER, false)),
    stop: op(({ later }) => later.cancel(TIMER, Cancel.WHILE_IDLE | Cancel.SHUT, false)),
    call: op(({ rcu }) => rcu.call(0, CALLBACK, 64)),
    barrier: op(({ later }) => {
      if (later.flushBegin(-1, false)) later.flushEnd(-1);
    }),
    synchronize: op(({ later }) => {
      later.synchronizeBegin(0);
      later.synchronizeEnd(0);
      later.synchronizeBegin(1);
      later.synchronizeEnd(1);
    }),
    read: op(({ rcu, later, use }) => {
      rcu.readLock();
      later.srcuLock(1);
      use();
      later.srcuUnlock(1);
      rcu.readUnlock();
    }),
    sleep: op(({ later, words }) => {
      later.sleepBegin(QUEUE, false);
      if (words[0]!.load() === 1) later.sleepEnd(false);
      else later.sleep();
    }),
    wake: op(({ later, words }) => {
      words[0]!.store(1);
      later.wake(QUEUE, false);
    }),
    free: op(({ list, free }) => {
      if (list.exchange(0) === 0) return false;
      free();
      return true;
    }),
  },
  callback({ later, words, count, use }, which) {
    if (which === CALLBACK) words[0]!.store(1);
    if (which === WORK) use();
    if (which === TIMER && count.fetchAdd(1) < 2) later.arm(TIMER, false);
    if (which === NEXT) count.store(5);
  },
};

const OPS = Object.keys(ALL.ops);
const harness = harnessOf({
  name: 'time',
  about: 'made for this test',
  reference: ALL,
  subject: { ...ALL, name: 'again' },
  threads: 3,
  ops: OPS,
  initial: ['one'],
  arguments: [],
  oracles: ['outcomes', 'lifetime'],
});
const id = (name: string) => harness.alphabet.id(name);

/** What a program can come to: results of threads in any order, where those are alike, and the facts. */
function outcomes(threads: readonly (readonly string[])[], reduced: boolean) {
  const options = reduced ? { symmetry: true, eager: true } : { symmetry: false, eager: false };
  const program = { start: 'one', threads: threads.map((ops) => ops.map(id)) };
  const can = schemeComparison(harness, 200_000, options).referenceCan(program)!;
  const texts = threads.map((ops) => ops.join());
  const rows = can.results.map((row) =>
    [...row.keys()]
      .map((at) => `${texts[at]} ${row[at]}`)
      .sort()
      .join(),
  );
  return { results: [...new Set(rows)].sort(), facts: can.facts };
}

test('neither symmetry nor partial-order reduction loses anything that two threads can do', () => {
  const programs = OPS.flatMap((one) => OPS.map((other) => [[one], [other]]));
  for (const program of programs)
    expect(outcomes(program, true), JSON.stringify(program)).toEqual(outcomes(program, false));
});

test.each([
  [['read'], ['read'], ['synchronize']],
  [['queue'], ['queue'], ['flush']],
  [['sleep'], ['sleep'], ['wake']],
  [
    ['queue', 'cancel'],
    ['queue', 'cancel'],
  ],
  [
    ['read', 'free'],
    ['read', 'free'],
  ],
  [['synchronize'], ['synchronize'], ['read']],
  [
    ['arm', 'stop'],
    ['arm', 'stop'],
  ],
])('nor what %j, %j and %j can do', (...program) => {
  const threads = program.filter((ops) => ops !== undefined);
  expect(outcomes(threads, true)).toEqual(outcomes(threads, false));
});
