import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseCase } from '../fuzz/case/case-file.ts';
import { RandomChoices } from '../fuzz/program/choices.ts';
import { signatureOf } from '../oracles/divergence.ts';
import { casesIn, filesBelow, json, type Known, rawFindingsIn, searchedIn } from './campaign-folders.ts';
import { writeKiller } from './killed-at-write.ts';
import { type Ran, startRefuzz } from './refuzz.ts';

/*
 * What a campaign promises of a process that is killed, at whatever instant:
 *
 * - Every file is complete, but the last line of a journal, and files under the names of what is being written.
 * - What a shard has shown is never lost once it has come back: no count goes down, no signature that was met is forgotten. Shards
 *   under way are searched again. `status.json` never tells of more than the journals hold.
 * - Every signature that was met is a case, or rawFindings: its file is there before anything else tells of it, and until the case is.
 *   A case that was written stays as it is.
 * - At its end it has stored what it would have stored undisturbed, byte for byte, and has counted the same.
 *
 * A session that ends by itself or by SIGINT promises less: it makes cases of what it met in rounds that are not over, and
 * these may be other cases of the same signatures.
 */

/** Of either kind. With 50 the long proof takes minutes. */
const KILLS = Number(process.env.REFUZZ_KILLS ?? 3);
/** Chooses the instants, as far as the machine's own timing leaves a choice. */
const SEED = Number(process.env.REFUZZ_KILL_SEED ?? 1);

/** One of each kind; two where it takes its time. */
const TARGETS = ['refcount-v4.11', 'inet-peer-naive', ...(KILLS > 3 ? ['pax', 'ip-vs-dest-naive'] : [])];
/** Some rounds: what the first ones found must not be news to a session that begins in a later one. */
const ITERATIONS = '300';
/** More takes the machine away from the other tests. */
const WORKERS = '2';

const root = mkdtempSync(join(tmpdir(), 'refuzz-kills-'));
const killer = writeKiller(root);
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Where a campaign keeps its things, and how it is begun. */
interface Place {
  readonly seed: number;
  readonly state: string;
  readonly corpus: string;
}

function placeOf(name: string, seed: number): Place {
  return { seed, state: join(root, `${name}-state`), corpus: join(root, `${name}-corpus`) };
}

function argsOf({ seed, state, corpus }: Place): string[] {
  const isBegun = existsSync(join(state, 'campaign.json'));
  const begin = isBegun ? ['--resume'] : [...TARGETS, '--seed', String(seed)];
  const common = ['--state', state, '--corpus', corpus, '--iterations', ITERATIONS, '--workers', WORKERS];
  return ['fuzz', ...begin, ...common, '--json'];
}

/** What the disk said when the process was gone. */
interface Glance {
  readonly searched: ReadonlyMap<string, Known>;
  readonly cases: ReadonlyMap<string, string>;
  readonly rawFindings: readonly string[];
}

function glanceAt({ state, corpus }: Place): Glance {
  const glance = { searched: searchedIn(state), cases: casesIn(corpus), rawFindings: rawFindingsIn(state) };
  const kept = keptIn(glance);
  for (const [target, { signatures }] of glance.searched) {
    for (const signature of signatures)
      expect(kept.has(`${target}/${signature}`), `${signature} of ${target} was met`).toBe(true);
  }
  const status = join(state, 'status.json');
  if (!existsSync(status)) return glance;
  for (const { name, iterations, programs } of json(status).targets) {
    const counts = glance.searched.get(name)?.counts ?? {};
    expect(counts.iterations ?? 0, `${name}: status and journal`).toBeGreaterThanOrEqual(iterations);
    expect(counts.programs ?? 0, `${name}: status and journal`).toBeGreaterThanOrEqual(programs);
  }
  return glance;
}

/** Signatures of cases and of what is met. */
function keptIn({ cases, rawFindings }: Glance): ReadonlySet<string> {
  return new Set([...rawFindings, ...[...cases].map(([name, text]) => signatureOfCase(name, text))]);
}

/** Nothing of what was there once is gone. */
function expectNothingLost(before: Glance, now: Glance): void {
  for (const [target, { counts, signatures }] of before.searched) {
    const known = now.searched.get(target)!;
    for (const [name, count] of Object.entries(counts)) {
      expect(known.counts[name], `${name} of ${target}`).toBeGreaterThanOrEqual(count);
    }
    expect([...known.signatures], target).toEqual(expect.arrayContaining([...signatures]));
  }
  for (const [name, text] of before.cases) expect(now.cases.get(name), name).toBe(text);
  const kept = keptIn(now);
  for (const signature of before.rawFindings) expect(kept.has(signature), `${signature} was met`).toBe(true);
}

/** `TARGET/SIGNATURE`. */
function signatureOfCase(name: string, text: string): string {
  const { target, expect: expected } = parseCase(name, text);
  return `${target}/${signatureOf(expected.divergence)}`;
}

/** What is told at the end, without how long it took. */
function summaryOf({ out }: Ran, { corpus }: Place) {
  const text = out.trimEnd().split('\n').at(-1)!.replaceAll(corpus, 'CORPUS');
  const { seconds: _, divergences, ...summary } = JSON.parse(text);
  return { ...summary, divergences: divergences.length };
}

/** What a state comes to; cases without the folder of the corpus, which is another for each place. */
function outcomeOf({ state, corpus }: Place) {
  const text = readFileSync(join(state, 'status.json'), 'utf8').replaceAll(corpus, 'CORPUS');
  const { counts, signatures, features, pool, targets } = JSON.parse(text);
  const { last: _, ...signatureCounts } = signatures;
  return {
    counts,
    signatures: signatureCounts,
    features,
    pool,
    targets: targets.map(({ time: _, ...target }: { time: number }) => target),
  };
}

const undisturbed = new Map<number, Promise<{ readonly place: Place; readonly ran: Ran }>>();

/** The campaign with a seed, run once. */
function undisturbedWith(seed: number) {
  const run = async () => {
    const place = placeOf(`undisturbed-${seed}`, seed);
    return { place, ran: await startRefuzz(argsOf(place)).ended };
  };
  const known = undisturbed.get(seed) ?? run();
  undisturbed.set(seed, known);
  return known;
}

/** Starts a session that is to be killed. */
type Session = (args: readonly string[]) => Promise<Ran>;

interface Figures {
  kills: number;
  sessions: number;
  campaigns: number;
  cases: number;
  iterations: number;
}

/** Campaigns that are killed and go on, until enough kills have hit. */
async function killAndGoOn(name: string, session: Session): Promise<Figures> {
  const figures = { kills: 0, sessions: 0, campaigns: 0, cases: 0, iterations: 0 };
  while (figures.kills < KILLS) await oneCampaign(name, session, figures);
  return figures;
}

async function oneCampaign(name: string, session: Session, figures: Figures): Promise<void> {
  const seed = ++figures.campaigns;
  const place = placeOf(`${name}-${seed}`, seed);
  let before = glanceAt(place);
  let ran: Ran;
  do {
    figures.sessions++;
    ran = await (figures.kills < KILLS ? session(argsOf(place)) : startRefuzz(argsOf(place)).ended);
    if (ran.signal === 'SIGKILL') figures.kills++;
    else expect(ran.err, ran.err).not.toMatch(/^(refuzz|internal):/m);
    const now = glanceAt(place);
    expectNothingLost(before, now);
    before = now;
  } while (ran.signal === 'SIGKILL');
  expect(ran.code).toBe(1);
  await expectAsUndisturbed(place, ran);
  figures.cases += before.cases.size;
  figures.iterations += summaryOf(ran, place).iterations;
}

async function expectAsUndisturbed(place: Place, ran: Ran): Promise<void> {
  const expected = await undisturbedWith(place.seed);
  expect(expected.ran.code).toBe(1);
  const [cases, all] = [casesIn(place.corpus), casesIn(expected.place.corpus)];
  expect([...cases.keys()]).toEqual([...all.keys()]);
  for (const [path, text] of all) expect(cases.get(path), path).toBe(text);
  expect(rawFindingsIn(place.state)).toEqual([]);
  for (const folder of [place.state, place.corpus]) {
    expect(filesBelow(folder).filter((name) => /\.(json|jsonl|yaml)\.\d+$/.test(name))).toEqual([]);
  }
  expect(outcomeOf(place)).toEqual(outcomeOf(expected.place));
  expect(summaryOf(ran, place)).toEqual(summaryOf(expected.ran, expected.place));
}

function report(what: string, { kills, sessions, campaigns, cases, iterations }: Figures): void {
  process.stdout.write(
    `${what}: ${kills} kills in ${sessions} sessions of ${campaigns} campaigns; ${cases} cases, ${iterations} iterations; REFUZZ_KILL_SEED=${SEED}\n`,
  );
}

const TIMEOUT = 60_000 + KILLS * 20_000;

test('what a campaign that was killed had met becomes cases when another one is begun in its place', async () => {
  const cwd = mkdtempSync(join(root, 'anew-'));
  const common = ['--corpus', 'corpus', '--workers', WORKERS, '--engine', 'random'];
  const first = startRefuzz(['fuzz', 'refcount-v4.11', '--seed', '1', ...common], {
    cwd,
    node: ['--import', killer],
    env: { REFUZZ_KILL_CASE: '2' },
  });
  expect((await first.ended).signal).toBe('SIGKILL');
  const state = join(cwd, '.refuzz', 'campaign');
  const rawFindings = rawFindingsIn(state);
  expect(rawFindings.length).toBeGreaterThan(5);
  const args = ['fuzz', 'refcount-v4.11', '--seed', '2', '--iterations', '0', ...common];
  expect((await startRefuzz(args, { cwd }).ended).code).toBe(1);
  const cases = [...casesIn(join(cwd, 'corpus'))];
  const signatures = new Set(cases.map(([name, text]) => signatureOfCase(name, text)));
  for (const signature of rawFindings) expect(signatures.has(signature), signature).toBe(true);
  for (const [name, text] of cases) expect(parseCase(name, text).found.seed, name).toBe(1);
});

describe('a campaign that is killed goes on, and comes to the same', () => {
  test('at any instant', { timeout: TIMEOUT }, async () => {
    const choices = new RandomChoices(SEED, 0);
    const figures = await killAndGoOn('instants', (args) => {
      // Some milliseconds into the session; or right when the nth new signature is told, when most is being written.
      const delay = choices.below(1500);
      const news = choices.below(2) === 0 ? 1 + choices.below(12) : Number.POSITIVE_INFINITY;
      const kill = () => started.child.kill('SIGKILL');
      const onErr = (err: string) => {
        if (err.split('\nnew  ').length > news) kill();
      };
      const started = startRefuzz(args, { onErr });
      const timer = news === Number.POSITIVE_INFINITY ? setTimeout(kill, delay) : undefined;
      return started.ended.finally(() => clearTimeout(timer));
    });
    report('at any instant', figures);
  });

  test('at any change to the disk', { timeout: TIMEOUT }, async () => {
    const choices = new RandomChoices(SEED, 1);
    let session = 0;
    const figures = await killAndGoOn('writes', (args) => {
      // In the middle of a round's cases; soon, when what the one before left is taken up; or anywhere.
      const env = [
        { REFUZZ_KILL_CASE: String(2 + choices.below(10)) },
        { REFUZZ_KILL_AT: String(1 + choices.below(30)) },
        { REFUZZ_KILL_AT: String(1 + choices.below(300)) },
      ][session++ % 3]!;
      return startRefuzz(args, { node: ['--import', killer], env }).ended;
    });
    report('at any change to the disk', figures);
  });
});
