import { beforeAll, describe, expect, test } from 'vitest';
import { signatureOf } from '../../oracles/divergence.ts';
import {
  allBarriers,
  type Barriers,
  type Culprit,
  campaign,
  type How,
  ITERATIONS,
  NEVER,
  type Outcome,
} from '../../test/failing-campaigns.ts';

/** A case file as it is where no cause was found. */
const withoutCause = (text: string) => text.replace('case: 2\n', 'case: 1\n').replace(/^cause: .*\n/m, '');

let barriers: Barriers;
let undisturbed: Outcome;

beforeAll(async () => {
  undisturbed = await campaign('exit', NEVER);
  barriers = await allBarriers();
}, 120_000);

/** A barrier that only one program of the whole campaign leads to. */
function onlyIn(isWanted: (iteration: number) => boolean): Culprit {
  const found = [...barriers.search].find(
    ([text, { culprit, iterations, programs }]) =>
      iterations.size === 1 &&
      programs.size === 1 &&
      isWanted(culprit.iteration) &&
      !barriers.minimising.has(text) &&
      !barriers.causing.has(text),
  );
  return found![1].culprit;
}

/** With several threads; and in lockstep, which has one op in hand. */
const concurrent = () => onlyIn((iteration) => iteration > 20 && iteration % 16 !== 0);
const lockstep = () => onlyIn((iteration) => iteration > 20 && iteration % 16 === 0);

const THREE_TIMES = [
  [1, false],
  [2, false],
  [3, true],
];
const WAYS: Readonly<Record<Exclude<How, 'throw'>, RegExp>> = {
  hang: /^no progress for 4 s$/,
  exit: /^exit code 3$/,
  memory: /memory limit/,
};

describe('a subject that ends its worker at one program', () => {
  test('is not there in the campaign that it is compared with', () => {
    expect(undisturbed.crashes).toEqual([]);
    expect(undisturbed.found.size).toBeGreaterThan(30);
    expect(undisturbed.member.campaign.counts.iterations).toBe(ITERATIONS);
  });

  const cases = [
    ['hang', 'with several threads', concurrent],
    ['exit', 'with several threads', concurrent],
    ['exit', 'in lockstep', lockstep],
    ['memory', 'with several threads', concurrent],
  ] as const;
  test.each(
    cases,
  )('by %s, %s: it is told, and left out after three deaths; all else is found', async (how, _, choose) => {
    const { at, iteration, program } = choose();
    const { crashes: all, member, found } = await campaign(how, at);
    // Where other tests have the machine a worker may be only slow, and is replaced: that loses nothing.
    const crashes = how === 'hang' ? all.filter((one) => one.program?.join() === program.join()) : all;
    expect(crashes.map(({ times, isLeftOut }) => [times, isLeftOut])).toEqual(THREE_TIMES);
    for (const crash of crashes) {
      expect(crash.how).toMatch(WAYS[how]);
      expect(crash).toMatchObject({ program, iteration, rawFinding: undefined });
    }
    expect(member.leftOut).toEqual([program]);
    // As if it had been left out from the start: no iteration is lost, and none counted twice.
    const without = await campaign(how, NEVER, [program]);
    expect(member.campaign.counts).toEqual(without.member.campaign.counts);
    expect(member.campaign.counts.iterations).toBe(ITERATIONS);
    // How often a signature is met in lockstep depends on what its worker remembers.
    expect([...member.campaign.hits.keys()].sort()).toEqual([...without.member.campaign.hits.keys()].sort());
    expect([...found]).toEqual([...without.found]);
    expect(found.size).toBeGreaterThan(30);
  });

  test('by exit while a finding is made smaller: only that is given up', async () => {
    const [, { at, signatures }] = [...barriers.minimising].find(
      ([text, one]) => one.signatures.size === 1 && !barriers.search.has(text) && !barriers.causing.has(text),
    )!;
    const victim = [...signatures][0]!;
    const { crashes, member, found, rawFindings } = await campaign('exit', at);
    expect(crashes.map(({ times, isLeftOut }) => [times, isLeftOut])).toEqual(THREE_TIMES);
    for (const crash of crashes) {
      expect(crash.how).toMatch(WAYS.exit);
      expect(signatureOf(crash.rawFinding!.divergence)).toBe(victim);
      expect(crash.program).toBeDefined();
    }
    expect(member.leftOut).toEqual([]);
    expect(rawFindings).toEqual(undisturbed.rawFindings);
    expect(found.has(victim)).toBe(false);
    for (const signature of rawFindings)
      if (signature !== victim)
        expect(found.get(signature), signature).toBe(undisturbed.found.get(signature));
    expect(member.campaign.counts).toEqual(undisturbed.member.campaign.counts);
  });

  test('by exit while a cause is looked for: that costs causes, and nothing else', async () => {
    const [, at] = [...barriers.causing].find(
      ([text]) => !barriers.search.has(text) && !barriers.minimising.has(text),
    )!;
    const { crashes, member, found, rawFindings } = await campaign('exit', at);
    expect(crashes.length).toBeGreaterThan(0);
    for (const crash of crashes)
      expect(crash).toMatchObject({ times: 1, isLeftOut: true, lacksCause: true, how: 'exit code 3' });
    expect(rawFindings).toEqual(undisturbed.rawFindings);
    expect([...found.keys()]).toEqual([...undisturbed.found.keys()]);
    const lacking = crashes.map(({ rawFinding }) => signatureOf(rawFinding!.divergence));
    for (const [signature, text] of found) {
      const whole = undisturbed.found.get(signature)!;
      expect(whole).toContain('\ncause: ');
      if (!lacking.includes(signature) && text.includes('\ncause: ')) expect(text).toBe(whole);
      else expect(text).toBe(withoutCause(whole));
    }
    expect(member.campaign.counts).toEqual(undisturbed.member.campaign.counts);
  });

  test('or at three, which are left out one by one', async () => {
    const { culprit, programs } = [...barriers.search].find(
      ([text, one]) =>
        one.programs.size === 3 && !barriers.minimising.has(text) && !barriers.causing.has(text),
    )![1];
    const { member, crashes } = await campaign('exit', culprit.at);
    expect(member.leftOut.map((program) => program.join()).sort()).toEqual([...programs].sort());
    // One more where the other worker was at the same program already.
    expect(crashes.length).toBeGreaterThanOrEqual(9);
    expect(crashes.length).toBeLessThanOrEqual(12);
    expect(member.campaign.counts.iterations).toBe(ITERATIONS);
  });
});

test('a subject that throws ends the campaign with what it threw', async () => {
  const ports = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
  const before = ports();
  await expect(campaign('throw', concurrent().at)).rejects.toThrow('the subject is broken');
  expect(ports()).toBe(before);
});
