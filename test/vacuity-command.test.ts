import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type CheckedHere, checksIn } from './check-here.ts';
import { refuzzHere } from './refuzz-here.ts';

const root = mkdtempSync(join(tmpdir(), 'refuzz-vacuity-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const check = checksIn(root);
const json = ({ out }: CheckedHere) =>
  JSON.parse(out.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;

let files = 0;

/** A target file of a sound conversion, or of a counter and itself. */
function targetOf(what: {
  sides: readonly [string, string];
  ops: string;
  initial: string;
  oracles?: string;
}): string {
  const name = `target-${files++}`;
  const path = join(root, `${name}.yaml`);
  const lines = [
    `target: ${name}`,
    'about: for a test',
    `reference: ${what.sides[0]}`,
    `subject: ${what.sides[1]}`,
    'threads: 2',
    `ops: [${what.ops}]`,
    `initial: [${what.initial}]`,
    `oracles: [${what.oracles ?? 'outcomes, lifetime'}]`,
  ];
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const PEERS = ['inet-peer', 'inet-peer-biased'] as const;
const ATOMIC = { sides: ['atomic', 'atomic'], oracles: 'lockstep, outcomes' } as const;

const VACUOUS = [
  {
    name: 'a put that nobody can call',
    target: { sides: PEERS, ops: 'put, use', initial: 'idle' },
    text: 'put never runs, for nobody holds',
    never: 'put',
  },
  {
    name: 'a lookup that has nothing to refuse',
    target: { sides: PEERS, ops: 'lookup, put', initial: 'idle, one, two' },
    text: 'lookup is never refused',
    never: 'lookup:refused',
  },
  {
    name: 'a conditional get from 0 alone',
    target: { ...ATOMIC, ops: 'inc_not_zero', initial: '0' },
    text: 'inc_not_zero is never granted',
    never: 'inc_not_zero:true',
  },
  {
    name: 'a put far from the last reference',
    target: { ...ATOMIC, ops: 'dec_and_test', initial: '100' },
    text: 'dec_and_test never returns true',
    never: 'dec_and_test:true',
  },
];

describe('nothing is equivalent of which something was never met', () => {
  test.each(VACUOUS)('$name', async ({ target, text, never }) => {
    const ran = await check(targetOf(target));
    expect(ran.code).toBe(3);
    const [first, ...rest] = ran.out.split('\n');
    expect(first).toMatch(/^undecided: nothing differs in what was met; but in /);
    expect(first).toContain(text);
    expect(rest.join('\n')).toContain(`(--never ${never})`);
    const { equivalent, vacuous, answer } = json(ran);
    expect({ equivalent, answer }).toEqual({ equivalent: false, answer: first });
    expect(vacuous).toContainEqual(expect.objectContaining({ text, never }));
  });

  test.each<[string, Parameters<typeof targetOf>[0]]>([
    ['the same with a lookup, and a gc', { sides: PEERS, ops: 'lookup, put, use, gc', initial: 'idle, one' }],
    ['the same from 1 as well', { ...ATOMIC, ops: 'inc_not_zero, dec_and_test', initial: '0, 1' }],
  ])('near misses are: %s', async (_, target) => {
    const ran = await check(targetOf(target));
    expect(ran.out).toMatch(/^ship within 2 × 2: equivalent in both directions\n/);
    expect({ code: ran.code, vacuous: json(ran).vacuous }).toEqual({ code: 0, vacuous: [] });
  });

  test('the first line names three things, and the others follow', async () => {
    const ran = await check(
      targetOf({ sides: PEERS, ops: 'lookup, lookup_locked, put, use, gc', initial: 'idle' }),
      '--threads',
      '1',
      '--ops',
      '1',
    );
    expect(ran.code).toBe(3);
    expect(ran.out).toMatch(/^undecided: .*, and \d things more\n/);
    expect(ran.out).toContain('a larger scope meets some of it: --threads 1 --ops 2');
    expect(ran.out.match(/--never \S+\)/g)!.length).toBeGreaterThan(3);
  });
});

describe('--never', () => {
  const vacuous = () => targetOf({ sides: PEERS, ops: 'put, use', initial: 'idle, one' });
  const every = async (target: string) =>
    (json(await check(target)).vacuous as { never: string }[]).flatMap(({ never }) => ['--never', never]);

  test('leaves out what cannot happen, and the first line says so', async () => {
    const target = vacuous();
    const never = await every(target);
    expect(never.length).toBeGreaterThan(0);
    const ran = await check(target, ...never);
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(
      /^ship within 2 × 2: equivalent in both directions, where .* never happens? \(--never\)\n/,
    );
    expect((await check(target, ...never, '--changelog')).out.replaceAll('\n', ' ')).toContain('(--never).');
  });

  test('of what happens all the same is told, and of a name that nothing has refused', async () => {
    expect((await check('inet-peer-biased', '--ops', '1', '--never', 'gc:granted')).err).toContain(
      'note   --never gc:granted: some program comes to it\n',
    );
    const unknown = await check('inet-peer-biased', '--ops', '1', '--never', 'gc:maybe');
    expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining('nothing is called "gc:maybe"') });
    const several = await check('inet-peer-biased', 'ip-vs-dest-now', '--never', 'gc');
    expect(several).toMatchObject({ code: 2, err: expect.stringContaining('name one') });
  });

  test('is kept in a certificate; one that was made without it is not verified', async () => {
    const target = vacuous();
    const never = await every(target);
    const file = join(root, 'certificate.json');
    expect((await check(target, '--certificate', file)).code).toBe(3);
    expect((await check(target, ...never, '--certificate', file)).code).toBe(0);
    const recheck = (path: string) => command('recheck', path, '--json');
    const verified = await recheck(file);
    expect(verified).toMatchObject({ code: 0, out: expect.stringMatching(/^verified: .* \(--never\)\n/) });
    const certificate = JSON.parse(readFileSync(file, 'utf8')) as { never?: string[] };
    expect(certificate.never).toEqual(never.filter((word) => word !== '--never'));
    delete certificate.never;
    const silent = join(root, 'silent.json');
    writeFileSync(silent, JSON.stringify(certificate));
    const refused = await recheck(silent);
    expect(refused).toMatchObject({
      code: 3,
      out: expect.stringMatching(/^not verified: .*: true, but it says little: /),
    });
    expect(json(refused).vacuous).not.toEqual([]);
  });

  test('goes for a protocol alone as well', async () => {
    const alone = ['--alone', vacuous(), '--ops', '1'];
    const ran = await check(...alone);
    expect(ran.code).toBe(3);
    const never = (json(ran).vacuous as { never: string }[]).flatMap((one) => ['--never', one.never]);
    const stated = await check(...alone, ...never);
    expect(stated).toMatchObject({ code: 0, out: expect.stringMatching(/^sound within .*\(--never\)\n/) });
  });
});

/** Any command, in this process. */
async function command(...args: string[]): Promise<CheckedHere> {
  mkdirSync(root, { recursive: true });
  return refuzzHere(args);
}
