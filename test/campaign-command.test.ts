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
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sealed, unsealed } from '../fuzz/storage/sealed.ts';
import { casesIn, json, searchedIn } from './campaign-folders.ts';
import { type Ran, refuzz, startRefuzz } from './refuzz.ts';
import { refuzzHere } from './refuzz-here.ts';
import { THOROUGH } from './thorough.ts';

const root = mkdtempSync(join(tmpdir(), 'refuzz-campaign-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
let cwd: string;
beforeEach(() => {
  cwd = join(root, String(folders++));
  mkdirSync(cwd);
});

const run = (...args: string[]) => refuzz(args, { cwd });
const fuzz = (...args: string[]) => run('fuzz', ...args);
const summaryOf = ({ out }: Ran) => JSON.parse(out.trimEnd().split('\n').at(-1)!);
const path = (...names: string[]) => join(cwd, ...names);

/** A short campaign, run once, with its corpus in `corpus` and its state in `state`. */
const BEGUN = join(root, 'begun');
const SHORT = ['refcount-v4.11', 'inet-peer-naive', '--seed', '6', '--iterations', '60', '--workers', '1'];
beforeAll(async () => {
  mkdirSync(BEGUN);
  const ran = await refuzz(['fuzz', ...SHORT, '--corpus', 'corpus', '--state', 'state', '--json'], {
    cwd: BEGUN,
  });
  expect(ran.code).toBe(1);
}, 120_000);

/** Somewhere else, so that it can be spoiled. */
const begun = () => cpSync(BEGUN, cwd, { recursive: true });

test.each([
  'threads',
  'jsfuzz',
])('%s says first that nothing was decided, where its time was over before', async (engine) => {
  const ran = await fuzz('refcount-v4.11', '--engine', engine, '--time', '1ms', '--corpus', 'corpus');
  expect(ran.out.split('\n')[0]).toBe('nothing was decided; give it more time');
  expect(ran.code).toBe(3);
});

test('asks for memory orders where that is wanted, and when it is resumed', async () => {
  writeFileSync(path('puts.yaml'), PUTS);
  const asked = ['puts.yaml', '--seed', '1', '--workers', '1', '--corpus', 'corpus', '--state', 'state'];
  const ran = await fuzz(...asked, '--memory', 'kernel', '--iterations', '200');
  expect(ran.code).toBe(1);
  expect(ran.out).toContain('dec-and-test-zero-race-breaks.yaml');
  const resumed = await run('fuzz', '--resume', '--state', 'state', '--memory', 'sc');
  expect(resumed.err).toContain('was started with --memory kernel');
  const replayed = await run('replay', 'corpus', '--target-file', 'puts.yaml');
  expect(replayed.code).toBe(0);
  const [race] = /corpus\S*dec-and-test-zero-race-breaks\.yaml/.exec(ran.out)!;
  const told = await run('explain', race, '--target-file', 'puts.yaml');
  expect(told.out).toContain('--to litmus -o repro.litmus');
  const threads = await fuzz('puts.yaml', '--engine', 'threads', '--memory', 'kernel', '--iterations', '1');
  expect(threads.err).toContain('--memory kernel is for the random engine');
});

/** The first refcount_t, whose last put acquires nothing. */
const PUTS = `target: puts
about: last puts of v4.11
reference: atomic
subject: refcount/v4.11
ops: [dec_and_test]
initial: [2]
oracles: [lockstep]
`;

/** Starts a campaign without an end, and waits until it has begun to search. */
async function running(...args: string[]) {
  let isSearching = () => {};
  const begins = new Promise<void>((resolve) => {
    isSearching = resolve;
  });
  const started = startRefuzz(['fuzz', ...args, '--state', 'state', '--corpus', 'corpus', '--time', '10m'], {
    cwd,
    onErr: (err) => {
      if (/^new /m.test(err)) isSearching();
    },
  });
  await begins;
  return started;
}

describe('the number of workers', () => {
  test('changes nothing of what is found, counted and learnt, byte for byte', async () => {
    const campaignOn = async (workers: string) => {
      const [state, corpus] = [path(`state-${workers}`), path(`corpus-${workers}`)];
      // Some rounds: what is learnt in one is what the ones after the next start from.
      const args = ['refcount-v4.11', 'inet-peer-naive', '--seed', '1', '--iterations', '300'];
      expect((await fuzz(...args, '--workers', workers, '--state', state, '--corpus', corpus)).code).toBe(1);
      const { counts, signatures, features, pool, workers: rates } = json(join(state, 'status.json'));
      expect(rates.length).toBe(Number(workers));
      return { cases: [...casesIn(corpus)], counts, found: signatures.new, features, pool };
    };
    const one = await campaignOn('1');
    expect(one.cases.length).toBeGreaterThan(40);
    for (const workers of THOROUGH ? ['2', '4'] : ['3']) expect(await campaignOn(workers)).toEqual(one);
  });
});

describe('the end', () => {
  test('--until-new ends it long before the time is over', async () => {
    const ran = await fuzz('refcount-v4.11', '--until-new', '3', '--time', '10m', '--corpus', 'c', '--json');
    expect(ran.code).toBe(1);
    expect(summaryOf(ran).new).toBeGreaterThanOrEqual(3);
    expect(casesIn(path('c')).size).toBe(summaryOf(ran).new);
  });

  test('--time 0s ends it at once: each worker does one iteration', async () => {
    const ran = await fuzz('inet-peer-biased', '--time', '0s', '--workers', '2', '--json');
    expect([0, 3]).toContain(ran.code);
    expect(summaryOf(ran).iterations).toBeLessThanOrEqual(2);
  });

  test('an interrupt tells what there is, and the campaign goes on later', async () => {
    const { child, ended } = await running('refcount-v4.11', '--seed', '6');
    child.kill('SIGINT');
    const ran = await ended;
    expect(ran.code).toBe(130);
    expect(ran.out).toMatch(/programs \(.* decided\)/);
    const status = json(path('state', 'status.json'));
    expect(status.state).toBe('interrupted');
    expect(existsSync(path('state', 'lock'))).toBe(false);
    // Whatever was met is a case, unless there was no time for it, and then it is said.
    const left = Number(/^(\d+) raw findings? (?:is|are) not minimal yet/m.exec(ran.out)?.[1] ?? 0);
    expect(readdirSync(path('state', 'raw-findings', 'refcount-v4.11')).length).toBe(left);

    const more = String(status.counts.iterations + 300);
    const resumed = await fuzz(
      '--resume',
      '--state',
      'state',
      '--corpus',
      'corpus',
      '--iterations',
      more,
      '--json',
    );
    expect(resumed.code).toBe(1);
    expect(summaryOf(resumed).iterations).toBe(Number(more));
    expect(json(path('state', 'status.json')).uptime).toBeGreaterThan(status.uptime);
  });

  test('a second interrupt ends it on the spot, and the campaign goes on later', async () => {
    const { child, ended } = await running('refcount-v4.11', '--seed', '6');
    child.kill('SIGINT');
    // Another signal: of two that are alike, the system may deliver one.
    child.kill('SIGTERM');
    const ran = await ended;
    // By the signal itself, which a shell tells as 130.
    expect(['SIGINT', 'SIGTERM']).toContain(ran.signal);
    expect(ran.out).toBe('');
    const places = ['--state', 'state', '--corpus', 'corpus'];
    expect((await fuzz('--resume', ...places, '--iterations', '60', '--json')).code).toBe(1);
  });
});

describe('going on', () => {
  const places = ['--state', 'state', '--corpus', 'corpus'];
  const resume = (...args: string[]) => fuzz('--resume', ...places, ...args);

  test('with more iterations comes to what they all would have found in one go', async () => {
    begun();
    expect((await resume('--iterations', '100')).code).toBe(1);
    await fuzz(...SHORT.slice(0, 3), '6', '--iterations', '100', '--state', 'other', '--corpus', 'one');
    expect([...casesIn(path('corpus'))]).toEqual([...casesIn(path('one'))]);
  });

  test('at its end has nothing to do, and tells the same', async () => {
    begun();
    const before = casesIn(path('corpus'));
    const ran = await resume('--iterations', '60', '--json');
    expect(ran.code).toBe(1);
    expect(summaryOf(ran)).toMatchObject({ iterations: 120, new: before.size });
    expect([...casesIn(path('corpus'))]).toEqual([...before]);
  });

  test.each([
    [
      ['--seed', '7'],
      'was started with --seed 6; --resume continues it with that, so leave the option out, or name another folder with --state',
    ],
    [['pax'], 'was started with the targets refcount-v4.11 inet-peer-naive;'],
    [['refcount-v4.11'], 'was started with the targets refcount-v4.11 inet-peer-naive;'],
    [['--max-ops', '3'], 'was started with --max-ops 12;'],
    [['--max-threads', '2'], 'was started with no --max-threads;'],
    [['--no-feedback'], 'was started with feedback;'],
    [['--kernel', 'x'], 'was started with no --kernel;'],
  ])('with %j is refused, and leaves the campaign as it is', async (args, message) => {
    const before = [...searchedIn(join(BEGUN, 'state'))];
    const again = ['fuzz', '--resume', '--state', 'state', '--corpus', 'corpus', '--iterations', '300'];
    const ran = await refuzzHere([...again, ...args], BEGUN);
    expect(ran.err).toContain(`refuzz: state: ${message}`);
    expect(ran.code).toBe(2);
    expect(existsSync(join(BEGUN, 'state', 'lock'))).toBe(false);
    expect([...searchedIn(join(BEGUN, 'state'))]).toEqual(before);
  });

  test('goes on after that, also with the options that it was started with', async () => {
    begun();
    const own = ['--seed', '6', 'refcount-v4.11', 'inet-peer-naive'];
    expect((await resume(...own, '--iterations', '60')).code).toBe(1);
  });

  test('with another version of refuzz is refused', async () => {
    begun();
    const header = path('state', 'campaign.json');
    const stored = unsealed(readFileSync(header, 'utf8').trimEnd()) as object;
    writeFileSync(header, sealed({ ...stored, version: '0.0.1' }));
    const { code, err } = await refuzzHere(['fuzz', '--resume', ...places], cwd);
    expect(err).toMatch(
      /refuzz: state: is a campaign of refuzz 0\.0\.1, and this is .*; start a new campaign/,
    );
    expect(code).toBe(2);
  });

  test.each([
    ['initial: [1, 3]', 'initial: [1, 4]'],
    ['threads: 2', 'threads: 3'],
    ['ops: [inc, read]', 'ops: [inc, dec, read]'],
    ['subject: refcount/v5.5', 'subject: refcount/v4.11'],
  ])('with a target file that has changed (%s) is refused', async (was, is) => {
    const lines = ['target: mine', 'about: x', 'reference: atomic', 'subject: refcount/v5.5'];
    const text = [...lines, 'threads: 2', 'ops: [inc, read]', 'initial: [1, 3]', ''].join('\n');
    writeFileSync(path('mine.yaml'), text);
    await fuzz('mine.yaml', ...places, '--iterations', '1', '--workers', '1');
    writeFileSync(path('mine.yaml'), text.replace(was, is));
    const { code, err } = await refuzzHere(['fuzz', '--resume', ...places, '--iterations', '10'], cwd);
    expect(err).toContain('belongs to another search (target, code or version differ); start a new campaign');
    expect(code).toBe(2);
  });

  test.each([
    ['nothing', () => {}, 'state: holds no campaign; name the folder of one with --state'],
    [
      'a damaged one',
      () => writeFileSync(path('state', 'campaign.json'), '{'),
      'is damaged; start a new campaign',
    ],
  ])('with %s is refused', async (_, spoil, message) => {
    mkdirSync(path('state'));
    spoil();
    const { code, err } = await refuzzHere(['fuzz', '--resume', ...places], cwd);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});

describe('a state', () => {
  test('that was named is not begun anew', async () => {
    begun();
    const { code, err } = await refuzzHere(['fuzz', 'pax', '--state', 'state'], cwd);
    expect(err).toContain(
      'state: holds a campaign; continue it with --resume, or name another folder with --state',
    );
    expect(code).toBe(2);
  });

  test('whose beginning was killed is begun anew', async () => {
    mkdirSync(path('state'));
    writeFileSync(path('state', 'campaign.json.2718281828'), '{"campaign":');
    const ran = await fuzz('inet-peer-biased', '--iterations', '20', '--state', 'state', '--corpus', 'c');
    expect(ran.code, ran.err).toBe(0);
    expect(readdirSync(path('state')).filter((name) => /\d$/.test(name))).toEqual([]);
  });

  test('of somebody else is not written into', async () => {
    mkdirSync(path('mine'));
    writeFileSync(path('mine', 'notes'), 'my notes');
    for (const place of ['mine', 'mine/notes']) {
      const { code, err } = await refuzzHere(['fuzz', 'pax', '--state', place], cwd);
      expect(err).toMatch(/holds other files|is not a folder/);
      expect(code).toBe(2);
    }
    expect(readdirSync(path('mine'))).toEqual(['notes']);
  });

  test('that nobody named is moved aside, and its raw findings become cases of its own seed', async () => {
    begun();
    mkdirSync(path('.refuzz'));
    cpSync(path('state'), path('.refuzz', 'campaign'), { recursive: true });
    const journal = readFileSync(path('state', 'targets', 'refcount-v4.11', 'journal.jsonl'), 'utf8');
    const part = journal.split('\n').find((line) => line.includes('"rawFindings":[{'))!;
    const rawFindings = JSON.parse(part).part.rawFindings[0];
    const rawFindingsFolder = path('.refuzz', 'campaign', 'raw-findings', 'refcount-v4.11');
    writeFileSync(
      join(rawFindingsFolder, 'one.json'),
      JSON.stringify({ target: 'refcount-v4.11', ...rawFindings }),
    );
    // With --engine a test's campaign has no state of its own.
    const done = await fuzz(
      'refcount-v4.11',
      '--engine',
      'random',
      '--seed',
      '9',
      '--iterations',
      '0',
      '--corpus',
      'new',
    );
    expect(done.code, done.err).toBe(1);
    const cases = [...casesIn(path('new')).values()];
    expect(cases.length).toBeGreaterThanOrEqual(1);
    expect(cases[0]).toContain(
      `found: { by: random, seed: 0x00000006, iteration: ${rawFindings.iteration} }`,
    );
    expect(json(path('.refuzz', 'campaign', 'campaign.json')).seed).toBe(9);
    expect(json(path('.refuzz', 'campaign.previous', 'campaign.json')).seed).toBe(6);
  });
});

/** As refuzz 0.4.0 left a campaign that was killed. */
function of040(folder: string): string {
  const header = {
    campaign: 1,
    version: '0.4.0',
    seed: 3,
    maxOps: 12,
    feedback: true,
    targets: ['pax'],
    code: {},
  };
  mkdirSync(join(folder, 'targets', 'pax'), { recursive: true });
  mkdirSync(join(folder, 'sighted', 'pax'), { recursive: true });
  writeFileSync(join(folder, 'campaign.json'), `${JSON.stringify(header)}\n`);
  writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: 99_999_999, host: hostname() }));
  writeFileSync(join(folder, 'targets', 'pax', 'journal.jsonl'), '{"journal":1,"digest":"x"}\n');
  writeFileSync(join(folder, 'sighted', 'pax', 'inc-zero-value-protects.json'), '{}\n');
  return readdirSync(folder, { recursive: true })
    .filter((name) => name !== 'lock')
    .sort()
    .join();
}

describe('a campaign of refuzz 0.4.0', () => {
  const state = () => path('.refuzz', 'campaign');
  const SHORT_ONE = ['inet-peer-biased', '--engine', 'random', '--iterations', '20', '--corpus', 'c'];

  test('that lies where nobody named it is moved aside, is never overwritten, and a new one runs', async () => {
    const files = of040(state());
    const ran = await fuzz(...SHORT_ONE);
    expect(ran.code, ran.err).toBe(0);
    expect(ran.err).toContain(
      '.refuzz/campaign held a campaign of another version of refuzz; it is kept in .refuzz/campaign.0.4.0, and that version continues it: refuzz fuzz --resume --state .refuzz/campaign.0.4.0',
    );
    const filesOf = (folder: string) => readdirSync(folder, { recursive: true }).sort().join();
    expect(filesOf(`${state()}.0.4.0`)).toBe(files);
    // Another one, and another campaign after it.
    rmSync(state(), { recursive: true });
    of040(state());
    for (const aside of ['.0.4.0-2', '']) {
      const next = await fuzz(...SHORT_ONE);
      expect(next.code, next.err).toBe(0);
      expect(existsSync(`${state()}${aside}`)).toBe(true);
    }
    expect(filesOf(`${state()}.0.4.0`)).toBe(files);
    expect(filesOf(`${state()}.0.4.0-2`)).toBe(files);
  });

  test.each([
    [['fuzz', 'pax', '--state', 'state'], 'finish it with that version, or name another folder with --state'],
    [
      ['fuzz', '--resume', '--state', 'state'],
      'which this version cannot continue; finish it with that version',
    ],
    [['pool', 'minimize', '--state', 'state'], 'which this version cannot continue'],
    [['status', '--state', 'state'], 'which this version cannot continue'],
  ])('is left as it is by %j, which says what it is', async (args, message) => {
    const files = of040(path('state'));
    const { code, err } = await refuzzHere(args, cwd);
    expect(err).toContain('refuzz: state: holds a campaign of refuzz 0.4.0');
    expect(err).toContain(message);
    expect(code).toBe(2);
    const left = readdirSync(path('state'), { recursive: true }).filter((name) => name !== 'lock');
    expect(left.sort().join()).toBe(files);
  });
});

describe('one process at a time', () => {
  test('has a campaign; status tells which; another one gets it when that was killed', async () => {
    const { child, ended } = await running('refcount-v4.11', '--seed', '6');
    for (const args of [
      ['fuzz', '--resume', '--state', 'state', '--time', '1s'],
      ['pool', 'minimize', '--state', 'state'],
    ]) {
      const { code, err } = await run(...args);
      expect(err).toContain(`refuzz: state: another campaign (process ${child.pid}`);
      expect(err).toContain('is using it; wait for its end, or name another with --state');
      expect(code).toBe(2);
    }
    const running1 = await run('status', '--state', 'state');
    expect(running1.out).toContain(`seed 6; running as process ${child.pid}`);
    expect(running1.code).toBe(0);
    const told = JSON.parse((await run('status', '--state', 'state', '--json')).out);
    expect(told).toMatchObject({ state: 'running', pid: child.pid, folder: 'state', started: { seed: 6 } });

    child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    const killed = await run('status', '--state', 'state');
    expect(killed.out).toContain('not running; refuzz fuzz --resume --state state continues it');
    expect(JSON.parse((await run('status', '--state', 'state', '--json')).out).state).toBe('failed');
    const args = ['--resume', '--state', 'state', '--corpus', 'corpus', '--iterations', '60'];
    expect((await fuzz(...args)).code).toBe(1);
    expect(JSON.parse((await run('status', '--state', 'state', '--json')).out)).toMatchObject({
      state: 'done',
    });
  });

  test('also when several begin at the same moment', async () => {
    begun();
    const args = [
      'fuzz',
      '--resume',
      '--state',
      'state',
      '--corpus',
      'corpus',
      '--time',
      '2s',
      '--workers',
      '1',
    ];
    const all = await Promise.all([1, 2, 3].map(() => run(...args)));
    const refused = all.filter(({ code }) => code === 2);
    for (const { err } of refused) expect(err).toContain('is using it');
    expect(refused.length).toBe(2);
  });
});

describe('status', () => {
  test('of a campaign that is over', async () => {
    const { code, out } = await refuzz(['status', '--state', 'state'], { cwd: BEGUN });
    expect(code).toBe(0);
    expect(out).toContain('campaign state: seed 6; not running');
    expect(out).toContain('refcount-v4.11');
    expect(out).toContain('inet-peer-naive');
    expect(out).toMatch(/^refcount-v4\.11\n {2}new {4}[a-z_+]+-\S+ +\(\d+ protects/m);
    expect(out).toMatch(/^refuzz explain corpus\/refcount-v4\.11\/\S+ tells the story of one$/m);
  });

  test('as JSON has the shape that is documented', async () => {
    const { out } = await refuzz(['status', '--state', 'state', '--json'], { cwd: BEGUN });
    expect(out.trimEnd().split('\n').length).toBe(1);
    const status = JSON.parse(out);
    expect(status).toMatchObject({ state: 'done', seed: 6, crashes: 0, leftOut: 0, folder: 'state' });
    expect(status.counts.iterations).toBe(120);
    expect(status.started).toMatchObject({
      campaign: 3,
      seed: 6,
      targets: ['refcount-v4.11', 'inet-peer-naive'],
    });
    expect(status).not.toHaveProperty('pid');
    const names = Object.keys(status).sort();
    expect(names).toEqual(
      [
        'state',
        'seed',
        'uptime',
        'session',
        'counts',
        'rates',
        'signatures',
        'features',
        'pool',
        'curve',
        'crashes',
        'leftOut',
        'memory',
        'minimizing',
        'workers',
        'targets',
        'folder',
        'started',
      ].sort(),
    );
    const fields = [
      'name',
      'iterations',
      'programs',
      'known',
      'new',
      'features',
      'pool',
      'time',
      'causes',
    ].sort();
    for (const target of status.targets) expect(Object.keys(target).sort()).toEqual(fields);
  });

  test.each(['none', '.'])('of %s is refused', async (state) => {
    const { code, err } = await refuzzHere(['status', '--state', state], cwd);
    expect(err).toContain('holds no campaign; name the folder of one with --state');
    expect(code).toBe(2);
  });
});

describe('pool minimize', () => {
  test('keeps fewer programs that show as much, and the campaign goes on', async () => {
    begun();
    // Some rounds: a program is kept at the end of its round.
    const more = ['--resume', '--state', 'state', '--corpus', 'corpus', '--json', '--iterations'];
    await fuzz(...more, '300');
    const before = searchedIn(path('state'));
    const { code, out } = await run('pool', 'minimize', '--state', 'state');
    expect(code).toBe(0);
    for (const target of ['refcount-v4.11', 'inet-peer-naive']) {
      const [, had, kept] = out.match(new RegExp(`${target}: (\\d+) programs, (\\d+) kept`))!;
      expect(Number(kept)).toBeGreaterThan(0);
      expect(Number(kept)).toBeLessThan(Number(had));
    }
    for (const [name, { counts, signatures }] of searchedIn(path('state'))) {
      expect(counts).toEqual(before.get(name)!.counts);
      expect([...signatures].sort()).toEqual([...before.get(name)!.signatures].sort());
    }
    const cases = casesIn(path('corpus'));
    expect(summaryOf(await fuzz(...more, '350')).iterations).toBe(700);
    // The rounds that found these are gone from the journal: what they found is no news all the same.
    const now = casesIn(path('corpus'));
    for (const [name, text] of cases) expect(now.get(name), name).toBe(text);
  });

  test('has another spelling than it had, and corpus has other commands', async () => {
    const old = await refuzzHere(['corpus', 'reduce', '--state', 'state'], cwd);
    expect(old.err).toBe('refuzz: command line: corpus reduce is spelled "refuzz pool minimize" now\n');
    expect(old.code).toBe(2);
    const bare = await refuzzHere(['corpus'], cwd);
    expect(bare.err).toContain('Usage: refuzz corpus [options] [command]');
    expect(bare.code).toBe(2);
  });

  test('of nothing is refused', async () => {
    const { code, err } = await refuzzHere(['pool', 'minimize'], cwd);
    expect(err).toContain('holds no campaign');
    expect(code).toBe(2);
  });
});

describe('wrong usage exits with 2 and says what to do', () => {
  test.each([
    [['--time', '0'], /write a number and a unit: 500ms/],
    [['--time', '-1s'], /write a number and a unit/],
    [['--time', '1 s'], /write a number and a unit/],
    [['--watchdog', 'never'], /write a number and a unit/],
    [['--iterations', '1e3'], /write a whole number from 0/],
    [['--until-new', '0'], /write a whole number from 1/],
    [['--workers', '0'], /from 1 to 256/],
    [['--workers', '257'], /from 1 to 256/],
    [['--seed', '-1'], /write a whole number from 0/],
    [['--max-ops', '13'], /from 1 to 12/],
    [['--state', ''], /write the name of a file/],
    [['--corpus', ''], /write the name of a file/],
    [['--engine', 'jazz'], /Allowed choices are random, threads, kernel, jsfuzz/],
    [['--resum'], /unknown option '--resum'[\s\S]*--resume/],
    [['--program', '0: inc'], /--program does not go with --engine random: it races one program/],
    [
      ['--engine', 'threads', '--workers', '2'],
      /--workers does not go with --engine threads: a program runs on/,
    ],
    [['--engine', 'threads', '--until-new', '2'], /--until-new does not go with --engine threads/],
    [['--engine', 'threads', '--no-feedback'], /--no-feedback does not go with --engine threads/],
    [['--engine', 'threads', '--resume'], /--resume does not go with --engine threads/],
    [['--engine', 'jsfuzz', '--seed', '1'], /--seed does not go with --engine jsfuzz: jsfuzz has no seed/],
    [['--engine', 'jsfuzz', '--iterations', '1'], /--iterations does not go with --engine jsfuzz.*--time/],
    [['--engine', 'jsfuzz', '--watchdog', '1s'], /--watchdog does not go with --engine jsfuzz/],
  ])('%j', async (args, message) => {
    const { code, err } = await refuzzHere(['fuzz', 'pax', ...args], cwd);
    expect(err).toMatch(message);
    expect(code).toBe(2);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test.each(['status', 'pool minimize'])('%s with an option it lacks', async (command) => {
    const { code, err } = await refuzzHere([...command.split(' '), '--sate', 'x'], cwd);
    expect(err).toContain("unknown option '--sate'");
    expect(code).toBe(2);
  });
});
