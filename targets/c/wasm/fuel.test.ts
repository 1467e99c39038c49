import { beforeAll, describe, expect, test } from 'vitest';
import { sourceOf } from '../../../test/c/c-subjects.ts';
import { compile } from '../build/compiler.ts';
import { DIRECT_MEMORY_PAGES } from '../direct/direct-memory.ts';
import { FUEL_GLOBAL, withFuel } from './fuel.ts';

/** Loops of several kinds, and instructions whose immediates have to be read past. */
const SOURCE = `
#define EXPORT(name) __attribute__((export_name(#name))) int name
static int table[] = { 3, 1, 4, 1, 5, 9, 2, 6 };
static _Atomic int word;
static volatile int sink;
static int one(int n) { return n + 1; }
static int two(int n) { return n + 2; }
static int (*volatile functions[])(int) = { one, two };

EXPORT(turns)(int n)
{
#pragma clang loop unroll(disable)
	for (int i = 0; i < n; i++)
		sink = i;
	return sink;
}
EXPORT(nested)(int n) { for (int i = 0; i < n; i++) for (int k = 0; k < n; k++) sink = k; return n * n; }
EXPORT(forever)(void) { for (;;) sink++; }
EXPORT(straight)(int n) { return n * 3; }
EXPORT(floats)(int n) { volatile double d = 1.5; volatile float f = 2.5f; return (int)(d * n + f); }
EXPORT(wide)(int n) { volatile long long w = 0x123456789abcdefLL; return (int)(w >> n); }
EXPORT(indirect)(int n) { return functions[n & 1](n); }
EXPORT(atomics)(int n) { __atomic_thread_fence(5); return __atomic_fetch_add((int *)&word, n, 5) + __sync_val_compare_and_swap((int *)&word, 1, 2); }
EXPORT(choice)(int n)
{
	switch (n) {
	case 0: return sink = 100;
	case 1: return sink = 50 + table[n];
	case 2: return sink = 12;
	case 3: return sink + 1000;
	case 4: return sink - 3;
	default: return -1;
	}
}
EXPORT(copies)(int n)
{
	volatile char bytes[300];

	__builtin_memset((char *)bytes, n, sizeof(bytes));
	__builtin_memmove((char *)bytes + 1, (char *)bytes, 299);
	return bytes[299] + table[n & 7];
}
`;

type Run = (argument?: number) => number;

function instance(bytes: Uint8Array<ArrayBuffer>): {
  run(name: string): Run;
  fuel: WebAssembly.Global | undefined;
} {
  const memory = new WebAssembly.Memory({
    initial: DIRECT_MEMORY_PAGES,
    maximum: DIRECT_MEMORY_PAGES,
    shared: true,
  });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const fuel = exports[FUEL_GLOBAL];
  return {
    run: (name) => exports[name] as unknown as Run,
    fuel: fuel instanceof WebAssembly.Global ? fuel : undefined,
  };
}

describe('a module with fuel', () => {
  let plain: Uint8Array<ArrayBuffer>;
  let metered: ReturnType<typeof instance>;
  let fuel: WebAssembly.Global;
  beforeAll(async () => {
    plain = new Uint8Array(await compile(sourceOf(SOURCE, 'fuel.c'), 'direct'));
    metered = instance(withFuel(plain));
    fuel = metered.fuel!;
  });

  test('does what it did without', () => {
    const before = instance(plain);
    expect(before.fuel).toBeUndefined();
    const names = [
      'turns',
      'nested',
      'straight',
      'floats',
      'wide',
      'indirect',
      'atomics',
      'choice',
      'copies',
    ];
    for (const name of names) {
      for (const argument of [0, 1, 2, 3, 4, 5, 17]) {
        fuel.value = 1_000_000;
        expect(metered.run(name)(argument), `${name}(${argument})`).toBe(before.run(name)(argument));
      }
    }
  });

  test('burns one unit with each turn of a loop, and none without one', () => {
    fuel.value = 1000;
    metered.run('straight')(5);
    expect(fuel.value).toBe(1000);
    metered.run('turns')(100);
    expect(fuel.value).toBe(900);
    metered.run('turns')(0);
    expect(fuel.value).toBe(900);
  });

  test('traps when the tank is empty, and runs again when it is filled', () => {
    fuel.value = 1_000_000;
    expect(() => metered.run('forever')()).toThrow(WebAssembly.RuntimeError);
    expect(fuel.value).toBe(0);
    expect(() => metered.run('turns')(1)).toThrow(WebAssembly.RuntimeError);
    expect(metered.run('straight')(2)).toBe(6);
    fuel.value = 10;
    expect(metered.run('turns')(10)).toBe(9);
    expect(() => metered.run('turns')(1)).toThrow(WebAssembly.RuntimeError);
  });
});
