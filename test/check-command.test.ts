import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { type Ran, refuzz, startRefuzz } from './refuzz.ts';

const root = mkdtempSync(join(tmpdir(), 'refuzz-check-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
let cwd: string;
beforeEach(() => {
  cwd = join(root, String(folders++));
  mkdirSync(cwd);
});

const check = (...args: string[]) => refuzz(['check', ...args], { cwd });
const json = ({ out }: Ran) => JSON.parse(out.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;

/** A counter target with few programs, in the working folder. */
function small(changes = ''): string {
  const lines = [
    'target: small',
    'about: few ops',
    'reference: atomic',
    'subject: refcount/v5.5',
    'threads: 2',
    'ops: [inc, dec_and_test, read]',
    'initial: [1, 3, INT_MAX]',
  ];
  writeFileSync(join(cwd, 'small.yaml'), `${lines.join('\n')}\n${changes}`);
  return './small.yaml';
}

describe('a scope', () => {
  test('of a sound conversion is equivalent, and exits with 0', async () => {
    const ran = await check('inet-peer-biased', '--json');
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/^ship within 2 × 2: equivalent in both directions\n/);
    const answer = json(ran);
    expect(answer).toMatchObject({
      programs: 1920,
      decided: 1920,
      undecided: 0,
      equivalent: true,
      divergences: [],
    });
    expect(existsSync(join(cwd, 'corpus'))).toBe(false);
    expect(readdirSync(join(cwd, '.refuzz'))).toEqual([]);
  });

  test('with an outcome of the reference that the subject lacks is not', async () => {
    const ran = await check('ip-vs-dest-now', '--json');
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/^ship within 2 × 2: nothing new; ip-vs-dest-now lacks outcomes of ip-vs-dest/);
    expect(ran.out).toContain('svc: bind, expire | unlink, expire');
    expect(json(ran)).toMatchObject({ undecided: 0, losing: 1, differing: 0, equivalent: false });
  });

  test('that differs stores the smallest programs, exits with 1, and then knows them', async () => {
    const first = await check(small(), '--corpus', 'c', '--json');
    expect(first.code).toBe(1);
    expect(first.out).toMatch(/^protects where atomic goes wrong: inc leaves 0xC0000000/);
    expect(first.out).toContain('compared: refcount/v5.5 against atomic\ndiffers: ');
    const { divergences } = json(first) as {
      divergences: { case: string; kind: string; preemptions: number }[];
    };
    const windows = divergences.filter(({ preemptions }) => preemptions > 0);
    expect(windows.length).toBeGreaterThan(0);
    for (const { preemptions } of windows) expect(preemptions).toBe(1);
    const again = await check(small(), '--corpus', 'c', '--json');
    expect(again.code).toBe(0);
    expect(again.out).toMatch(/^protects .*; known to the corpus/);
    expect(json(again).divergences).toEqual(divergences);
    const replayed = await refuzz(['replay', 'c', '--target-file', 'small.yaml'], { cwd });
    expect(replayed.out).toContain(`${divergences.length} passed, 0 failed`);
  });

  test('gives the same on one thread and on three', async () => {
    const [one, three] = [
      await check(small(), '--corpus', 'one', '--workers', '1', '--json'),
      await check(small(), '--corpus', 'three', '--workers', '3', '--json'),
    ];
    const plain = (ran: Ran) => JSON.stringify({ ...json(ran), seconds: 0 }).replaceAll(/(one|three)\//g, '');
    expect(plain(one)).toBe(plain(three));
    const casesOf = (corpus: string) =>
      (readdirSync(join(cwd, corpus, 'small'), { recursive: true }) as string[])
        .filter((file) => file.endsWith('.yaml'))
        .sort();
    const files = casesOf('one');
    expect(files.length).toBeGreaterThan(0);
    expect(casesOf('three')).toEqual(files);
    for (const file of files) {
      const [mine, theirs] = ['one', 'three'].map((name) =>
        readFileSync(join(cwd, name, 'small', file), 'utf8'),
      );
      expect(theirs).toBe(mine);
    }
  });

  test('that hits a bound is unknown, and exits with 3', async () => {
    const ran = await check('inet-peer-biased', '--limit', '20', '--json');
    expect(ran.code).toBe(3);
    expect(ran.out).toMatch(/^undecided: 1 193 of 1 920 programs are too large/);
    expect(ran.out).toContain('raise --limit');
    const { undecided, equivalent } = json(ran);
    expect(undecided).toBeGreaterThan(0);
    expect(equivalent).toBe(false);
  });

  test('of several targets says which each sentence is about, the gravest finding drawn below', async () => {
    const ran = await check('inet-peer-naive', 'inet-peer-biased', '--corpus', 'c', '--json');
    const [sentence, , title] = ran.out.split('\n');
    expect(sentence).toBe(
      'inet-peer-naive: do not ship: lookup is refused, where inet-peer has granted (1 op: "idle: lookup")',
    );
    expect(title).toBe('inet-peer-naive  lookup-zero-result-false-alarm');
    expect(ran.out).toContain('\ninet-peer-biased: ship within 2 × 2: equivalent');
    const { answer } = json(ran) as { answer: string[] };
    expect(answer).toEqual([
      sentence!.replace('inet-peer-naive: ', ''),
      'ship within 2 × 2: equivalent in both directions',
    ]);
  });

  test('as a paragraph for a commit says what was compared, how far, and what came of it', async () => {
    const ran = await check('inet-peer-biased', '--threads', '1', '--changelog');
    expect(ran.code).toBe(0);
    expect(ran.out.replace(/refuzz \S+/, 'refuzz 1').replaceAll('\n', ' ')).toBe(
      'refuzz 1 compared inet-peer-biased against inet-peer: 90 programs of up to 1 thread of 2 ops each, under every schedule of sequentially consistent accesses. Answer: ship within 1 × 2: equivalent in both directions. ',
    );
    for (const line of ran.out.split('\n')) expect(line.length).toBeLessThanOrEqual(72);
  });

  test('that is interrupted exits with 130, and stores nothing', async () => {
    const args = ['check', 'ip-vs-dest-naive', '--threads', '3', '--corpus', 'c', '--json'];
    const ran = await refuzz(args, { cwd, signalAfter: /122031 programs/ });
    expect(ran.code, ran.err).toBe(130);
    expect(ran.out).toContain('not covered: ');
    expect(json(ran)).toMatchObject({ equivalent: false });
    // Not all programs are known yet, so nothing is called the smallest.
    expect(existsSync(join(cwd, 'c'))).toBe(false);
  });

  // A sound one, which has nothing to tell when it is interrupted.
  test('that was interrupted goes on where it was', async () => {
    const args = ['check', 'ip-vs-dest-now', '--threads', '3', '--corpus', 'c'];
    const { child, ended } = startRefuzz(args, { cwd });
    // It has something to go on from once a job is written down.
    const journal = join(cwd, '.refuzz/check-ip-vs-dest-now-3x2.jsonl');
    const jobs = () => (existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').length - 2 : 0);
    while (jobs() < 1 && child.exitCode === null) await setTimeout(20);
    child.kill('SIGINT');
    const first = await ended;
    expect(first.code, first.err).toBe(130);
    const second = await refuzz(args, { cwd, signalAfter: /of which .* already/ });
    expect(second.code).toBe(130);
    expect(second.err).toMatch(/of which .*check-ip-vs-dest-now-3x2.jsonl has \d+ already/);
  });

  test('whose findings cannot be stored shows them, and exits with 2', async () => {
    writeFileSync(join(cwd, 'blocked'), '');
    const ran = await check(small(), '--corpus', 'blocked/c');
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('case: 2\ntarget: small');
    expect(ran.out).toContain('differs: ');
  });
});

describe('one program', () => {
  test('whose values stay inside is proved equivalent', async () => {
    const ran = await check(
      'refcount-v5.5',
      '--program',
      '5: inc, dec | inc_not_zero, dec_and_test',
      '--json',
    );
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('equivalent: proof for this program');
    expect(json(ran)).toMatchObject({
      programs: 1,
      decided: 1,
      equivalent: true,
      interior: true,
      subject: { states: 14, interleavings: '11', outcomes: 1 },
    });
  });

  test('that differs has its outcomes listed, with schedules', async () => {
    const ran = await check('refcount-v5.5', '--program', '1: inc_not_zero, dec_and_test | dec');
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('outcomes: 3 new, 2 lost');
    expect(ran.out).toMatch(/inc_not_zero-zero-result-transient +\[1 0 0 0 1\]: 1 preemption, minimal/);
  });

  test('of a stored case is decided as well', async () => {
    const path = join(process.cwd(), 'corpus/inet-peer-naive/gc-at-0/gc-zero-result-false-alarm.yaml');
    cpSync(path, join(cwd, 'case.yaml'));
    const ran = await check('--case', 'case.yaml');
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('gc-zero-result-false-alarm');
  });

  test('too large for the limit says that more may differ', async () => {
    const ran = await check('refcount-v5.5', '--limit', '1', '--program', '1: inc | dec', '--json');
    expect(ran.out).toContain('differs: at least');
    expect(json(ran)).toMatchObject({ decided: 0, undecided: 1, equivalent: false });
  });
});

describe('counters in C', () => {
  /** The folder that docs/test-your-counter.md goes through. */
  const gates = () =>
    cpSync(join(import.meta.dirname, '..', 'docs', 'examples', 'c', 'counter'), cwd, { recursive: true });

  test('an alarm that only misuse raises is no reason to hold a counter back', async () => {
    gates();
    const ran = await check('gate-fixed.yaml');
    expect(ran.out).toMatch(
      /^look at misuse: dec_and_test leaves INT_MAX, .*, and sound use shows no finding\n/,
    );
    expect(ran.code).toBe(1);
  });

  test('a bare --only takes no word for its names; a name in its place is told how to be one', async () => {
    gates();
    const pair = ['--before', 'counter-fixed.c', '--after', 'counter-fixed.c', '--ops', '1'];
    expect((await check(...pair, '--only=inc')).out).toMatch(/^ship .*, without the ops .*read\n/);
    expect(await check('--only', ...pair)).toMatchObject({ code: 0, err: expect.stringMatching(/programs/) });
    expect(await check(...pair, '--only', 'inc')).toMatchObject({
      code: 2,
      err: expect.stringContaining('leave out "inc", or write --only=inc to compare only that'),
    });
    // A file is taken for the one source that is asked about, and not for a name.
    expect(await check('--only', 'counter.c')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--only'),
    });
  });
});

describe('wrong usage exits with 2 and says what to do', () => {
  test.each([
    [['refcount-v5.5', '--program', '1 inc'], /has no start; write 1: inc, dec \| read/],
    [['refcount-v5.5', '--program', '1: inc,, dec'], /an op is missing/],
    [['refcount-v5.5', '--program', '1: inx'], /unknown op "inx"; did you mean "inc"/],
    [['inet-peer-now', '--program', 'idel: gc'], /has no state "idel"; it has idle, one, two/],
    [['--program', '1: inc'], /a program needs one target/],
    [['refcount-v5.5', '--program', '1: inc', '--sweep'], /cannot be used with option '--sweep'/],
    [['inet-peer-now', '--sweep'], /a sweep is for counters/],
    [['refcount-v5.5', '--threads', '4'], /has at most 3 threads, and --threads asks for 4/],
    [['refcount-v5.5', '--threads', '3', '--ops', '12'], /too many programs/],
    [['refcount-v5.5', '--state', ''], /write the name of a file/],
    [['refcount-v5.5', 'pax', '--state', 'x'], /--state is the file of one check/],
  ])('%j', async (args, message) => {
    const { code, err } = await check(...args);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });

  test('a journal of something else is left alone', async () => {
    writeFileSync(join(cwd, 'notes'), 'my notes');
    const { code, err } = await check('inet-peer-biased', '--state', 'notes');
    expect(err).toContain('notes: is not the journal of a check');
    expect(code).toBe(2);
    expect(readFileSync(join(cwd, 'notes'), 'utf8')).toBe('my notes');
  });
});
