import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { causeText } from '../../export/report/cause-text.ts';
import { programOf } from '../../fuzz/case/program-text.ts';
import type { Cause } from '../../fuzz/cause/cause.ts';
import { causesOf } from '../../fuzz/cause/causes-of.ts';
import { ScopeChecker } from '../../fuzz/check/check-scope.ts';
import { STATE_LIMIT } from '../../fuzz/explore/explorer.ts';
import { deciderOf } from '../../fuzz/judge/decide.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { inetPeerBiased } from '../../targets/schemes/inet-peer.ts';
import type { Scheme, Subject } from '../../targets/subject/subject.ts';
import { readPair } from '../../targets/target/read-target.ts';
import type { Target } from '../../targets/target/target.ts';
import { targetLike, targetWith } from '../mutants/campaigns.ts';
import { MUTANTS } from '../mutants/mutants.ts';
import { oneIn, sampleOf } from '../thorough.ts';

type Shown = ReturnType<ScopeChecker['check']>['signatures'];
const SHOWN = new WeakMap<Subject, Shown>();

/** All that two threads of two ops show, each by its smallest program. */
function shownBy(harness: Harness): Shown {
  const { subject } = harness.target;
  const known = SHOWN.get(subject);
  if (known) return known;
  const checker = new ScopeChecker(harness, { threads: 2, ops: 2 }, STATE_LIMIT);
  const { signatures } = checker.check(0, checker.scope.programs);
  SHOWN.set(subject, signatures);
  return signatures;
}

/** Their causes, by name; each with the signatures that it explains. */
function causesIn(target: Target, base?: Scheme): Map<string, { cause: Cause; signatures: string[] }> {
  const harness = harnessOf(target);
  const finder = causesOf(harness, base);
  const causes = new Map<string, { cause: Cause; signatures: string[] }>();
  for (const [signature, { divergence, program }] of Object.entries(shownBy(harness))) {
    const cause = finder.causeOf(divergence, programOf(harness, program));
    const known = causes.get(cause.name)?.signatures ?? [];
    causes.set(cause.name, { cause, signatures: [...known, signature] });
  }
  return causes;
}

const namesIn = (target: Target, base?: Scheme) => [...causesIn(target, base).keys()].sort();

function changedOps(subject: Scheme, base: Scheme): string[] {
  return Object.keys(subject.ops).filter((op) => subject.ops[op]!.run !== base.ops[op]!.run);
}

const SCHEMES = MUTANTS.filter(({ subject }) => subject.kind === 'scheme');

/** Of the mutants as they are compared with the reference; counts are the reference's. */
const PLACES: Readonly<Record<string, string>> = {
  'inet-peer/gc-without-cmpxchg': 'gc-at-0',
  'inet-peer/gc-without-rcu': 'gc-at-0',
  'inet-peer/lookup-by-inc': 'lookup-at--1',
  'ip-vs-dest/expire-without-grace': 'expire-from-INT_MIN-to-0',
  'inet-peer-biased/put-frees-idle': 'put-at-1',
  // Alone it does what the reference does. Only the lock is given up too early.
  'inet-peer-biased/lock-dropped-early': 'lookup_locked-in-races',
  'inet-peer-biased/idle-is-dead': 'lookup-at-0',
  'inet-peer-biased/gc-without-bias': 'gc-from--1-to-0',
  'ip-vs-dest-now/unbind-frees-at-trash-count': 'unbind-at-2',
  'ip-vs-dest/expire-frees-one-late': 'expire-at-0',
};

describe(`a scheme with one defect has one cause, ${sampleOf(3)}`, () => {
  for (const mutant of oneIn(3, SCHEMES)) {
    const [subject, base] = [mutant.subject as Scheme, mutant.base as Scheme];
    const target = { ...targetWith(mutant, subject), oracles: ['outcomes', 'lifetime'] as const };

    test(`${subject.name}, beside the sound ${base.name}`, () => {
      const causes = [...causesIn(target, base).values()];
      expect(causes.map(({ cause }) => cause.name)).toHaveLength(1);
      // Planted faults share no function with their base, so it is the name of the cause that tells.
      if (base.name !== subject.name.split('/')[0]) return;
      expect(changedOps(subject, base)).toEqual(expect.arrayContaining([...causes[0]!.cause.ops]));
    });

    const place = PLACES[subject.name];
    if (place === undefined) continue;
    test(`${subject.name}, beside the reference: ${place}`, () => expect(namesIn(target)).toEqual([place]));
  }

  test('and all but the one that mixes two protocols are told beside the reference', () => {
    const named = SCHEMES.map(({ subject }) => subject.name).filter((name) => !(name in PLACES));
    expect(named).toEqual(['ip-vs-dest-now/unlink-still-drops']);
  });
});

/** Why each is one, see the tables over the schemes: 0 is idle there, and what refcount_t refuses. */
describe('the targets', () => {
  const expected: Readonly<Record<string, readonly string[]>> = {
    // inc_not_zero refuses an idle peer; inc takes its 0 for dead; dec to 0 saturates; gc never gets from 1 to 0.
    'inet-peer-naive': [
      'gc-at-0',
      'lookup-from-INT_MAX-to-0',
      'lookup_locked-from-INT_MAX-to-0',
      'put-from-INT_MIN-to-1',
    ],
    // As before, but that gc takes a user for the tree: at 1 it claims, at 0 it does not.
    'inet-peer-naive-gc': [
      'gc-from-0-to-1',
      'lookup-from-INT_MAX-to-0',
      'lookup_locked-from-INT_MAX-to-0',
      'put-from-INT_MIN-to-1',
    ],
    // A user is not counted any more: no op of the original fits the others.
    'inet-peer-now': ['gc+lookup+lookup_locked+put-as-a-whole'],
    'inet-peer-biased': [],
    // Three ops of refcount_t: dec in two places, inc in two, dec_and_test in one.
    'ip-vs-dest-naive': [
      'bind+revive-from-INT_MAX-to-0',
      'expire-from-INT_MIN-to-0',
      'unbind+unlink-from-INT_MIN-to-1',
    ],
    'ip-vs-dest-now': [],
  };
  test.each(Object.entries(expected))('%s', (name, causes) => {
    expect(namesIn(targetLike(name))).toEqual(causes);
  });
});

describe('a defect beside the ops', () => {
  const target = targetLike('inet-peer-biased');

  test('in the RCU callback', () => {
    const twice: Scheme = {
      ...inetPeerBiased,
      callback(peer) {
        peer.free();
        peer.free();
      },
    };
    const [cause, ...others] = [...causesIn({ ...target, subject: twice }).values()];
    expect(others).toEqual([]);
    expect(cause?.cause).toMatchObject({ name: 'callback-everywhere', ops: ['callback'] });
  });

  test('in a state that forgets the bias', () => {
    const states = { ...inetPeerBiased.states, two: { ...inetPeerBiased.states.two!, count: 2 } };
    const causes = causesIn({ ...target, subject: { ...inetPeerBiased, states } });
    expect([...causes.keys()]).toEqual(['states-two']);
    expect(causes.get('states-two')!.signatures.length).toBeGreaterThan(5);
  });
});

describe('a cause says what both sides do', () => {
  const told = (target: Target) => [...causesIn(target).values()].map(({ cause }) => causeText(cause));
  const mutant = (name: string) => {
    const found = SCHEMES.find(({ subject }) => subject.name === name)!;
    return { ...targetWith(found, found.subject), oracles: ['outcomes', 'lifetime'] as const };
  };

  test.each([
    [
      'inet-peer/gc-without-rcu',
      'gc parts from inet-peer where the count is 0: it frees the object, inet-peer queues a callback',
    ],
    [
      'inet-peer-biased/put-frees-idle',
      'put parts from inet-peer where the count is 1: it frees the object, inet-peer does not',
    ],
    [
      'inet-peer-biased/idle-is-dead',
      'lookup parts from inet-peer where the count is 0: it is refused and leaves the word as it is, inet-peer is granted and leaves count+1',
    ],
  ])('%s', (name, text) => expect(told(mutant(name))).toEqual([text]));

  test('in words of the protocol, from whatever count', async () => {
    const folder = 'test/verdicts/points/05-store-that-is-read';
    const target = await readPair('pair', join(folder, 'before.c'), join(folder, 'after.c'));
    expect(told(target)).toEqual([
      'put parts from before.c where the count is anything: it leaves 1 in last_seen, before.c leaves 0 in last_seen',
    ]);
  });

  test('and where it is the conversion as a whole', () => {
    expect(told(targetLike('inet-peer-now'))).toEqual([
      'the conversion as a whole parts from inet-peer: it counts something else, in gc, lookup, lookup_locked and put',
    ]);
  });
});

test('two defects are two causes', () => {
  const mutant = (name: string) =>
    SCHEMES.find(({ subject }) => subject.name === `inet-peer-biased/${name}`)!;
  const ops = {
    ...inetPeerBiased.ops,
    put: (mutant('put-frees-idle').subject as Scheme).ops.put!,
    gc: (mutant('gc-without-bias').subject as Scheme).ops.gc!,
  };
  const target = targetLike('inet-peer-biased', { subject: { ...inetPeerBiased, ops } });
  expect(namesIn(target)).toEqual(['gc-from--1-to-0', 'put-at-1']);
});

describe('the causes do not depend on the programs that show them', () => {
  const programsOf = (harness: Harness, ...texts: readonly (readonly [string, ...string[]])[]) =>
    texts.map(([start, ...threads]) => ({
      start,
      threads: threads.map((ops) => ops.split(' ').map((op) => harness.alphabet.parse(op))),
    }));

  test('of one defect', () => {
    const { subject } = SCHEMES.find(({ subject }) => subject.name === 'inet-peer-biased/put-frees-idle')!;
    const harness = harnessOf(targetLike('inet-peer-biased', { subject }));
    const programs = programsOf(
      harness,
      ['one', 'put', 'lookup'],
      ['one', 'put lookup use', 'gc'],
      ['two', 'put', 'put lookup_locked', 'gc'],
      ['idle', 'lookup put', 'gc', 'lookup_locked use'],
    );
    expect(namesOf(harness, programs)).toEqual(new Set(['put-at-1']));
  });

  test('of several, any of which is enough for a divergence', () => {
    const harness = harnessOf(targetLike('inet-peer-naive-gc'));
    const programs = programsOf(
      harness,
      ['one', 'put use', 'put gc', 'gc lookup'],
      ['one', 'put', 'lookup_locked'],
    );
    expect([...namesOf(harness, programs)].sort()).toEqual([
      'gc-from-0-to-1',
      'lookup-from-INT_MAX-to-0',
      'lookup_locked-from-INT_MAX-to-0',
      'put-from-INT_MIN-to-1',
    ]);
  });
});

function namesOf(
  harness: Harness,
  programs: readonly Parameters<ReturnType<typeof deciderOf>['rawFindings']>[0][],
) {
  const decider = deciderOf(harness);
  const finder = causesOf(harness);
  const names = programs.map((program) => {
    const found = [...decider.rawFindings(program)!.values()];
    expect(found.length).toBeGreaterThan(0);
    return found.map(({ divergence }) => finder.causeOf(divergence, program).name);
  });
  return new Set(names.flat());
}

describe('in C', () => {
  const root = mkdtempSync(join(tmpdir(), 'refuzz-causes-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const pair = (folder: string, before = 'before.c', after = 'after.c') =>
    readPair('pair', join('test/verdicts', folder, before), join('test/verdicts', folder, after));

  test.each([
    // The helper frees a field: both ops that call it part where it does.
    ['points/11-free-a-field', ['put+remove-at-1']],
    // Only one side has a callback: it is part of the op that queues it.
    ['points/06-undelayed-put', ['remove-everywhere']],
    ['points/03-lock-order', ['remove-in-races']],
    ['points/04-silent-leak', ['remove-at-1']],
    ['points/05-store-into-the-item', ['put-in-races']],
    ['points/06-callback-of-its-own', []],
    ['points/08-mutex-moved-out', ['put-in-races']],
  ])('%s', async (folder, causes) => expect(namesIn(await pair(folder))).toEqual(causes));

  test.each([
    ['kfree-with-readers', ['put-at-1']],
    ['missing-put-on-error', ['open-everywhere']],
    ['use-after-put', ['put-in-races']],
  ])('the fault that %s repairs', async (folder, causes) => {
    expect(namesIn(await pair(`historic/${folder}`, 'fixed.c', 'buggy.c'))).toEqual(causes);
  });

  const folder = 'test/verdicts/points/02-other-words';
  const sourceOf = (file: string, changes: readonly (readonly [string, string])[]) =>
    changes.reduce(
      (text, [from, to]) => {
        expect(text).toContain(from);
        return text.replace(from, to);
      },
      readFileSync(join(folder, file), 'utf8'),
    );

  async function causesBetween(before: string, after: string): Promise<string[]> {
    const own = mkdtempSync(join(root, 'pair-'));
    writeFileSync(join(own, 'before.c'), before);
    writeFileSync(join(own, 'after.c'), after);
    return namesIn(await readPair('pair', join(own, 'before.c'), join(own, 'after.c')));
  }

  const LEAKS = [
    'thing_put(item);\n\treturn was_there',
    'atomic_dec(&item->refs);\n\treturn was_there',
  ] as const;

  test('a lock with another name is the same lock', async () => {
    expect(await causesBetween(sourceOf('before.c', []), sourceOf('after.c', [LEAKS]))).toEqual([
      'remove-at-1',
    ]);
  });

  test('a word that only the reference has is there for its ops', async () => {
    const before = sourceOf('after.c', [
      [
        'static DEFINE_SPINLOCK(registry);',
        'static DEFINE_SPINLOCK(registry);\nstatic DEFINE_SPINLOCK(admins);',
      ],
      ['bool was_there;\n', 'bool was_there;\n\tspin_lock(&admins);\n'],
      [
        'thing_put(item);\n\treturn was_there',
        'thing_put(item);\n\tspin_unlock(&admins);\n\treturn was_there',
      ],
      ['REFUZZ_WORD(registry);', 'REFUZZ_WORD(registry);\nREFUZZ_WORD(admins);'],
    ]);
    expect(await causesBetween(before, sourceOf('after.c', [LEAKS]))).toEqual(['remove-at-1']);
  });
});
