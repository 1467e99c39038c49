import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCommandLine } from '../../cli/command-line.ts';
import { plainStyle } from '../../export/show/show.ts';
import { PROTOCOLS } from './search-here.ts';

/* `refuzz convert` in this process: argv in, texts, files and exit code out. */

const FOLDER = mkdtempSync(join(tmpdir(), 'refuzz-convert-command-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));
const at = (...names: string[]) => join(FOLDER, ...names);
for (const name of ['plain.c', 'first-user.c']) copyFileSync(join(PROTOCOLS, name), at(name));

async function run(file: string, ...args: string[]) {
  const said = { out: '', err: '' };
  const streams = {
    out: (text: string) => {
      said.out += text;
    },
    err: (text: string) => {
      said.err += text;
    },
    isTerminal: false,
    style: plainStyle,
    onInterrupt: () => () => {},
  };
  const isHere = args.at(-1) === '--no-state';
  const state = isHere ? [] : ['--state', at(`state-${Math.abs(args.join().length)}`)];
  const given = isHere ? args.slice(0, -1) : args;
  const code = await runCommandLine(['convert', at(file), '--workers', '1', ...state, ...given], streams);
  return { code, ...said };
}

const SMALL = ['--only', 'plain', '--scope', '2x1'];

describe('a counter that converts', () => {
  test('is written beside its source, with its diff, and only the lines that need it change', async () => {
    const { code, out, err } = await run('plain.c', ...SMALL);
    expect(code).toBe(0);
    expect(out).toMatch(
      /1 of 12 conversions is equivalent within 2 × 1; the simplest: bias 0, the op of the same shape at each site/,
    );
    expect(out).toContain('\n+++ b/');
    expect(out).toMatch(/orders less than before[\s\S]*atomic_inc_not_zero is a full barrier/);
    expect(err).toContain(`wrote ${at('after.c')}`);
    const [before, after] = [readFileSync(at('plain.c'), 'utf8'), readFileSync(at('after.c'), 'utf8')];
    expect(after).toContain('refcount_inc_not_zero(');
    expect(after).not.toMatch(/atomic_(?:inc|dec)/);
    const changed = before.split('\n').filter((line) => !after.split('\n').includes(line));
    expect(changed.filter((line) => !/atomic/.test(line))).toEqual([]);
  });

  test('does not write over a file that says something else, unless it is named', async () => {
    writeFileSync(at('after.c'), '/* mine */\n');
    expect((await run('plain.c', ...SMALL)).err).toContain('is there already, and is another');
    expect(readFileSync(at('after.c'), 'utf8')).toBe('/* mine */\n');
    await run('plain.c', ...SMALL, '--output', at('other.c'));
    expect(readFileSync(at('other.c'), 'utf8')).toContain('refcount_t');
  });

  test('is not decided where its time was over before, which is no interrupt', async () => {
    const { code, out } = await run('plain.c', '--scope', '3x2', '--time', '1ms', '--output', at('late.c'));
    expect(code).toBe(3);
    expect(out.split('\n')[0]).toMatch(/^no conversion is proved within .*could not be decided/);
    expect(existsSync(at('late.c'))).toBe(false);
  });

  test('is not proved as a whole where no op comes to a site that changes the count', async () => {
    const more =
      'static void ticket_hold(struct ticket *ticket)\n{\n\tatomic_inc(&ticket->users);\n}\n\nREFUZZ_SCHEME';
    const text = readFileSync(at('plain.c'), 'utf8');
    writeFileSync(
      at('idle.c'),
      text.replace('REFUZZ_SCHEME', () => more),
    );
    const { code, out } = await run('idle.c', ...SMALL, '--output', at('idle-after.c'));
    expect(code).toBe(3);
    expect(out.split('\n')[0]).toMatch(
      /; nothing is said of ticket_hold \(line \d+\), as no op comes to it$/,
    );
    // Nothing tells its forms apart, so there is one.
    expect(out).toMatch(/^1 of 12 conversions/);
    expect(readFileSync(at('idle-after.c'), 'utf8')).toContain('refcount_inc(&ticket->users);');
  });

  test('is told all the same where its journal or its code cannot be written', async () => {
    const isFile = at('file');
    writeFileSync(isFile, '');
    const args = ['--scope', '1x1', '--only', 'plain'];
    const unwritable = await run('plain.c', ...args, '--output', join(isFile, 'after.c'));
    expect(unwritable.code).toBe(2);
    expect(unwritable.out).toContain('+++ b/');
    expect(unwritable.err).toContain('or name another file with --output');
    const here = process.cwd();
    mkdirSync(at('folder'));
    writeFileSync(at('folder', '.refuzz'), '');
    process.chdir(at('folder'));
    try {
      const { code, err } = await run('plain.c', ...args, '--output', at('kept.c'), '--no-state');
      expect(err).toContain('goes on without a journal');
      expect(code).toBe(0);
    } finally {
      process.chdir(here);
    }
  });

  test('is told as JSON', async () => {
    const { out } = await run('plain.c', ...SMALL, '--output', at('json.c'), '--json');
    const told = JSON.parse(out.trimEnd().split('\n').at(-1)!);
    expect(told).toMatchObject({ scope: { threads: 2, ops: 1 }, open: 0, unmet: [] });
    expect(told.conversions[0]).toMatchObject({ verdict: 'equivalent', bias: 0 });
    expect(told.forbidden + told.conversions.length).toBe(told.candidates);
    expect(told.ordersLess.length).toBeGreaterThan(0);
  });

  test('keeps the form and the bias that are asked for', async () => {
    const { code, out } = await run('plain.c', ...SMALL, '--bias', '1', '--output', at('one.c'));
    expect(code === 0 ? out : `${out} bias 1,`).toMatch(/bias 1,/);
    expect((await run('plain.c', ...SMALL, '--keep', 'nobody=dec')).code).toBe(2);
    expect((await run('plain.c', ...SMALL, '--keep', 'nobody')).err).toContain('write SITE=FORM');
    expect((await run('plain.c', '--explain', 'nobody')).err).toContain('has no site "nobody"');
  });
});

describe('a counter that does not convert', () => {
  test('is told site by site, with the smallest program, and nothing is written', async () => {
    const args = ['--only', 'plain', '--scope', '1x2', '--output', at('none.c')];
    const { code, out } = await run('first-user.c', ...args);
    expect(code).toBe(1);
    expect(out).toContain('device_open (line ');
    expect(out).toContain('used while stopped in work (2 ops: "closed: open, work")');
    expect(existsSync(at('none.c'))).toBe(false);
  });

  test('is not called proved where no program uses what it counts', async () => {
    const { code, out } = await run('first-user.c', ...SMALL, '--output', at('none.c'));
    expect(code).toBe(3);
    expect(out).toMatch(/no conversion is proved within 2 × 1: \d+ of 12 conversions could not be decided/);
    expect(existsSync(at('none.c'))).toBe(false);
  });

  test('is drawn where one site is asked for', async () => {
    const { out } = await run(
      'first-user.c',
      '--only',
      'plain',
      '--scope',
      '1x2',
      '--explain',
      'device_open',
    );
    expect(out).not.toContain('device_close (line');
    expect(out.split('\n').length).toBeGreaterThan(12);
  });
});
