import { beforeAll, describe, expect, test } from 'vitest';
import { type Campaign, campaignOf } from '../../fuzz/campaign/campaign.ts';
import { formatCase, parseCase } from '../../fuzz/case/case-file.ts';
import { parseProgram } from '../../fuzz/case/program-text.ts';
import { replayCase } from '../../fuzz/case/replay-case.ts';
import type { Finding } from '../../fuzz/minimize/finding.ts';
import { WordIndex } from '../../fuzz/run/access.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import { Machine } from '../../fuzz/run/machine.ts';
import { Fact } from '../../oracles/lifetime.ts';
import type { Counter, Fault } from '../../targets/subject/subject.ts';
import type { Target } from '../../targets/target/target.ts';
import { counterIn, counterTarget, decided, schemeOf } from './c-subjects.ts';

/** What dec does, and how it is stopped. */
const HOSTILE: readonly (readonly [name: string, fault: Fault])[] = [
  ['LOOPS', 'non-terminating'],
  ['TRAPS', 'trap'],
  ['DIVIDES', 'trap'],
  ['WRITES_OUTSIDE', 'out-of-bounds'],
  ['INDEXES_PAST', 'memory-error'],
  ['RECURSES', 'stack-overflow'],
  ['ALLOCATES', 'out-of-memory'],
];

/** Two of them in lockstep. A run of an non-terminating op costs a good part of a second. */
const ITERATIONS = 17;

let tame: Counter;
beforeAll(async () => {
  tame = await counterIn('test/c/hostile.c', 'tame');
});

const hostile = (name: string) => counterIn('test/c/hostile.c', `hostile/${name}`, [`HOSTILE_${name}`]);

function searched(target: Target): { campaign: Campaign; findings: Finding[] } {
  const campaign = campaignOf(harnessOf(target), { seed: 1, known: new Set() });
  const findings: Finding[] = [];
  for (let iteration = 0; iteration < ITERATIONS; iteration++) findings.push(...campaign.iterate(iteration));
  return { campaign, findings };
}

describe.each(HOSTILE)('a dec that %s', (name, fault) => {
  let target: Target;
  beforeAll(async () => {
    target = counterTarget(tame, await hostile(name));
  });

  test(`ends with ${fault}, whatever the schedule, and inc as ever`, () => {
    const { undecided, differing, signatures } = decided(target, 2, 2);
    expect(undecided).toBe(0);
    expect(differing).toBeGreaterThan(0);
    expect(new Set(Object.values(signatures).map(({ divergence: { op, kind } }) => `${op} ${kind}`))).toEqual(
      new Set(['dec result']),
    );
  });

  test('is found by a campaign, and its cases replay from their files', () => {
    const { campaign, findings } = searched(target);
    expect(campaign.counts.iterations).toBe(ITERATIONS);
    expect(campaign.nonTerminating.size).toBe(0);
    expect(findings).not.toEqual([]);
    for (const found of findings) {
      expect(found.case.expect.divergence).toMatchObject({ op: 'dec', kind: 'result' });
      expect(found.case.expect.subject.results.flat()).toContain(fault);
    }
    const stored = formatCase(findings[0]!.case);
    const read = parseCase('case.yaml', stored);
    expect(formatCase(read)).toBe(stored);
    expect(replayCase(() => harnessOf(target), read)).toEqual({ kind: 'same' });
  });

  test('has no inc with a divergence when it is left out', () => {
    expect(decided({ ...target, ops: ['inc'] }, 2, 2)).toMatchObject({ differing: 0, undecided: 0 });
  });
});

// Whoever waits for another value of the word waits for other threads: that is not the same as an op that fails.
describe('a dec that SPINS on the word', () => {
  let target: Target;
  beforeAll(async () => {
    target = counterTarget(tame, await hostile('SPINS'));
  });

  test('leaves programs undecided, and all others decided', () => {
    const { programs, undecided, differing, undecidedExamples } = decided(target, 2, 2);
    expect(differing).toBe(0);
    for (const { program } of undecidedExamples) expect(program.threads.flat()).toContain('dec');
    const withoutDec = decided({ ...target, ops: ['inc'] }, 2, 2);
    expect(withoutDec.undecided).toBe(0);
    expect(programs - undecided).toBe(withoutDec.programs);
  });

  test('is named by a campaign, which goes on', () => {
    const { campaign, findings } = searched(target);
    expect(campaign.counts.iterations).toBe(ITERATIONS);
    expect(findings).toEqual([]);
    expect([...campaign.nonTerminating][0]).toMatch(/^dec on .* never returns$/);
    expect(campaign.counts.decided).toBeGreaterThan(0);
  });
});

describe.each([
  ...HOSTILE,
  ['SPINS', 'non-terminating'] as const,
])('the machine code of a dec that %s', (name) => {
  test('is stopped, and inc works after it as before', async () => {
    const { direct } = await hostile(name);
    const { values, batch, sweep } = direct!;
    const increments = () => {
      values.set([5, -1]);
      return [batch('inc', 0, 0, 2), ...values.slice(0, 2)];
    };
    expect(increments()).toEqual([true, 6, 0]);
    values.set([5, -1]);
    expect(batch('dec', 0, 0, 2)).toBe(false);
    expect(increments()).toEqual([true, 6, 0]);
    const expected = { value: -1, valueStep: 1, result: 0, resultStep: 0, warning: 0 } as const;
    expect(sweep('dec', 0, 0, 0, 100, expected)).toBeUndefined();
    expect(sweep('inc', 0, 0, 0, 100, { ...expected, value: 1 })).toBe(100);
  });
});

// The host calls what was queued, and nothing says that it is a function.
test('an RCU callback that is no function is a crash of the protocol', async () => {
  const scheme = await schemeOf(`
    #include <refuzz.h>
    #include <linux/atomic.h>
    #include <linux/rcupdate.h>

    struct item { atomic_t users; struct rcu_head rcu; };

    REFUZZ_SCHEME(struct item, users);
    REFUZZ_STATE(one) { atomic_set(&object->users, 1); refuzz_link(REFUZZ_LIVE); refuzz_hold(0); }
    REFUZZ_PUT(put)
    {
      if (atomic_dec_and_test(&object->users))
        call_rcu(&object->rcu, (rcu_callback_t)4096);
    }
  `);
  const harness = harnessOf({
    name: 'wild-callback',
    about: '',
    reference: scheme,
    subject: { ...scheme, name: 'copy' },
    threads: 1,
    ops: ['put'],
    initial: ['one'],
    arguments: [],
    oracles: ['outcomes', 'lifetime'],
  });
  const machine = new Machine(harness.subject);
  machine.start(parseProgram(harness, 'one: put'));
  while (machine.isEnabled(0)) machine.step(0);
  while (machine.isEnabled(1)) machine.step(1);
  expect(machine.words[WordIndex.FACTS]! & Fact.CRASH).toBe(Fact.CRASH);
});
