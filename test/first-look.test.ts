import { describe, expect, test } from 'vitest';
import { counterOf, findMutant, MUTANTS, SOUND } from '../bench/peers/mutants.ts';
import { campaignOf } from '../fuzz/campaign/campaign.ts';
import { knownCases } from '../fuzz/case/corpus.ts';
import { limitsFor } from '../fuzz/generate/generate.ts';
import { deciderOf } from '../fuzz/judge/decide.ts';
import type { RawFinding } from '../fuzz/judge/raw-finding.ts';
import type { Program } from '../fuzz/program/program.ts';
import { type Harness, harnessOf } from '../fuzz/run/harness.ts';
import { FirstLook } from '../fuzz/search/first-look.ts';
import { noCounts } from '../fuzz/search/search.ts';
import { TargetSearch } from '../fuzz/search/target-search.ts';
import { Visits } from '../fuzz/search/visits.ts';
import { type Divergence, signatureOf } from '../oracles/divergence.ts';
import type { Counter, CounterOp } from '../targets/subject/subject.ts';
import { loadBuiltInTargets } from '../targets/target/built-in-targets.ts';
import { findSubject } from '../targets/target/subjects.ts';
import type { Target } from '../targets/target/target.ts';

const V55 = loadBuiltInTargets().find(({ name }) => name === 'refcount-v5.5')!;

/** A counter against its sound twin, as a maintainer would ask; no two functions are the same. */
function twins(mutant: string): Target {
  const subject = counterOf(findMutant(mutant));
  const ops = Object.entries(subject.ops).map(([name, op]) => {
    const run: CounterOp['run'] = (count, a, b) => op.run(count, a, b);
    return [name, { ...op, run }] as const;
  });
  const reference = findSubject('refcount/v5.5')!;
  return {
    ...V55,
    reference,
    subject: { ...subject, ops: Object.fromEntries(ops) },
    oracles: ['lockstep', 'outcomes'],
  };
}

/** What had been run when a campaign told its first divergence. */
function countsAtFirst(target: Target, seed = 1, known: ReadonlySet<string> = new Set()) {
  const campaign = campaignOf(harnessOf(target), {
    seed,
    known,
    onSeen: ({ divergence }) => {
      first ??= { ...campaign.counts, signature: signatureOf(divergence) };
    },
  });
  let first: ({ signature: string } & typeof campaign.counts) | undefined;
  for (const _ of campaign.iterate(0)) break;
  return first!;
}

/** The look alone: what it told, and how much it ran. */
function lookedAt(harness: Harness) {
  const counts = noCounts();
  const met: Divergence[] = [];
  const look = new FirstLook({
    harness,
    limits: limitsFor(harness, {}),
    counts,
    meet: (divergence) => met.push(divergence) > 0,
    begins: () => true,
  });
  return { told: [...look.together()], met, counts };
}

describe('a campaign tells early', () => {
  const hidden = ['sequence', 'near-int-max', 'magic'];
  const shown = MUTANTS.filter(({ name }) => !hidden.includes(name));

  test.each(shown.filter(({ shows }) => shows === 'alone'))('$name: while it looks at ops alone', ({
    name,
  }) => {
    const { pairs, programs } = countsAtFirst(twins(name));
    expect(pairs).toBeLessThanOrEqual(280);
    expect(programs).toBe(1);
  });

  test.each(
    shown.filter(({ shows }) => shows === 'together'),
  )('$name: among the first two hundred programs of two threads', ({ name }) => {
    const { pairs, programs, schedules, decided } = countsAtFirst(twins(name));
    expect(pairs).toBeLessThanOrEqual(280);
    expect(programs).toBeLessThan(200);
    expect(schedules).toBeLessThan(200);
    expect(decided).toBe(0);
  });

  test.each(hidden)('%s: in the values around the boundaries and the numbers in the code', (name) => {
    // As it is: the numbers are looked for in the text of its functions.
    const target = { ...twins(name), subject: counterOf(findMutant(name)) };
    expect(countsAtFirst(target).pairs).toBeLessThanOrEqual(280 + 35 * 1024);
  });

  test.each(shown)('$name: among what differs from atomic_t in the sound counter as well', ({ name }) => {
    const known = new Set(knownCases('corpus', V55.name).keys());
    const { pairs, programs, signature } = countsAtFirst(
      { ...V55, subject: counterOf(findMutant(name)) },
      1,
      known,
    );
    expect(known).not.toContain(signature);
    expect(pairs).toBeLessThanOrEqual(280);
    expect(programs).toBeLessThan(400);
  });

  test('the same, whatever the seed', () => {
    for (const name of ['argument', 'gives-up']) {
      const first = countsAtFirst(twins(name));
      for (const seed of [2, 3, 4]) expect(countsAtFirst(twins(name), seed)).toEqual(first);
    }
  });
});

describe('nothing is told that is not so', () => {
  test('of a sound twin', () => {
    const search = new TargetSearch(harnessOf(twins(SOUND.name)), { seed: 1, isKnown: () => false });
    const news: RawFinding[] = [];
    search.iterate(0, (one) => news.push(one));
    expect(news).toEqual([]);
    expect(search.counts.programs).toBeGreaterThan(200);
  });

  /** Both put one on top, and say so; `slow` loads, and then stores. */
  const slow: CounterOp['run'] = (count) => {
    const old = count.load();
    count.store((old + 1) | 0);
    return true;
  };
  const quick: CounterOp['run'] = (count) => {
    count.fetchAdd(1);
    return true;
  };
  const counter = (name: string, run: CounterOp['run']): Counter => ({
    kind: 'counter',
    name,
    reading: 'signed',
    about: '',
    ops: { dec_if_one: { arity: 0, run: slow }, inc_not_zero: { arity: 0, run } },
  });

  test('where the other side has it in a schedule that was not looked at', () => {
    const harness = harnessOf({
      name: 'told',
      about: '',
      reference: counter('quick', quick),
      subject: counter('slow', slow),
      threads: 2,
      ops: ['dec_if_one', 'inc_not_zero'],
      initial: [1],
      arguments: [],
      oracles: ['outcomes'],
    });
    const [slowly, other] = ['dec_if_one', 'inc_not_zero'].map((op) => harness.alphabet.id(op));
    // `inc_not_zero` loads 1, the other op takes the word to 2, `inc_not_zero` stores 2. In the reference it comes
    // between the accesses of the other op, which stores 2: the same results, and the same word.
    const program: Program = { start: 1, threads: [[other!], [slowly!]] };
    expect(new Visits(harness).strange(program, [1])).toMatchObject({ value: 2 });
    expect(deciderOf(harness).rawFindings(program)?.size).toBe(0);
    const { told, met, counts } = lookedAt(harness);
    expect(counts.programs).toBeGreaterThan(0);
    expect(told).toEqual([]);
    expect(met).toEqual([]);
  });

  test.each([
    'canary',
    'pax',
    'refcount-v4.11',
    'refcount-v5.5',
  ])('%s: each is a divergence of its program', (name) => {
    const harness = harnessOf(loadBuiltInTargets().find((target) => target.name === name)!);
    const decider = deciderOf(harness);
    const { told } = lookedAt(harness);
    if (['pax', 'refcount-v5.5'].includes(name)) expect(told.length).toBeGreaterThan(0);
    for (const { program, divergence } of told)
      expect([...decider.rawFindings(program)!.keys()]).toContain(signatureOf(divergence));
  });
});
