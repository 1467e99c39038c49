import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { InputError } from '../subject/input-error.ts';
import { loadBuiltInTargets } from './built-in-targets.ts';
import { leftOut } from './interfaces.ts';
import { readPair, readTarget } from './read-target.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-interfaces-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const STATE_ONE = 'REFUZZ_STATE(one) { object->count = 1; refuzz_link(REFUZZ_LIVE); refuzz_hold(0); }';
const GET = 'REFUZZ_GET(get) { (*(volatile int *)&object->count)++; return true; }';
const PUT = 'REFUZZ_PUT(put) { (*(volatile int *)&object->count)--; }';

let files = 0;
/** A source of a scheme with these declarations, in a folder of its own. */
function scheme(name: string, ...declared: string[]): string {
  const own = join(folder, String(files++));
  mkdirSync(own);
  const head = '#include <refuzz.h>\nstruct thing { int count; };\nREFUZZ_SCHEME(struct thing, count);\n';
  writeFileSync(join(own, name), `${head}${declared.join('\n')}\n`);
  return join(own, name);
}

function counter(name: string, ...ops: string[]): string {
  const own = join(folder, String(files++));
  mkdirSync(own);
  const head = '#include <refuzz.h>\nstruct thing { int count; };\nREFUZZ_COUNTER(struct thing, count);\n';
  const text = ops.map((op) => `REFUZZ_OP(void, ${op}) { (*(volatile int *)&counter->count)++; }\n`).join('');
  writeFileSync(join(own, name), head + text);
  return join(own, name);
}

/** What is said of the pair; the folders of the two files, which differ from run to run, are taken out. */
async function refusal(before: string, after: string, only?: true | string): Promise<string> {
  try {
    await readPair('pair', before, after, {}, only);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.message.replaceAll(/[^\s"]*\/(\d+\/)?/g, '');
  }
  throw new Error('nothing was wrong');
}

const WHOLE = [STATE_ONE, GET, PUT];

describe('sources that do not declare the same are an error that names', () => {
  test('an op of one of them, and the nearest of the other', async () => {
    const before = scheme('before.c', ...WHOLE, 'REFUZZ_ACT(gc_old) { return REFUZZ_VOID; }');
    const after = scheme('after.c', ...WHOLE, 'REFUZZ_ACT(gc) { return REFUZZ_VOID; }');
    const said = await refusal(before, after);
    expect(said).toContain(
      'the op "gc_old" is only in before.c; did you mean "gc", which is only in after.c?',
    );
    expect(said).toContain('the op "gc" is only in after.c; did you mean "gc_old"');
    expect(said).toContain('--only');
  });

  test('a state of one of them', async () => {
    const two = STATE_ONE.replace('(one)', '(two)');
    const said = await refusal(scheme('before.c', ...WHOLE, two), scheme('after.c', ...WHOLE));
    expect(said).toContain('the state "two" is only in before.c\n');
  });

  test('an op of another role', async () => {
    const act = 'REFUZZ_ACT(put) { return REFUZZ_VOID; }';
    const said = await refusal(scheme('before.c', ...WHOLE), scheme('after.c', STATE_ONE, GET, act));
    expect(said).toContain('the op "put" is a PUT in before.c, and an ACT in after.c');
  });

  test('a state that others hold', async () => {
    const free = STATE_ONE.replace(' refuzz_hold(0);', '');
    const said = await refusal(scheme('before.c', ...WHOLE), scheme('after.c', free, GET, PUT));
    expect(said).toContain('the state "one" is held by thread 0 in before.c, and held by nobody in after.c');
  });

  test('an op of a counter', async () => {
    const said = await refusal(counter('before.c', 'inc', 'dec'), counter('after.c', 'inc'));
    expect(said).toContain('the op "dec" is only in before.c\n');
  });
});

test('a lookup may take a reference on one side and stay in its section on the other', async () => {
  const enter = 'REFUZZ_ENTER(get) { return true; }';
  const target = await readPair(
    'pair',
    scheme('before.c', ...WHOLE),
    scheme('after.c', STATE_ONE, enter, PUT),
  );
  expect(target.ops).toEqual(['get', 'put']);
  expect(leftOut(target)).toBe('');
});

describe('--only', () => {
  const pair = () =>
    [
      scheme('before.c', ...WHOLE, STATE_ONE.replace('(one)', '(two)'), 'REFUZZ_ACT(gc_old) { return 0; }'),
      scheme('after.c', ...WHOLE, 'REFUZZ_USE(use) { refuzz_use(); }'),
    ] as const;

  test('compares what both have, and tells what it left out', async () => {
    const target = await readPair('pair', ...pair(), {}, true);
    expect(target.ops).toEqual(['get', 'put']);
    expect(target.initial).toEqual(['one']);
    expect(leftOut(target).replaceAll(/\d+\//g, '')).toBe(
      ', without the ops gc_old (only in before.c), use (only in after.c) and the state two (only in before.c)',
    );
  });

  test('leaves out an op that has two roles', async () => {
    const act = 'REFUZZ_ACT(put) { return REFUZZ_VOID; }';
    const target = await readPair(
      'pair',
      scheme('before.c', ...WHOLE),
      scheme('after.c', STATE_ONE, GET, act),
      {},
      true,
    );
    expect(target.ops).toEqual(['get']);
    expect(leftOut(target)).toBe(', without the op put (not the same in both)');
  });

  test('with names compares these', async () => {
    const target = await readPair('pair', ...pair(), {}, 'put');
    expect(target.ops).toEqual(['put']);
    expect(leftOut(target)).toContain('get');
    const said = await refusal(...pair(), 'putt');
    expect(said).toContain('did you mean "put"');
    expect(await refusal(...pair(), 'gc_old')).toContain('the op "gc_old" is only in before.c');
  });

  test('with nothing in common has nothing to compare', async () => {
    const [before, after] = [counter('before.c', 'inc'), counter('after.c', 'dec')];
    expect(await refusal(before, after, true)).toContain('before.c and after.c have no op in common');
  });
});

describe('a target file of schemes', () => {
  const file = (lines: string) => {
    const before = scheme('before.c', ...WHOLE, 'REFUZZ_ACT(gc) { return REFUZZ_VOID; }');
    const after = scheme('after.c', ...WHOLE);
    const text = `target: mine\nabout: two\nreference: ${before}\nsubject: ${after}\n${lines}`;
    const path = join(folder, 'mine.yaml');
    writeFileSync(path, text);
    return path;
  };

  test('that lists nothing must not lose an op', async () => {
    await expect(readTarget(file(''))).rejects.toThrow(
      /mine\.yaml:4:.*\n.*the op "gc" is only in .*before\.c/,
    );
  });

  test('that lists its ops means them', async () => {
    const target = await readTarget(file('ops: [get, put]\n'));
    expect(leftOut(target)).toMatch(/^, without the op gc \(only in .*before\.c\)$/);
  });
});

test('the built-in targets of schemes leave nothing out, and those of counters say what only the subject has', () => {
  const left = loadBuiltInTargets().map((target) => [target.name, leftOut(target)] as const);
  expect(left.filter(([, text]) => text !== '')).toMatchInlineSnapshot(`
    [
      [
        "v4.11-to-v5.5",
        ", without the ops set_release, add_not_zero_acquire, inc_not_zero_acquire (only in refcount/v5.5)",
      ],
    ]
  `);
});
