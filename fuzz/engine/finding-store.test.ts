import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import { targetLike } from '../../test/mutants/campaigns.ts';
import type { CampaignJob, MinimizeJob, MinimizeNote, StoredRawFinding } from '../campaign/campaign-jobs.ts';
import { makeCase } from '../case/make-case.ts';
import { parseProgram, programOf, textOf } from '../case/program-text.ts';
import { harnessOf } from '../run/harness.ts';
import { STOP } from '../run/interrupt.ts';
import { FindingStore, type StoreEvent } from './finding-store.ts';
import { Minimizing, type MinimizingPool } from './minimizing.ts';

const root = mkdtempSync(join(tmpdir(), 'refuzz-store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const corpus = join(root, 'corpus');
const folder = join(root, 'raw-findings');
beforeEach(() => {
  rmSync(corpus, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

const target = targetLike('refcount-v4.11');
const harness = harnessOf(target);
const divergence = (op: string, boundary: Divergence['boundary']): Divergence => ({
  op,
  boundary,
  kind: 'value',
  judgement: 'protects',
});
/** Both show alone; `add` has two. */
const INC = divergence('inc', 'zero');
const ADD = divergence('add', 'zero');
const ADD_TOO = divergence('add', 'saturated');
const SMALL: Readonly<Record<string, string>> = {
  [signatureOf(INC)]: '0: inc',
  [signatureOf(ADD)]: '0: add(1)',
  [signatureOf(ADD_TOO)]: '-1: add(1)',
};
const LARGE = '0: inc, read, dec | add(1), read';
const met = (one: Divergence) => ({
  divergence: one,
  program: parseProgram(harness, LARGE),
  schedule: [0, 0],
});
const FOUND = { by: 'threads', seed: 7, iteration: 3 } as const;

/** `dies late`: with the finding made, as it looks for its cause. */
type Mishap = (
  job: MinimizeJob,
  stop: Int32Array,
) => 'dies' | 'dies late' | readonly StoredRawFinding[] | undefined;

/** A worker that knows the answers. */
function madeUp(mishap: Mishap = () => undefined) {
  const asked: string[] = [];
  const minimizing = new Minimizing((stop): MinimizingPool => {
    const cell = new Int32Array(stop);
    return {
      async dismiss() {},
      async run(job: CampaignJob, onNote = () => {}) {
        if (job.kind !== 'minimize') throw new Error('nobody searches here');
        const { divergence: own, by, seed, iteration } = job.rawFinding;
        asked.push(signatureOf(own));
        const instead = mishap(job, cell);
        if (instead === 'dies') return { kind: 'died', how: 'exit code 1', current: undefined };
        const left = typeof instead === 'object' ? instead : [];
        for (const rawFinding of left) onNote({ kind: 'left', rawFinding } satisfies MinimizeNote);
        if (Atomics.load(cell, 0) === STOP.NOW) return { kind: 'answer', answer: [], slot: 0 };
        const program = parseProgram(harness, SMALL[signatureOf(own)]!);
        const found = { by, ...(iteration === undefined ? {} : { seed: seed!, iteration }) };
        const made = makeCase(harness, own, program, undefined, found);
        const findings = [{ signature: signatureOf(own), case: made }];
        if (instead !== 'dies late') return { kind: 'answer', answer: findings, slot: 0 };
        onNote({ kind: 'made', findings } satisfies MinimizeNote);
        return { kind: 'died', how: 'exit code 1', current: undefined };
      },
    };
  });
  return { asked, minimizing, store: new FindingStore(target, corpus, folder, minimizing) };
}

async function all(events: AsyncIterable<StoreEvent>): Promise<string[]> {
  const told: string[] = [];
  for await (const event of events)
    if (event.kind === 'found') told.push(signatureOf(event.divergence));
    else told.push(event.kind === 'note' ? event.text : `${event.how} at ${event.program}`);
  return told;
}

function rawFindings(): string[] {
  const own = join(folder, target.name);
  return existsSync(own) ? readdirSync(own).sort() : [];
}

test('what is met becomes a case, and its raw finding goes', async () => {
  const { store } = madeUp();
  expect(await all(store.keep(met(INC), harness, FOUND))).toEqual([signatureOf(INC)]);
  expect(readFileSync(store.caseOf(INC)!, 'utf8')).toContain(
    'found: { by: threads, seed: 0x00000007, iteration: 3 }',
  );
  expect(rawFindings()).toEqual([]);
  expect(store.left).toEqual([]);
  expect(await all(store.keep(met(INC), harness, FOUND))).toEqual([]);
});

test('given up, everything that is met is left, and nobody is asked', async () => {
  const { store, asked } = madeUp();
  store.ends.giveUp();
  expect(await all(store.keep(met(INC), harness, FOUND))).toEqual([]);
  expect(asked).toEqual([]);
  expect(store.left.map((one) => one.path)).toEqual(
    rawFindings().map((name) => join(folder, target.name, name)),
  );
  expect(rawFindings()).toHaveLength(1);
});

test('what was left becomes a case in the next session, with the words of the one that met it', async () => {
  const first = madeUp();
  first.store.ends.giveUp();
  await all(first.store.keep(met(INC), harness, FOUND));
  await all(first.store.keep(met(ADD), harness, FOUND));
  const { store } = madeUp();
  expect((await all(store.takeUp())).sort()).toEqual([signatureOf(ADD), signatureOf(INC)].sort());
  expect(readFileSync(store.caseOf(INC)!, 'utf8')).toContain('seed: 0x00000007, iteration: 3');
  expect(rawFindings()).toEqual([]);
});

test('given up on the way, the smaller program is kept, and what came to light is left as well', async () => {
  const smaller = textOf(harness, parseProgram(harness, '0: inc, read'));
  const { store, asked } = madeUp(({ rawFinding }, stop) => {
    Atomics.store(stop, 0, STOP.NOW);
    return [
      { ...rawFinding, program: smaller },
      { ...rawFinding, divergence: ADD },
    ];
  });
  await all(store.keep(met(INC), harness, FOUND));
  expect(store.left.map((one) => signatureOf(one.divergence))).toEqual([INC, ADD].map(signatureOf));
  const kept = JSON.parse(readFileSync(store.left[0]!.path, 'utf8'));
  expect(programOf(harness, kept.program)).toEqual(programOf(harness, smaller));
  // Neither is tried again, and both are no news to the search.
  await all(store.keep(met(ADD), harness, FOUND));
  expect(asked).toEqual([signatureOf(INC)]);
  expect([...store.signatures]).toEqual(expect.arrayContaining([INC, ADD].map(signatureOf)));
});

test('one of each quick cause comes first', async () => {
  const { store, asked } = madeUp();
  for (const one of [ADD, ADD_TOO, INC]) store.meet(met(one), harness, FOUND);
  await all(store.cases());
  expect(asked).toEqual([ADD, INC, ADD_TOO].map(signatureOf));
});

test('a thread that dies leaves what it was at, and says so; the others are made', async () => {
  const { store } = madeUp(({ rawFinding }) => (rawFinding.divergence.op === 'inc' ? 'dies' : undefined));
  store.meet(met(INC), harness, FOUND);
  store.meet(met(ADD), harness, FOUND);
  expect(await all(store.cases())).toEqual([`exit code 1 at ${LARGE}`, signatureOf(ADD)]);
  expect(store.left.map((one) => signatureOf(one.divergence))).toEqual([signatureOf(INC)]);
  expect(rawFindings()).toHaveLength(1);
});

test('a thread that was ended from here died of nothing', async () => {
  const { store } = madeUp(() => {
    store.ends.abandon();
    return 'dies';
  });
  expect(await all(store.keep(met(INC), harness, FOUND))).toEqual([]);
  expect(store.left).toHaveLength(1);
});

test('what the corpus has by now only loses its raw finding', async () => {
  const first = madeUp();
  first.store.ends.giveUp();
  await all(first.store.keep(met(INC), harness, FOUND));
  const other = madeUp();
  // Another process, another state.
  const elsewhere = new FindingStore(target, corpus, join(root, 'elsewhere'), other.minimizing);
  await all(elsewhere.keep(met(INC), harness, FOUND));
  const { store, asked } = madeUp();
  await all(store.takeUp());
  expect(asked).toEqual([]);
  expect(rawFindings()).toEqual([]);
});

test('a thread that dies as it looks for a cause costs the cause, and not the case', async () => {
  const { store } = madeUp(() => 'dies late');
  const events: StoreEvent[] = [];
  for await (const event of store.keep(met(INC), harness, FOUND)) events.push(event);
  expect(events.map(({ kind }) => kind)).toEqual(['found', 'worker-crash']);
  expect(events[1]).toMatchObject({ how: 'exit code 1', isLeftOut: true, lacksCause: true });
  expect(readFileSync(store.caseOf(INC)!, 'utf8')).not.toContain('cause:');
  expect(store.left).toEqual([]);
  expect(rawFindings()).toEqual([]);
});
