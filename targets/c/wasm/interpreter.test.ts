import { beforeAll, describe, expect, test } from 'vitest';
import { Fault, type Host, Interpreter, type Limits } from './interpreter.ts';
import { WasmModule } from './module.ts';

/** `EXPORT(f) int f(int a) …` */
const EXPORT = '#define EXPORT(name) __attribute__((export_name(#name)))\n';

/** As in the recorded build: atomic accesses are calls, and copies are none. */
const COMPILE = [
  ...'--target=wasm32 -O2 -ffreestanding -fwrapv -mbulk-memory -w -Xclang -fsanitize=thread'.split(' '),
  ...['memory-accesses', 'func-entry-exit', 'memintrinsics'].flatMap((what) => [
    '-mllvm',
    `-tsan-instrument-${what}=0`,
  ]),
];
const LINK = '--no-entry --allow-undefined --stack-first -z stack-size=65536 --export=__stack_pointer'.split(
  ' ',
);

async function compiled(text: string): Promise<Uint8Array> {
  const { commands, runLLVM } = await import('@yowasp/clang');
  await runLLVM(undefined, {}, { fetchProgress: () => {} });
  const objects = await commands.clang!([...COMPILE, '-c', 'a.c', '-o', 'a.o'], { 'a.c': EXPORT + text });
  const modules = await commands['wasm-ld']!([...LINK, 'a.o', '-o', 'a.wasm'], { 'a.o': objects!['a.o']! });
  return modules!['a.wasm'] as Uint8Array;
}

/** Shared memory: 64 KiB in an array that the sources have. */
const SHARED = 0x4_0000;
const ROOM = `\nchar room[${2 * SHARED}];\nEXPORT(room) char *get_room(int i) { return room + i; }\n`;

/** Answers accesses from a list, and stops the run at the first that has no answer. */
class Script implements Host {
  answers: readonly number[] = [];
  readonly seen: string[] = [];
  onPut: (cell: number) => void = () => {};
  #next = 0;

  begin(answers: readonly number[]): void {
    this.answers = answers;
    this.#next = 0;
    this.seen.length = 0;
  }

  call(name: string, args: readonly (number | bigint)[]): number | undefined {
    if (name === '__tsan_init') return undefined;
    if (name === 'refuzz_put') this.onPut(Number(args[0]));
    return this.#answer(`${name.replace('__tsan_atomic', '')}(${args})`);
  }

  isShared(address: number): boolean {
    return address >= SHARED && address < SHARED + 65_536;
  }

  load(address: number, size: number): number {
    return this.#answer(`load${size}(${address - SHARED})`);
  }

  store(address: number, size: number, value: number | bigint): void {
    this.#answer(`store${size}(${address - SHARED},${value})`);
  }

  #answer(access: string): number {
    this.seen.push(access);
    const answer = this.answers[this.#next++];
    if (answer === undefined) throw new Stop(access);
    return answer;
  }
}

class Stop extends Error {}

class Program {
  readonly script = new Script();
  readonly interpreter: Interpreter;
  readonly #module: WasmModule;

  constructor(bytes: Uint8Array, limits?: Limits) {
    this.#module = WasmModule.decode(bytes);
    this.interpreter = new Interpreter(this.#module, this.script, limits);
  }

  call(name: string, args: readonly (number | bigint)[] = [], answers: readonly number[] = []) {
    this.script.begin(answers);
    return this.interpreter.call(this.#module.exports.get(name)!, args);
  }

  /** @returns the continuation at the access after those that have answers */
  stop(name: string, args: readonly number[], answers: readonly number[]): string {
    try {
      this.call(name, args, answers);
    } catch (error) {
      if (error instanceof Stop) return this.interpreter.continuation();
      throw error;
    }
    throw new Error('it returned');
  }

  fault(name: string, args: readonly number[] = []): Fault {
    try {
      this.call(name, args);
    } catch (error) {
      if (error instanceof Fault) return error;
      throw error;
    }
    throw new Error('it returned');
  }
}

const CALCULATIONS = `
typedef unsigned int u32; typedef unsigned long long u64; typedef long long s64;
EXPORT(mix) int mix(int a, int b) { return ((a << 3) ^ (b >> 2)) + a * 31 - ~b; }
EXPORT(divide) int divide(int a, int b) { return b == 0 || (a == -2147483648 && b == -1) ? 0 : a / b + a % b; }
EXPORT(unsignedly) int unsignedly(u32 a, u32 b) { return b ? a / b + (a % b) * 3 + (a > b) : a >> 5; }
EXPORT(turn) int turn(u32 a, u32 b) { b &= 31; return (a << b | a >> (-b & 31)) ^ __builtin_popcount(a) ^ __builtin_clz(b | 1); }
EXPORT(wide) int wide(int a, int b) { s64 x = (s64)a * b; u64 y = (u64)x * 0x9e3779b97f4a7c15; x += y >> (b & 63); return x ^ x >> 32; }
EXPORT(widely) int widely(int a, int b) { u64 x = (u32)a | (u64)(u32)b << 32; s64 y = x; return x % 1000003 + y / 77 + (y < 5) + (x > 99) + __builtin_ctzll(x | 1ull << 63); }
EXPORT(choose) int choose(int a, int b) {
  switch (a & 15) {
  case 0: return b; case 1: b += 3; case 2: return b * 5; case 3: return b ^ 1; case 4: case 5: b--; break;
  case 6: return mix(a, b); case 7: b = -b; break; case 9: return 9; case 11: return b > 0 ? 1 : -1; default: return a - b;
  }
  return b << 1;
}
EXPORT(loops) int loops(int a, int b) {
  int sum = 0;
  for (int i = 0; i < (a & 31); i++) for (int j = i; j < (b & 15); j++) { if ((i ^ j) == 6) continue; if (sum > 1000) break; sum += i * j + a; }
  return sum;
}
__attribute__((noinline)) static int ackermann(int m, int n) { return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1)); }
EXPORT(recurse) int recurse(int a, int b) { return ackermann(a & 1, b & 15); }
static int twice(int x) { return 2 * x; } static int square(int x) { return x * x; } static int (*volatile table[3])(int) = {twice, square, twice};
EXPORT(pointer) int pointer(int a, int b) { return table[(u32)a % 3](b); }
struct pair { int a; short b; signed char c; unsigned char d; s64 e; };
__attribute__((noinline)) static struct pair make(int a, int b) { struct pair p = {a, b, a, b, (s64)a << b % 40u}; return p; }
EXPORT(structs) int structs(int a, int b) { struct pair p[3] = {make(a, b), make(b, a)}; p[2] = p[a & 1]; return p[2].a + p[2].b * p[1].c - p[0].d + (int)(p[2].e >> 7); }
EXPORT(bytes) int bytes(int a, int b) {
  volatile unsigned char x[64]; volatile short y[32]; int sum = 0;
  for (int i = 0; i < 64; i++) { x[i] = a * i + b; y[i / 2] = x[i] * a; }
  for (int i = 0; i < 32; i++) sum = sum * 31 + (signed char)x[i] + y[i];
  return sum;
}
static char buffer[300];
EXPORT(copy) int copy(int a, int b) {
  __builtin_memset(buffer, a, 200); __builtin_memcpy(buffer + (b & 63), "hello, copied and further", 26);
  __builtin_memmove(buffer + (a & 31), buffer + (b & 31), 150);
  int sum = 0; for (int i = 0; i < 300; i++) sum = sum * 7 + buffer[i]; return sum;
}
static int kept = 3; static s64 kept_wide;
EXPORT(statics) int statics(int a, int b) { kept += a; kept_wide -= kept; return kept * b + (int)kept_wide; }
`;

/** xorshift, seeded; small numbers often. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state & 7) === 0 ? state >> 26 : state;
  };
}

describe('what clang makes of C', () => {
  test('runs as in V8', async () => {
    const bytes = await compiled(CALCULATIONS);
    const program = new Program(bytes);
    const module = new WebAssembly.Module(new Uint8Array(bytes));
    const { exports } = new WebAssembly.Instance(module, { env: { __tsan_init: () => {} } });
    const names = WebAssembly.Module.exports(module).flatMap(({ name, kind }) =>
      kind === 'function' ? [name] : [],
    );
    expect(names.length).toBeGreaterThan(12);
    const next = numbers(1);
    for (const name of names.filter((each) => each !== 'statics')) {
      for (let run = 0; run < 300; run++) {
        const input = [next(), next()];
        const expected = (exports[name] as (...args: number[]) => number)(...input);
        expect([name, input, program.call(name, input)]).toEqual([name, input, expected]);
      }
    }
  });

  test('starts from the same statics each time', async () => {
    const program = new Program(await compiled(CALCULATIONS));
    expect([program.call('statics', [4, 10]), program.call('statics', [4, 10])]).toEqual([63, 63]);
  });
});

describe('faults', () => {
  const SOURCE = `
static int deep(volatile int *p) { volatile int here[2000]; here[0] = *p; return deep(here) + here[1]; }
EXPORT(shadow) int shadow(int a) { volatile int x = a; return deep(&x); }
__attribute__((noinline)) static int down(int a) { return a == 0 ? 0 : 1 + 3 * down(a * 2 + 1); }
EXPORT(frames) int frames(int a) { return down(a); }
EXPORT(endless) int endless(int a) { volatile int x = a; while (x) ; return x; }
EXPORT(fills) void fills(char *p) { for (;;) { __builtin_memset(p, 1, 30000); __asm__ volatile("" ::: "memory"); } }
EXPORT(trap) int trap(int a) { if (a) __builtin_trap(); return 1; }
EXPORT(divide) int divide(int a, int b) { volatile int x = a; return x / b; }
EXPORT(wild) int wild(int *p) { return *p; }
EXPORT(set) void set(int *p) { *p = 1; }
EXPORT(pointer) int pointer(int (*f)(int)) { return f(1); }
static long long other(void) { return 1; } long long (*volatile use)(void) = other;
EXPORT(other) int the_other(void) { return ((int (*)(int))use)(1); }
EXPORT(grow) int grow(int n) { for (;;) if (__builtin_wasm_memory_grow(0, 1) == (unsigned)-1) return 0; }
`;
  const CASES: readonly (readonly [about: string, name: string, args: number[], kind: string])[] = [
    ['a loop', 'endless', [1], 'non-terminating'],
    ['few instructions that do much', 'fills', [2000], 'non-terminating'],
    ['recursion with local variables', 'shadow', [1], 'stack-overflow'],
    ['recursion without', 'frames', [1], 'stack-overflow'],
    ['__builtin_trap', 'trap', [1], 'trap'],
    ['a division by zero', 'divide', [1, 0], 'trap'],
    ['a division that overflows', 'divide', [-0x8000_0000, -1], 'trap'],
    ['an address past the end', 'wild', [0x7000_0000], 'out-of-bounds'],
    ['one that is large', 'wild', [-4], 'out-of-bounds'],
    ['one that reaches over the end', 'set', [0x2_0000 - 3], 'out-of-bounds'],
    ['a null pointer to a function', 'pointer', [0], 'trap'],
    ['a pointer to no function', 'pointer', [99], 'trap'],
    ['a function of another type', 'other', [], 'trap'],
    ['memory without end', 'grow', [0], 'out-of-memory'],
  ];

  let bytes: Uint8Array;
  beforeAll(async () => {
    bytes = await compiled(SOURCE);
  });

  test.each(CASES)('%s', (_about, name, args, kind) => {
    const program = new Program(bytes, { fuel: 100_000 });
    const fault = program.fault(name, args);
    expect(fault.kind).toBe(kind);
    expect(fault.message).toContain(fault.where);
    expect(program.call('trap', [0])).toBe(1);
    expect(program.interpreter.memory).toHaveLength(0x2_0000);
  });

  test('tell the function', () => {
    const program = new Program(bytes);
    expect(program.fault('frames', [1])).toMatchObject({
      where: 'down',
      message: 'needs more stack than there is in down',
    });
  });
});

/** A shared word lies at the address that an op is given. */
const OPS = `
EXPORT(retry) int retry(int *word) {
  int old = *(volatile int *)word;
  do { if (!old) break; } while (!__atomic_compare_exchange_n(word, &old, old + 1, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
  return old;
}
EXPORT(bounded) int bounded(int *word) {
  int old = *(volatile int *)word;
  for (int tries = 0; tries < 5; tries++)
    if (__atomic_compare_exchange_n(word, &old, old + 1, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) return 1;
  return 0;
}
EXPORT(forgets) int forgets(int *word, int first) {
  int mine = __atomic_fetch_add(word, first & 1, __ATOMIC_RELAXED);
  __atomic_store_n(word, mine * 2, __ATOMIC_RELEASE);
  return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}
__attribute__((noinline)) static int see(int *word) { return __atomic_load_n(word, __ATOMIC_ACQUIRE); }
EXPORT(remembers) int remembers(int *word, int first) { return see(word) * 10 + see(word) * first; }
static int seen;
EXPORT(writes) int writes(int *word, int value) { seen = value; __asm__ volatile("" ::: "memory"); int got = see(word); return seen + got; }
__attribute__((noinline)) static int leave(int value) { volatile int junk[8]; for (int i = 0; i < 8; i++) junk[i] = value; return junk[3] & 0; }
EXPORT(litters) int litters(int *word, int value) { int zero = leave(value); return see(word) + zero; }
EXPORT(keeps) int keeps(int *word, int value) { volatile int kept[4]; kept[1] = value; return see(word) + kept[1]; }
EXPORT(leaf) int leaf(volatile int *word, int value) { volatile int kept = value; return *word + kept; }
struct big { int a[4]; };
EXPORT(copies) void copies(struct big *to, int value) { struct big from = {{value, 2, 3, 4}}; __builtin_memcpy(to, &from, 16); }
EXPORT(plain) int plain(volatile short *word) { word[1] = -2; return *word; }
EXPORT(sixtyfour) int sixtyfour(volatile long long *word) { *word = -3; return *word >> 32; }
EXPORT(allocates) int allocates(int *word, int value) {
  unsigned at = __builtin_wasm_memory_grow(0, 1) * 65536; *(volatile int *)at = value; return see(word) + *(volatile int *)at;
}
extern void refuzz_put(int *cell);
EXPORT(lends) int lends(int *word, int n) { int cell = 1; refuzz_put(&cell); return see(word) + cell; }
`;

/** What a run returns, or where it stops. */
function outcome(run: () => unknown): string {
  try {
    return `returns ${run()}`;
  } catch (error) {
    if (error instanceof Stop) return 'stops';
    throw error;
  }
}

describe('at a stop', () => {
  let program: Program;
  beforeAll(async () => {
    program = new Program(await compiled(OPS + ROOM));
  });
  /** These take no value beside the word. */
  const argsOf = (name: string, value: number): number[] =>
    ['retry', 'bounded', 'plain', 'sixtyfour'].includes(name) ? [SHARED] : [SHARED, value];
  const stop = (name: string, value: number, answers: readonly number[]) =>
    program.stop(name, argsOf(name, value), answers);

  test('a retry loop stands where it stood after its first load', () => {
    expect(stop('retry', 0, [5, 7])).toBe(stop('retry', 0, [7]));
    expect(program.script.seen.at(-1)).toBe(`32_compare_exchange_val(${SHARED},7,8,0,0)`);
    expect(stop('retry', 0, [5])).not.toBe(stop('retry', 0, [7]));
  });

  test('a loop that counts its tries does not', () => {
    expect(stop('bounded', 0, [5, 7])).not.toBe(stop('bounded', 0, [7]));
    expect(stop('bounded', 0, [5, 7])).toBe(stop('bounded', 0, [6, 7]));
  });

  test('locals that nobody reads again are no part', () => {
    expect(stop('forgets', 1, [3])).toBe(stop('forgets', 3, [3]));
    expect(stop('forgets', 1, [3, 0])).toBe(stop('forgets', 1, [4, 0]));
    expect(stop('forgets', 1, [])).not.toBe(stop('forgets', 1, [3, 0]));
  });

  test('what a caller still needs is', () => {
    expect(stop('remembers', 1, [])).not.toBe(stop('remembers', 2, []));
    expect(stop('remembers', 1, [3])).not.toBe(stop('remembers', 1, [4]));
    expect(stop('remembers', 1, [3])).not.toBe(stop('remembers', 1, []));
  });

  test('memory that has changed is', () => {
    expect(stop('writes', 1, [])).not.toBe(stop('writes', 2, []));
    expect(stop('writes', 0, [])).not.toContain('memory ');
    expect(stop('keeps', 1, [])).not.toBe(stop('keeps', 2, []));
    expect(stop('allocates', 1, [])).not.toBe(stop('allocates', 2, []));
    expect(stop('allocates', 1, [])).toContain('size=');
  });

  test('the stack of functions that have returned is not', () => {
    expect(stop('litters', 1, [])).toBe(stop('litters', 2, []));
  });

  test('what a leaf keeps below the stack pointer is', () => {
    expect(stop('leaf', 1, [])).not.toBe(stop('leaf', 2, []));
  });

  test('what the host has written to is, and goes with the next call', () => {
    const one = stop('lends', 1, [0]);
    const before = program.interpreter.memory.slice();
    program.script.onPut = (cell) => {
      program.interpreter.memory[cell] = 9;
    };
    const other = stop('lends', 1, [0]);
    program.script.onPut = () => {};
    expect(other).not.toBe(one);
    expect(stop('lends', 1, [0])).toBe(one);
    expect(program.interpreter.memory).toEqual(before);
  });

  test('equal continuations go on alike, whatever follows', () => {
    const names = [
      'retry',
      'bounded',
      'forgets',
      'remembers',
      'writes',
      'litters',
      'keeps',
      'leaf',
      'lends',
      'copies',
    ];
    const next = numbers(7);
    const few = () => (next() >>> 0) % 3;
    const known = new Map<string, string>();
    let pairs = 0;
    for (let run = 0; run < 4000; run++) {
      const name = names[(next() >>> 0) % names.length]!;
      const value = few();
      const before = Array.from({ length: few() }, few);
      const after = Array.from({ length: 1 + few() }, few);
      let text: string;
      try {
        text = stop(name, value, before);
      } catch {
        continue;
      }
      const key = `${name} ${program.script.seen.at(-1)} ${text} | ${after}`;
      const future = outcome(() => program.call(name, argsOf(name, value), [...before, ...after]));
      const seen = `${program.script.seen.slice(before.length)} ${future}`;
      if (known.has(key)) pairs++;
      expect([key, known.get(key) ?? seen]).toEqual([key, seen]);
      known.set(key, seen);
    }
    expect(pairs).toBeGreaterThan(1000);
  });

  test('plain accesses of shared memory go to the host', () => {
    expect(program.call('plain', [SHARED], [0, 0xffff])).toBe(-1);
    expect(program.script.seen).toEqual(['store2(2,65534)', 'load2(0)']);
    expect(program.call('sixtyfour', [SHARED], [0, 2 ** 33])).toBe(2);
    expect(program.script.seen).toEqual(['store8(0,18446744073709551613)', 'load8(0)']);
  });

  test('a call that was stopped leaves nothing behind', () => {
    const first = stop('keeps', 5, []);
    stop('writes', 8, []);
    stop('allocates', 8, []);
    expect(stop('keeps', 5, [])).toBe(first);
    expect(program.call('writes', [SHARED, 4], [1])).toBe(5);
  });

  test('there is none after a return', () => {
    program.call('forgets', [SHARED, 1], [1, 2, 3]);
    expect(() => program.interpreter.continuation()).toThrow('internal: no call has been stopped');
    expect(stop('forgets', 1, [])).toMatch(/^\d+@\d+\(/);
  });

  test('a copy to shared memory goes byte by byte, and is told by how far it came', async () => {
    const source = 'EXPORT(fill) void fill(char *to, int n) { __builtin_memset(to, n, n); }';
    const other = new Program(await compiled(source + ROOM));
    const one = other.stop('fill', [SHARED, 40], [0]);
    expect(other.script.seen).toEqual([`store1(39,40)`, `store1(38,40)`]);
    expect(other.stop('fill', [SHARED, 40], [0, 0])).not.toBe(one);
    expect(other.stop('fill', [SHARED, 41], [0])).not.toBe(one);
  });
});

describe('around a call', () => {
  test('globals, the table, and strings', async () => {
    const program = new Program(
      await compiled(`
static int f(int x) { return x + 1; } EXPORT(get) int (*get(void))(int) { return f; }
EXPORT(text) const char *text(void) { return "refcount_t: saturated; leaking memory.\\n"; }`),
    );
    const { interpreter } = program;
    expect(interpreter.globalValue('__stack_pointer')).toBe(65_536);
    expect(() => interpreter.globalValue('nothing')).toThrow('internal: ');
    const index = interpreter.tableFunction(Number(program.call('get')));
    expect(interpreter.call(index, [4])).toBe(5);
    expect(() => interpreter.call(index, [])).toThrow(Fault);
    expect(() => interpreter.tableFunction(0)).toThrow(Fault);
    expect(interpreter.readCString(Number(program.call('text')))).toBe(
      'refcount_t: saturated; leaking memory.\n',
    );
    expect(interpreter.readCString(-1)).toBe('');
  });

  test('a call from within a call is refused', async () => {
    const program = new Program(
      await compiled('extern int again(void); EXPORT(f) int f(void) { return again(); }'),
    );
    program.script.call = (name) => (name === 'again' ? Number(program.call('f')) : undefined);
    expect(() => program.call('f')).toThrow('internal: a call from inside a call');
  });
});

test('a module that needs more memory than there is, and floating point, are refused by name', async () => {
  const big = await compiled('char big[2000000]; EXPORT(f) char *f(int i) { return big + i; }');
  expect(() => WasmModule.decode(big)).toThrow('has 2048 KiB of stack and static data; at most 1024 KiB fit');
  const float = await compiled('EXPORT(half) int half_of(int x) { return x * 0.5f; }');
  expect(() => WasmModule.decode(float)).toThrow('uses floating point, in half_of');
  const parameter = await compiled('EXPORT(half) double half_of(double x) { return x; }');
  expect(() => WasmModule.decode(parameter)).toThrow(
    'uses floating point or another type that is no integer, in half_of',
  );
});
