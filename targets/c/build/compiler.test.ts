import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { InputError } from '../../subject/input-error.ts';
import { DIRECT_MEMORY_PAGES } from '../direct/direct-memory.ts';
import { type Build, compile, compileAhead, findCompiler } from './compiler.ts';
import { onCompiling } from './compiling.ts';
import { onFirstTimeWork } from './first-time-work.ts';
import { readKernel } from './kernel-tree.ts';
import { readSource } from './source-files.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'refuzz-compiler-'));
const CACHE = join(FOLDER, 'cache');
beforeEach(() => {
  vi.stubEnv('REFUZZ_CACHE', CACHE);
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(() => {
  rmSync(FOLDER, { recursive: true });
});

function write(name: string, text: string): string {
  const path = join(FOLDER, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const EXPORT = (name: string): string => `__attribute__((export_name("${name}")))`;
const COUNTER = `static int count;
${EXPORT('op int add')} int add(int n) { return __atomic_fetch_add(&count, n, __ATOMIC_RELEASE); }
`;

async function moduleOf(path: string, build: Build = 'recorded'): Promise<WebAssembly.Module> {
  return new WebAssembly.Module(new Uint8Array(await compile(readSource(path), build)));
}

/** Fails unless it is wrong input. */
async function errorOf(work: Promise<unknown>): Promise<InputError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof InputError) return error;
  throw new Error(`not an InputError: ${String(error)}`);
}

/** First, as it is when the compiler is loaded that the package prints. */
test('nothing is printed', async () => {
  const lines: unknown[] = [];
  const spies = (['log', 'error', 'debug'] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation((...args) => void lines.push(args)),
  );
  await compile(readSource(write('silent.c', '/* silent */\n')), 'recorded');
  for (const spy of spies) spy.mockRestore();
  expect(lines).toEqual([]);
});

describe('the builds', () => {
  const path = write('counter.c', COUNTER);

  test('recorded: an atomic access is a call with its order', async () => {
    const module = await moduleOf(path);
    const calls: number[][] = [];
    const env = {
      __tsan_init: () => {},
      __tsan_atomic32_fetch_add: (...args: number[]) => calls.push(args.slice(1)),
    };
    const { exports } = new WebAssembly.Instance(module, { env });
    (exports['op int add'] as (n: number) => number)(7);
    expect(calls).toEqual([[7, 3]]);
    expect(Object.keys(exports)).toEqual(
      expect.arrayContaining(['memory', '__stack_pointer', '__heap_base']),
    );
  });

  test('direct: it is an instruction on shared memory', async () => {
    const module = await moduleOf(path, 'direct');
    expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
    const pages = { initial: DIRECT_MEMORY_PAGES, maximum: DIRECT_MEMORY_PAGES, shared: true };
    const memory = new WebAssembly.Memory(pages);
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    const add = exports['op int add'] as (n: number) => number;
    expect([add(7), add(1)]).toEqual([0, 7]);
  });
});

describe('what is included', () => {
  test('files beside it, above it, and below, each its own', async () => {
    write('deep/lib/one.h', '#define UP 2\n');
    write('deep/src/lib/one.h', '#define DOWN 1\n');
    const path = write(
      'deep/src/main file $x.c',
      `#include <stdatomic.h>
#include "lib/one.h"
#include "../lib/one.h"
#ifdef NOT_TAKEN
#include "not there.h"
#endif
${EXPORT('sum')} int sum(void) { return 10 * UP + DOWN; }
`,
    );
    const env = { __tsan_init: () => {} };
    const { exports } = new WebAssembly.Instance(
      new WebAssembly.Module(
        new Uint8Array(await compile(readSource(path, { include: [join(FOLDER, 'deep')] }), 'recorded')),
      ),
      { env },
    );
    expect((exports.sum as () => number)()).toBe(21);
  });

  test('an upper file that is not there is not taken from below', async () => {
    write('two/one.h', '');
    const path = write('two/main.c', '#include "one.h"\n#include "../one.h"\n');
    expect((await errorOf(compile(readSource(path), 'recorded'))).message).toContain(
      `${path}:2:10: "../one.h" is not found; files are read from`,
    );
  });

  test("a kernel tree's files come before refuzz's, and its library is there as <lib/refcount.c>", async () => {
    const header = write('tree/include/linux/refcount.h', '#define ANSWER 42\nint refcount_read(void);\n');
    write('tree/lib/refcount.c', '#include <linux/refcount.h>\nint refcount_read(void) { return ANSWER; }\n');
    const path = write(
      'wrapper.c',
      `#include <lib/refcount.c>\n#ifdef HAS_READ\n${EXPORT('read')} int get(void) { return refcount_read(); }\n#endif\n`,
    );
    const read = async () =>
      readSource(path, { kernel: await readKernel(join(FOLDER, 'tree')), defines: ['HAS_READ'] });
    const module = new WebAssembly.Module(new Uint8Array(await compile(await read(), 'recorded')));
    const { exports } = new WebAssembly.Instance(module, { env: { __tsan_init: () => {} } });
    expect((exports.read as () => number)()).toBe(42);

    writeFileSync(header, '\nrefcout_t x;\n');
    const error = await errorOf(compile(await read(), 'recorded'));
    expect(error).toMatchObject({ file: header, line: 2, column: 1 });
    expect(error.message).toContain(`In file included from ${path}:1:\n`);
  });
});

describe('errors', () => {
  const CASES: readonly (readonly [about: string, text: string, message: RegExp])[] = [
    ['syntax', 'int x\n', /bad\.c:1:6: expected ';'/],
    // A warning by nature that C99 made an error: "-w" must not hide it.
    ['a misspelt call', 'int f(void) { return icn(); }\n', /bad\.c:1:22: icn\(\) is declared nowhere; if it/],
    [
      'a missing header',
      '#include <linux/nothing.h>\n',
      /bad\.c:1:10: <linux\/nothing\.h> is not found; refuzz has none of that name\n.*stubs/,
    ],
    [
      'the linker',
      `char big[5000000];\n${EXPORT('x')} char *x(int i) { return big + i; }\n`,
      /bad\.c: wasm-ld: error: /,
    ],
  ];

  test.each(CASES)('%s', async (_about, text, message) => {
    const path = write('bad.c', text);
    const error = await errorOf(compile(readSource(path), 'direct'));
    expect(error.message).toMatch(message);
    expect(error.message).not.toMatch(/source\/|object\.o/);
  });

  test('in a header of the user', async () => {
    const header = write('bad.h', '\n\nint x = y;\n');
    const path = write('good.c', '#include "bad.h"\n');
    const error = await errorOf(compile(readSource(path), 'recorded'));
    expect(error).toMatchObject({ file: header, line: 3, column: 9 });
  });

  test('the compiler lives on after a breakdown', async () => {
    const deep = `int x = ${'('.repeat(100_000)}1${')'.repeat(100_000)};\n`;
    const error = await errorOf(compile(readSource(write('deep.c', deep)), 'recorded'));
    expect(error.message).toContain('deep.c: clang broke down on it: ');
    const path = write('after.c', `${COUNTER}/* after */\n`);
    await expect(moduleOf(path)).resolves.toBeInstanceOf(WebAssembly.Module);
  });

  test('warnings are none', async () => {
    const path = write('warn.c', '#warning hello\nint f(int unused) { int x; return x; }\n');
    await expect(moduleOf(path)).resolves.toBeInstanceOf(WebAssembly.Module);
  });

  test('no compiler', () => {
    const elsewhere = pathToFileURL(join(FOLDER, 'x.js')).href;
    expect(() => findCompiler('a.c', elsewhere)).toThrow(
      'a.c: C sources need the compiler package: npm install @yowasp/clang',
    );
  });
});

test('several at once', async () => {
  const paths = [1, 2, 3, 4].map((n) =>
    write(`many-${n}.c`, n === 3 ? 'oops\n' : `${EXPORT('n')} int n(void) { return ${n}; }\n`),
  );
  const results = await Promise.allSettled(paths.map((path) => moduleOf(path)));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  const env = { __tsan_init: () => {} };
  const values = results.flatMap((result) =>
    result.status === 'fulfilled'
      ? [(new WebAssembly.Instance(result.value, { env }).exports.n as () => number)()]
      : [],
  );
  expect(values).toEqual([1, 2, 4]);
});

describe('called off', () => {
  afterEach(() => onCompiling(undefined));
  const fresh = () => vi.stubEnv('REFUZZ_CACHE', join(FOLDER, 'fresh', String(Math.random())));

  test('a compilation ends at once, with the reason, and the next one works', async () => {
    fresh();
    const source = readSource(write('called-off.c', COUNTER));
    const user = new AbortController();
    let over = 0;
    onCompiling(() => ({ signal: user.signal, over: () => void over++ }));
    const both = Promise.allSettled([compile(source, 'recorded'), compile(source, 'direct')]);
    // A compiler that is warm takes some tens of milliseconds.
    setTimeout(() => user.abort(new Error('enough')), 5);
    for (const one of await both)
      expect(one).toMatchObject({ status: 'rejected', reason: { message: 'enough' } });
    expect(over).toBe(2);
    onCompiling(undefined);
    expect((await compile(source, 'recorded')).length).toBeGreaterThan(0);
  });

  test('one that has not begun does not begin', async () => {
    fresh();
    onCompiling(() => ({ signal: AbortSignal.abort(new Error('too late')), over() {} }));
    const source = readSource(write('too-late.c', COUNTER));
    await expect(compile(source, 'recorded')).rejects.toThrow('too late');
  });
});

test('what is begun ahead is what is then waited for', async () => {
  vi.stubEnv('REFUZZ_CACHE', join(FOLDER, 'fresh', String(Math.random())));
  const source = readSource(write('ahead.c', COUNTER));
  const begun: string[] = [];
  onFirstTimeWork((what) => {
    begun.push(what);
    return () => {};
  });
  compileAhead(source, 'recorded', 'ahead.c');
  compileAhead(source, 'direct', 'ahead.c');
  await compile(source, 'recorded', 'ahead.c');
  await compile(source, 'direct', 'ahead.c');
  onFirstTimeWork(undefined);
  expect(begun).toEqual(['compiling ahead.c (recorded build)', 'compiling ahead.c (direct build)']);
});

describe('the cache', () => {
  const stub = () => vi.stubEnv('REFUZZ_CACHE', join(FOLDER, 'fresh', String(Math.random())));

  test('an equal source is not compiled again, wherever it lies', async () => {
    stub();
    const first = await compile(readSource(write('here/a.c', COUNTER)), 'recorded');
    const folder = process.env.REFUZZ_CACHE!;
    const [entry] = readdirSync(folder);
    expect(await compile(readSource(write('there/a.c', COUNTER)), 'recorded')).toEqual(first);
    expect(readdirSync(folder)).toEqual([entry]);
  });

  test('a source, an include, a define and a build make a difference', async () => {
    stub();
    const path = write('dep/a.c', '#include "a.h"\n');
    const header = write('dep/a.h', '/* 1 */\n');
    await compile(readSource(path), 'recorded');
    await compile(readSource(path), 'direct');
    await compile(readSource(path, { defines: ['X'] }), 'recorded');
    writeFileSync(header, '/* 2 */\n');
    await compile(readSource(path), 'recorded');
    expect(readdirSync(process.env.REFUZZ_CACHE!)).toHaveLength(4);
  });

  test('a damaged module is replaced', async () => {
    stub();
    const source = readSource(write('damaged.c', COUNTER));
    const module = await compile(source, 'recorded');
    const file = join(process.env.REFUZZ_CACHE!, readdirSync(process.env.REFUZZ_CACHE!)[0]!);
    const sound = readFileSync(file);
    writeFileSync(file, sound.subarray(0, 200));
    expect(await compile(source, 'recorded')).toEqual(module);
    expect(readFileSync(file)).toEqual(sound);
  });
});
