import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import { packageRoot } from '../../targets/subject/package-root.ts';
import type { Target } from '../../targets/target/target.ts';
import { dataOf } from '../../targets/target/target-data.ts';
import { loadTarget } from '../../targets/target/target-file.ts';
import { formatCase } from '../case/case-file.ts';
import { causesOf } from '../cause/causes-of.ts';
import { deciderOf } from '../judge/decide.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import { minimized } from '../minimize/finding.ts';
import { harnessOf } from '../run/harness.ts';
import { type PackedProgram, packProgram, unpackProgram } from '../run/packed-program.ts';
import { TargetSearch } from '../search/target-search.ts';
import { WorkerPool } from '../workers/worker-pool.ts';
import type { CampaignJob, CampaignSetup, Findings, SearchPart } from './campaign-jobs.ts';
import { CURRENT_CELLS } from './current-program.ts';
import { Supervisor } from './supervisor.ts';
import type { Crash, Member } from './supervisor-events.ts';
import { TargetCampaign } from './target-campaign.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-deaths-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** An op that reads a value: the meeting of op and value at which a subject fails. */
interface Barrier {
  readonly op: string;
  readonly a: number;
  readonly value: number;
}

/** What a subject does at a barrier, instead of going on. */
type How = 'hang' | 'exit' | 'throw' | 'memory';

/*
 * Transition trees run an op once for each value that it reads, so a subject cannot see which program runs. But who fails at
 * a barrier never comes to remember it: whatever program leads there fails, in every thread anew.
 */
const dist = (path: string) => JSON.stringify(pathToFileURL(join(packageRoot(), 'dist', path)).href);
const spied = join(folder, 'spied.mjs');
writeFileSync(
  spied,
  `/** The target, whose subject tells of every value that an op of it reads. */
   export function spiedOn(target, meets) {
     const ops = Object.fromEntries(Object.entries(target.subject.ops).map(([op, { arity, run }]) => [op, {
       arity,
       run: (count, a, b) => run(spy(count, (value) => meets({ op, a, value })), a, b),
     }]));
     return { ...target, subject: { ...target.subject, ops } };
   }
   function spy(count, meet) {
     const met = (value) => { meet(value); return value; };
     return {
       load: (order) => met(count.load(order)),
       store: (value, order) => count.store(value, order),
       exchange: (value, order) => met(count.exchange(value, order)),
       fetchAdd: (value, order) => met(count.fetchAdd(value, order)),
       fetchSub: (value, order) => met(count.fetchSub(value, order)),
       compareExchange: (expected, desired, order) => met(count.compareExchange(expected, desired, order)),
       update: (next, order) => count.update((value) => next(met(value)), order),
       repeat: (round) => count.repeat(round),
       warn: (warning) => count.warn(warning),
     };
   }`,
);
const worker = join(folder, 'worker.mjs');
writeFileSync(
  worker,
  `import { serveCampaign } from ${dist('fuzz/campaign/serve-campaign.js')};
   import { openTarget } from ${dist('targets/target/target-data.js')};
   import { spiedOn } from './spied.mjs';
   const hoard = [];
   serveCampaign((data) => {
     const { how, at } = JSON.parse(data.about);
     return spiedOn(openTarget(data), ({ op, a, value }) => {
       if (op !== at.op || a !== at.a || value !== at.value) return;
       if (how === 'throw') throw new TypeError('the subject is broken');
       if (how === 'exit') process.exit(3);
       for (;;) if (how === 'memory') hoard.push(new Array(1e5).fill(op));
     });
   });`,
);

const TARGET = loadTarget(join(packageRoot(), 'targets', 'refcount-v4.11.yaml'));
const SEED = 4;
/** Three shards. */
const ITERATIONS = 192;
const NEVER: Barrier = { op: 'none', a: 0, value: 0 };
const NO_FEEDBACK = { seed: SEED, limits: {}, feedback: false };

interface Outcome {
  readonly member: Member;
  /** By signature: the case. */
  readonly found: ReadonlyMap<string, string>;
  /** Signatures that were met, in contrast to those that only minimising brought to light. */
  readonly rawFindings: ReadonlySet<string>;
  readonly crashes: readonly Crash[];
}

/** A campaign whose subject fails at a barrier. */
async function campaign(how: How, at: Barrier, leftOut: readonly PackedProgram[] = []): Promise<Outcome> {
  const stop = new SharedArrayBuffer(4);
  // The text that nobody reads tells the workers what to do.
  const target = { ...dataOf(TARGET), about: JSON.stringify({ how, at }) };
  const setup: CampaignSetup = { ...NO_FEEDBACK, targets: [target], stop };
  const workerPool = new WorkerPool<CampaignJob, SearchPart | Findings>(worker, setup, {
    most: 2,
    limits: { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16 },
    handCells: CURRENT_CELLS,
    // Also where other tests take the machine: a worker that is only slow must not die.
    patience: how === 'hang' ? 4000 : 60_000,
  });
  const member: Member = {
    index: 0,
    campaign: new TargetCampaign('counter', ITERATIONS),
    known: new Set(),
    leftOut: [...leftOut],
  };
  const found = new Map<string, string>();
  const rawFindings = new Set<string>();
  const crashes: Crash[] = [];
  const events = {
    rawFinding: (_: Member, { divergence }: Pick<RawFinding, 'divergence'>) =>
      void rawFindings.add(signatureOf(divergence)),
    left() {},
    unusable() {},
    searched() {},
    roundEnded() {},
    made() {},
    found: (_: Member, { signature, case: made }: Findings[number]) =>
      void found.set(signature, formatCase(made)),
    crashed: (_: Member, crash: Crash) => void crashes.push(crash),
  };
  await new Supervisor([member], workerPool, stop, events, () => 0).run();
  return { member, found, rawFindings, crashes };
}

/** Where a search comes to a barrier. */
interface Culprit {
  readonly at: Barrier;
  readonly iteration: number;
  readonly program: PackedProgram;
}

/** A case file as it is where no cause was found. */
const withoutCause = (text: string) => text.replace('case: 2\n', 'case: 1\n').replace(/^cause: .*\n/m, '');

const textOf = ({ op, a, value }: Barrier) => `${op} ${a} ${value}`;

/** All barriers of a campaign on this thread: by their text, the first one, and in which iterations or minimisings. */
interface Barriers {
  readonly search: Map<
    string,
    { readonly culprit: Culprit; readonly iterations: Set<number>; readonly programs: Set<string> }
  >;
  readonly minimising: Map<string, { readonly at: Barrier; readonly signatures: Set<string> }>;
  /** To which looking for causes leads. */
  readonly causing: Map<string, Barrier>;
}

let spiedOn: (target: Target, meets: (barrier: Barrier) => void) => Target;
let barriers: Barriers;
let undisturbed: Outcome;

beforeAll(async () => {
  ({ spiedOn } = await import(pathToFileURL(spied).href));
  undisturbed = await campaign('exit', NEVER);
  barriers = allBarriers();
}, 120_000);

/** Each iteration, and each minimising, with trees of its own: what is remembered is not met again. */
function allBarriers(): Barriers {
  const all: Barriers = { search: new Map(), minimising: new Map(), causing: new Map() };
  const rawFindings = new Map<string, RawFinding & { packed: PackedProgram }>();
  const made: { divergence: Divergence; program: PackedProgram }[] = [];
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    let program: PackedProgram = [];
    const harness = harnessOf(
      spiedOn(TARGET, (at) => {
        // While it is made ready no program runs.
        if (program.length === 0) return;
        const text = textOf(at);
        const met = all.search.get(text) ?? {
          culprit: { at, iteration, program },
          iterations: new Set(),
          programs: new Set(),
        };
        met.iterations.add(iteration);
        met.programs.add(program.join());
        all.search.set(text, met);
      }),
    );
    const search = new TargetSearch(harness, {
      ...NO_FEEDBACK,
      isKnown: (signature) => rawFindings.has(signature),
      begins: (begun) => {
        program = packProgram(harness, begun);
        return true;
      },
    });
    search.feedback.startFrom(undefined);
    search.iterate(iteration, (one) => {
      if (!rawFindings.has(signatureOf(one.divergence)))
        rawFindings.set(signatureOf(one.divergence), { ...one, packed: packProgram(harness, one.program) });
    });
  }
  for (const [signature, one] of rawFindings) {
    const harness = harnessOf(
      spiedOn(TARGET, (at) => {
        const met = all.minimising.get(textOf(at)) ?? { at, signatures: new Set() };
        met.signatures.add(signature);
        all.minimising.set(textOf(at), met);
      }),
    );
    const known = new Set([...rawFindings.keys()].filter((other) => other !== signature));
    const program = unpackProgram(harness, one.packed);
    for (const { divergence, program: small } of minimized(harness, deciderOf(harness), known, {
      ...one,
      program,
    }))
      made.push({ divergence, program: packProgram(harness, small) });
  }
  const harness = harnessOf(spiedOn(TARGET, (at) => void all.causing.set(textOf(at), at)));
  for (const { divergence, program } of made)
    causesOf(harness).causeOf(divergence, unpackProgram(harness, program));
  return all;
}

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
