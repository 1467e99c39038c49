import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll } from 'vitest';
import type { CampaignJob, CampaignSetup, Findings, SearchPart } from '../fuzz/campaign/campaign-jobs.ts';
import { CURRENT_CELLS } from '../fuzz/campaign/current-program.ts';
import { Supervisor } from '../fuzz/campaign/supervisor.ts';
import type { Crash, Member } from '../fuzz/campaign/supervisor-events.ts';
import { TargetCampaign } from '../fuzz/campaign/target-campaign.ts';
import { formatCase } from '../fuzz/case/case-file.ts';
import { causesOf } from '../fuzz/cause/causes-of.ts';
import { deciderOf } from '../fuzz/judge/decide.ts';
import type { RawFinding } from '../fuzz/judge/raw-finding.ts';
import { minimized } from '../fuzz/minimize/finding.ts';
import { harnessOf } from '../fuzz/run/harness.ts';
import { type PackedProgram, packProgram, unpackProgram } from '../fuzz/run/packed-program.ts';
import { TargetSearch } from '../fuzz/search/target-search.ts';
import { WorkerPool } from '../fuzz/workers/worker-pool.ts';
import { type Divergence, signatureOf } from '../oracles/divergence.ts';
import { packageRoot } from '../targets/subject/package-root.ts';
import type { Target } from '../targets/target/target.ts';
import { dataOf } from '../targets/target/target-data.ts';
import { loadTarget } from '../targets/target/target-file.ts';

// Campaigns whose subject fails where an op reads a value, and where a campaign comes to such a place.

const folder = mkdtempSync(join(tmpdir(), 'refuzz-deaths-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** An op that reads a value: the meeting of op and value at which a subject fails. */
export interface Barrier {
  readonly op: string;
  readonly a: number;
  readonly value: number;
}

/** What a subject does at a barrier, instead of going on. */
export type How = 'hang' | 'exit' | 'throw' | 'memory';

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
export const ITERATIONS = 192;
/** No op reads this. */
export const NEVER: Barrier = { op: 'none', a: 0, value: 0 };
const NO_FEEDBACK = { seed: SEED, limits: {}, feedback: false };

/** What a campaign came to. */
export interface Outcome {
  readonly member: Member;
  /** By signature: the case. */
  readonly found: ReadonlyMap<string, string>;
  /** Signatures that were met, in contrast to those that only minimising brought to light. */
  readonly rawFindings: ReadonlySet<string>;
  readonly crashes: readonly Crash[];
}

/** A campaign whose subject fails at a barrier. */
export async function campaign(
  how: How,
  at: Barrier,
  leftOut: readonly PackedProgram[] = [],
): Promise<Outcome> {
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
export interface Culprit {
  readonly at: Barrier;
  readonly iteration: number;
  readonly program: PackedProgram;
}

const textOf = ({ op, a, value }: Barrier) => `${op} ${a} ${value}`;

/** All barriers of a campaign on this thread: by their text, the first one, and in which iterations or minimisings. */
export interface Barriers {
  readonly search: Map<
    string,
    { readonly culprit: Culprit; readonly iterations: Set<number>; readonly programs: Set<string> }
  >;
  readonly minimising: Map<string, { readonly at: Barrier; readonly signatures: Set<string> }>;
  /** To which looking for causes leads. */
  readonly causing: Map<string, Barrier>;
}

/** Each iteration, and each minimising, with trees of its own: what is remembered is not met again. */
export async function allBarriers(): Promise<Barriers> {
  const { spiedOn }: { spiedOn: (target: Target, meets: (barrier: Barrier) => void) => Target } =
    await import(pathToFileURL(spied).href);
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
