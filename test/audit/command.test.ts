import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { auditCommand } from '../../cli/audit/audit-command.ts';
import type { AuditOptions } from '../../cli/audit/audit-options.ts';
import { pathIn } from '../../cli/audit/audited-path.ts';
import type { Taken } from '../../cli/audit/take-audit.ts';
import { runCommandLine } from '../../cli/command-line.ts';
import { atBorder, type Streams } from '../../cli/io/io.ts';
import { auditShape } from '../../export/audit/audit-shape.ts';
import { plainStyle } from '../../export/show/show.ts';
import { CENSUS, judged, MADE_UP } from './made-up-audit.ts';

/*
 * `refuzz audit` in this process: argv in, texts and exit code out. Where it matters what an audit says and not how it was
 * found, the audit is handed in.
 */

const FOLDER = mkdtempSync(join(tmpdir(), 'refuzz-audit-command-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));
const at = (...names: string[]) => join(FOLDER, ...names);
cpSync('docs/examples/audit/driver', at('driver'), { recursive: true });

/** Streams that are kept. */
function kept(isInterrupted = false) {
  const said = { out: '', err: '' };
  const streams: Streams = {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    isTerminal: false,
    style: plainStyle,
    onInterrupt: (handler) => {
      if (isInterrupted) handler();
      return () => {};
    },
  };
  return { said, streams };
}

async function run(...args: string[]) {
  const { said, streams } = kept();
  const code = await runCommandLine(['audit', ...args, '--no-cache', '--workers', '1'], streams);
  return { code, ...said };
}

/** With an audit that is handed in. */
async function given(options: Partial<AuditOptions>, taken: Partial<Taken> = {}) {
  const { said, streams } = kept();
  const whole: Taken = {
    tree: { name: 'linux', texts: async () => new Map() },
    census: CENSUS,
    judged: MADE_UP,
    ...taken,
  };
  const all = { workers: 1, cache: false, ...options };
  const code = await auditCommand(['linux'], all, atBorder(streams), async () => whole);
  return { code, ...said };
}

describe('a folder with a counter of most kinds', () => {
  test('is answered, and fails for the misuse in it', async () => {
    const { code, out } = await run(at('driver'));
    expect(code).toBe(1);
    expect(out).toMatch(
      /^1 misuse; 1 of 4 atomic counters converts as it is, 1 by one; all 18 ops were attributed\.\n/,
    );
    expect(out).toContain('look first at: misuse\nchannel.readers  session.h:25');
  });

  test('is listed by verdict, with the line that shows it', async () => {
    const { out } = await run(at('driver'), '--only', 'as-is,by-one');
    expect(out).toContain('session.refs  session.h:10  as is');
    expect(out).toContain('peer.users  session.h:18  by one');
    expect(out).toContain('atomic_cmpxchg(&p->users, 0, -1) == 0');
    expect(out).not.toContain('channel.');
  });

  test('one counter is told whole, in any spelling', async () => {
    for (const name of ['peer.users', 'struct peer.users', 'peer->users', 'peer']) {
      const { code, out } = await run(at('driver'), '--explain', name);
      expect(code).toBe(0);
      expect(out).toMatch(/^peer\.users {2}session\.h:18 {2}atomic_t\n/);
      expect(out).toContain(`refuzz audit ${at('driver')} --extract peer.users`);
    }
  });

  test('as JSON it is as its schema wants it, and nothing else is on standard output', async () => {
    const { code, out, err } = await run(at('driver'), '--json');
    expect(code).toBe(1);
    const data = JSON.parse(out);
    expect(auditShape().parse(data)).toEqual(data);
    expect(data.counters).toHaveLength(6);
    expect(err).toContain('1 misuse; ');
  });

  test('a baseline silences what it knows, and a new misuse fails', async () => {
    const written = await run(at('driver'), '--write-baseline', at('known.json'));
    expect(written.code).toBe(0);
    expect(written.out).toContain('known.json: a baseline of 1');
    const again = await run(at('driver'), '--baseline', at('known.json'));
    expect(again.code).toBe(0);
    expect(again.out).toContain('no new misuse, and 1 that');
    cpSync(at('driver'), at('edited'), { recursive: true });
    const header = readFileSync(at('driver', 'session.h'), 'utf8');
    writeFileSync(at('edited', 'session.h'), `/* moved */\n\n${header}`);
    expect((await run(at('edited'), '--baseline', at('known.json'))).code).toBe(0);
    writeFileSync(
      at('edited', 'new.c'),
      [
        '#include <linux/refcount.h>',
        'struct fresh { refcount_t uses; };',
        'void fresh_init(struct fresh *f) { refcount_set(&f->uses, 0); }',
        'void fresh_use(struct fresh *f) { refcount_inc(&f->uses); }',
        'void fresh_done(struct fresh *f) { refcount_dec_and_test(&f->uses); }',
        '',
      ].join('\n'),
    );
    const edited = await run(at('edited'), '--baseline', at('known.json'));
    expect(edited.code).toBe(1);
    expect(edited.out).toContain('1 new misuse, and 1 that');
  });

  test('its page is written, and says how large it is', async () => {
    const { out } = await run(at('driver'), '--html', at('pages', 'audit.html'));
    expect(out).toMatch(/audit\.html: 6 counters; \d+ kB, needs no network\n/);
    expect(readFileSync(at('pages', 'audit.html'), 'utf8')).toContain('<!doctype html>');
  });

  test('reporters have the misuse at its line, from where the command was typed', async () => {
    const { code } = await run('docs/examples/audit/driver', '--reporter', `jsonl=${at('r.jsonl')}`);
    const lines = readFileSync(at('r.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(1);
    expect(lines.filter(({ status }) => status === 'failed').map(({ name }) => name)).toEqual([
      'docs/examples/audit/driver',
      'channel.readers@session.h: raised-from-zero',
    ]);
    expect(lines[1]).toMatchObject({
      file: expect.stringMatching(/^docs\/examples\/audit\/driver\/channel\.c$/),
      exit: 1,
    });
  });

  test('two threads say what one says', async () => {
    const { streams, said } = kept();
    await runCommandLine(['audit', at('driver'), '--no-cache', '--workers', '2', '--json'], streams);
    expect(said.out).toBe((await run(at('driver'), '--json')).out);
  });
});

describe('what leads on', () => {
  test('a diff and a semantic patch of what converts; git applies it, and what it made is sound', async () => {
    cpSync('docs/examples/audit/driver', at('patched'), { recursive: true });
    const { out } = await run(at('patched'), '--patch', at('all.diff'), '--cocci', at('all.cocci'));
    expect(out).toContain('all.diff: 2 counters converted, in 3 files');
    expect(out).toContain('to be read first, and to be taken out of the diff:');
    expect(readFileSync(at('all.cocci'), 'utf8')).toContain('refcount_inc_not_zero');
    execFileSync('git', ['apply', at('all.diff')], { cwd: at('patched') });
    const { counters } = JSON.parse((await run(at('patched'), '--json')).out);
    const verdicts = Object.fromEntries(
      counters.map(({ id, verdict }: Record<string, string>) => [id, verdict]),
    );
    expect(verdicts).toMatchObject({ 'session.refs': 'sound', 'peer.users': 'sound' });
  });

  test('of what does not convert there is no diff, and the reason is told', async () => {
    const named = await run(at('driver'), '--struct', 'session.rx_drops', '--patch', at('no.diff'));
    expect(named).toMatchObject({
      code: 2,
      err: expect.stringContaining('session.rx_drops is not converted: its verdict is no'),
    });
    const listed = await run(at('driver'), '--only', 'no', '--cocci', at('no.cocci'));
    expect(listed.err).toContain('none of the counters has a verdict that converts');
    expect(existsSync(at('no.diff')) || existsSync(at('no.cocci'))).toBe(false);
  });

  test('an extract, with what is to be decided and the next command; another one does not write over it', async () => {
    const extracted = ['--extract', 'session.refs', '--output', at('s')];
    const { code, out } = await run(at('driver'), ...extracted);
    expect(code).toBe(0);
    expect(out).toContain('2 things to decide, each a REFUZZ_TODO:');
    expect(out).toContain(`refuzz check --before ${at('s/before.c')} --after ${at('s/naive.c')}`);
    writeFileSync(at('s', 'before.c'), 'mine');
    const again = await run(at('driver'), ...extracted);
    expect(again).toMatchObject({ code: 2, err: expect.stringContaining('is there already') });
    expect(readFileSync(at('s', 'before.c'), 'utf8')).toBe('mine');
  });
});

describe('what is wrong is told, with the remedy', () => {
  writeFileSync(at('no-baseline.json'), '{}');
  writeFileSync(at('file'), '');
  test.each<[string, string[], string]>([
    ['a verdict', ['--only', 'asis'], 'There is no verdict "asis". Allowed are misuse, as-is'],
    ['no verdict', ['--only', ''], 'There is no verdict ""'],
    [
      'a counter, for --explain',
      ['--explain', 'peer.user'],
      '--explain: there is no counter peer.user; the nearest are peer.users',
    ],
    ['a counter, for --struct', ['--struct', 'sesion.refs'], 'the nearest are session.refs'],
    ['two questions', ['--explain', 'peer.users', '--only', 'no'], 'cannot be used with option'],
    ['--extract alone', ['--extract', 'peer.users'], '--output'],
    ['--output alone', ['--output', 'x'], '--extract'],
    ['a baseline that is none', ['--baseline', at('no-baseline.json')], 'write it with --write-baseline'],
    ['a baseline that is not there', ['--baseline', at('nowhere.json')], 'nowhere.json'],
    ['a page in the place of a folder', ['--html', FOLDER], 'is no file that could be written'],
    ['a page on a full device', ['--html', '/dev/full'], 'is no file that could be written'],
    ['a page below a file', ['--html', at('file', 'a.html')], 'is no folder'],
    ['one file for two', ['--html', at('a'), '--write-baseline', at('a')], 'is named for two outputs'],
    ['JSON and a reporter', ['--json', '--reporter', 'sarif'], '--json needs standard output'],
    ['no threads', ['--workers', '0'], 'whole number'],
  ])('%s', async (_, args, message) => {
    const { streams, said } = kept();
    expect(await runCommandLine(['audit', at('driver'), '--no-cache', ...args], streams)).toBe(2);
    expect(said.err).toContain(message);
    expect(said.out).toBe('');
  });

  test('a path that is not there, and none', async () => {
    expect(await run(at('nowhere'))).toMatchObject({ code: 2, err: expect.stringContaining('nowhere') });
    expect(await run()).toMatchObject({ code: 2, err: expect.stringContaining('path') });
  });

  test('a folder without C', async () => {
    mkdirSync(at('empty'));
    expect(await run(at('empty'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('holds no file of C'),
    });
  });

  test('what cannot be written is told, whatever was found', async () => {
    const { code } = await run(at('driver'), '--html', '/proc/refuzz/audit.html');
    expect(code).toBe(2);
    expect(existsSync('/proc/refuzz')).toBe(false);
  });
});

describe('the exit code', () => {
  const sound = MADE_UP.filter(({ verdict }) => verdict !== 'misuse');
  test.each<[string, Partial<AuditOptions>, readonly (typeof MADE_UP)[number][], number]>([
    ['misuse', {}, MADE_UP, 1],
    ['none', {}, sound, 0],
    ['misuse, and others are listed', { only: ['no'] }, MADE_UP, 1],
    ['misuse, and another counter is named', { struct: ['peer.refs'] }, MADE_UP, 0],
    ['misuse of the counter that is named', { explain: 'priv.users@drivers/x/y.c' }, MADE_UP, 1],
    ['no counters', {}, [], 0],
  ])('of %s', async (_, options, all, code) =>
    expect((await given(options, { judged: all })).code).toBe(code));

  test('of a tree of which nothing could be read is undecided', async () => {
    const census = { ...CENSUS, files: { seen: 0, parsed: 0, cached: 0 } };
    const { code, out } = await given({}, { judged: [], census });
    expect(code).toBe(3);
    expect(out).toContain('not read: drivers/x/big.c');
  });

  test('of an interrupt, which nobody is told a result of', async () => {
    const { said, streams } = kept(true);
    expect(await runCommandLine(['audit', at('driver'), '--no-cache'], streams)).toBe(130);
    expect(said.out).toBe('');
    expect(said.err).toContain('interrupted: nothing was judged');
  });
});

test('what a list does not cover is told beside it', async () => {
  const { err } = await given({ only: ['no'] });
  for (const text of ['not read: drivers/x/big.c', 'lost: 24 ops', 'unknown: 1 counter'])
    expect(err).toContain(text);
});

test('a name that two counters have: both are listed, and --explain asks which', async () => {
  const listed = await given({ struct: ['priv.users'] });
  expect(listed.out).toContain('priv.users@drivers/x/y.c  ');
  expect(listed.out).toContain('priv.users@drivers/z/y.c  ');
  const { out } = await given({ explain: 'priv.users' });
  expect(out).toMatch(/^2 counters have that name; name one as it stands here:/);
  await expect(given({ extract: 'priv.users', output: 'x' })).rejects.toThrow(
    'priv.users may be any of priv.users@drivers/x/y.c, priv.users@drivers/z/y.c; name one of them',
  );
});

test('texts of sources do not steer a terminal', async () => {
  const evil = '\u001b[2J\u202e';
  const one = judged('a.b', `${evil}.c`, 'as-is', { remedy: evil, protocol: evil });
  for (const options of [{}, { only: ['as-is' as const] }, { explain: 'a.b' }, { json: true }]) {
    const { out, err } = await given(options, { judged: [one] });
    expect(`${out}${err}`).not.toMatch(/(?![\t\n])[\p{Cc}\p{Cf}]/u);
    expect(out).toMatch(/u\{?202e/);
  }
});

test('paths of reports are those of whoever typed the command', () => {
  expect(pathIn(['driver'], 'a/b.c')).toBe('a/b.c');
  expect(pathIn([at('driver')], 'a/b.c')).toBe(at('driver', 'a/b.c'));
  expect(pathIn(['.'], 'a/b.c')).toBe('a/b.c');
  expect(pathIn([at('driver'), at('edited')], 'x/a.c')).toBe('x/a.c');
  expect(pathIn([at('driver', 'peer.c')], 'x/peer.c')).toBe('x/peer.c');
});

describe('--convert', () => {
  test('stops where the extract leaves something to decide, and names it', async () => {
    const args = ['--struct', 'peer.users', '--convert', '--output', at('converted')];
    const { code, err } = await run(at('driver'), ...args);
    expect(code).toBe(3);
    expect(err).toMatch(/^not converted: something is left to decide first: /m);
    expect(existsSync(at('converted', 'before.c'))).toBe(true);
    expect(existsSync(at('converted', 'after.c'))).toBe(false);
  });

  test('is of one counter, and needs a folder', async () => {
    expect((await run(at('driver'), '--convert', '--output', at('none'))).code).toBe(2);
    expect((await run(at('driver'), '--struct', 'peer.users', '--convert')).err).toContain(
      '--convert writes files',
    );
  });

  test.each([
    [['--scope', '3x2'], '--scope asks for conversions; it goes with --convert'],
    [['--memory', 'kernel'], '--memory asks for conversions'],
    [['--only', 'plain'], '--only plain asks for conversions'],
    [['--convert', '--only', 'as-is'], '--only takes plain there'],
    [['--convert', '--scope', '9x9'], 'write threads and ops: 2x2 or 3x2'],
    [['--convert', '--time', 'soon'], "'--time <duration>'"],
  ])('takes what convert takes, and nobody else does: %j', async (args, told) => {
    const { code, err } = await run(
      at('driver'),
      ...['--struct', 'peer.users', ...args],
      ...(args.includes('--convert') ? ['--output', at('none')] : []),
    );
    expect(code).toBe(2);
    expect(err).toContain(told);
  });
});
