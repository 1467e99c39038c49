import { describe, expect, test } from 'vitest';
import { Fault, Interpreter } from './interpreter.ts';
import { WasmModule } from './module.ts';
import { ACCESSES, COMPUTATIONS, type Kind } from './opcodes.ts';

/** Modules of a few bytes, run by V8 and by the interpreter: both must do the same. */
const I32 = 0x7f;
const I64 = 0x7e;
const END = 0x0b;
const MEMORY = Array.from({ length: 64 }, (_, at) => (at * 151 + 77) & 0xff);

type Value = number | bigint;

/** Signed LEB128. */
function leb(value: Value): number[] {
  const bytes: number[] = [];
  for (let left = BigInt(value); ; ) {
    const low = Number(left & 0x7fn);
    left >>= 7n;
    const isLast = (left === 0n && low < 0x40) || (left === -1n && low >= 0x40);
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
}

/** Unsigned LEB128 in two bytes. */
function size(value: number): number[] {
  return [(value & 0x7f) | 0x80, value >> 7];
}

function section(id: number, ...entries: readonly (readonly number[])[]): number[] {
  const body = [...size(entries.length), ...entries.flat()];
  return [id, ...size(body.length), ...body];
}

interface Shape {
  readonly params: readonly number[];
  readonly result?: number;
  /** Beyond the parameters, of i32. */
  readonly locals?: number;
}

/**
 * One function, exported as "f". Further: the types () → i32 (1), i32 → i32 (2); a function that returns 7 (1) and one
 * that doubles (2), in the table at 1 and 2, where 0 is nothing; the globals 0 of i32 and 1 of i64; the memory, with
 * segments 0 active, 1 passive.
 */
function moduleOf({ params, result, locals = 0 }: Shape, body: readonly number[]): Uint8Array {
  const code = (declared: number[], instructions: readonly number[]): number[] => {
    const bytes = [...declared, ...instructions, END];
    return [...size(bytes.length), ...bytes];
  };
  const type = (from: readonly number[], to: readonly number[]) => [
    0x60,
    ...size(from.length),
    ...from,
    ...size(to.length),
    ...to,
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, type(params, result === undefined ? [] : [result]), type([], [I32]), type([I32], [I32])),
    ...section(3, [0], [1], [2]),
    ...section(4, [0x70, 0, 3]),
    ...section(5, [1, 1, 4]),
    ...section(6, [I32, 1, 0x41, 5, END], [I64, 1, 0x42, ...leb(-6n), END]),
    ...section(7, [1, 0x66, 0, 0]),
    ...section(9, [0, 0x41, 1, END, 2, 1, 2]),
    ...[12, 1, 2],
    ...section(
      10,
      code(locals > 0 ? [1, ...size(locals), I32] : [0], body),
      code([0], [0x41, 7]),
      code([0], [0x20, 0, 0x20, 0, 0x6a]),
    ),
    ...section(11, [0, 0x41, 0, END, ...size(MEMORY.length), ...MEMORY], [1, 4, 9, 8, 7, 6]),
  ]);
}

const HOST = { call: () => 0, isShared: () => false, load: () => 0, store: () => {} };

type Runner = (...args: Value[]) => Value | undefined | 'trap';

function inV8(bytes: Uint8Array): Runner {
  return (...args) => {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)));
    try {
      return (exports.f as (...args: Value[]) => Value | undefined)(...args);
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) return 'trap';
      throw error;
    }
  };
}

function interpreted(bytes: Uint8Array): Runner {
  const module = WasmModule.decode(bytes);
  const interpreter = new Interpreter(module, HOST);
  return (...args) => {
    try {
      return interpreter.call(module.exports.get('f')!, args);
    } catch (error) {
      if (error instanceof Fault) return 'trap';
      throw error;
    }
  };
}

function agree(shape: Shape, body: readonly number[], inputs: readonly (readonly Value[])[]): void {
  const bytes = moduleOf(shape, body);
  const expected = inV8(bytes);
  const actual = interpreted(bytes);
  for (const input of inputs) {
    expect([input, actual(...input)], Buffer.from(body).toString('hex')).toEqual([input, expected(...input)]);
  }
}

/** xorshift, seeded. */
function randomness(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const random = randomness(20_251_125);
const NARROW = [0, 1, 2, 7, 31, 32, 33, 127, 128, 255, 32_768, 65_535, 0x7fff_ffff].flatMap((n) => [n, -n]);
NARROW.push(-0x8000_0000, ...Array.from({ length: 8 }, () => random(2 ** 32) | 0));
const WIDE = [
  ...NARROW.map(BigInt),
  63n,
  64n,
  65n,
  2n ** 32n,
  2n ** 63n - 1n,
  -(2n ** 63n),
  -(2n ** 62n) - 3n,
];
WIDE.push(
  ...Array.from({ length: 8 }, () =>
    BigInt.asIntN(64, (BigInt(random(2 ** 32)) << 32n) | BigInt(random(2 ** 32))),
  ),
);

function takesWide(op: number): boolean {
  return (op >= 0x50 && op <= 0x5a) || (op >= 0x79 && op <= 0xa7) || op >= 0xc2;
}

const EVERY = COMPUTATIONS.flatMap(([from, to, operands, result]) =>
  Array.from({ length: to - from + 1 }, (_, at) => ({ op: from + at, operands, result })),
);

describe('computes as V8 does', () => {
  test.each(EVERY)('instruction $op', ({ op, operands, result }) => {
    const values: readonly Value[] = takesWide(op) ? WIDE : NARROW;
    const params = Array.from({ length: operands }, () => (takesWide(op) ? I64 : I32));
    const inputs =
      operands === 1
        ? values.map((value) => [value])
        : values.flatMap((one) => values.map((two) => [one, two]));
    agree(
      { params, result: result === 'i32' ? I32 : I64 },
      [...params.flatMap((_, at) => [0x20, at]), op],
      inputs,
    );
  });

  test('there are no other instructions on integers', () => {
    expect(EVERY).toHaveLength(66);
    expect(ACCESSES.size).toBe(19);
  });
});

describe('accesses memory as V8 does', () => {
  const addresses = [0, 1, 3, 8, 50, 65_536 - 9, 65_536 - 5, 65_535, 65_536, -1, -4];
  test.each([...ACCESSES.keys()])('instruction %i', (op) => {
    const isWide = [0x29, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x37, 0x3c, 0x3d, 0x3e].includes(op);
    const kind = isWide ? I64 : I32;
    for (const offset of [0, 3]) {
      if (op < 0x36) {
        agree(
          { params: [I32], result: kind },
          [0x20, 0, op, 0, offset],
          addresses.map((address) => [address]),
        );
      } else {
        const values: readonly Value[] = isWide ? WIDE : NARROW;
        const body = [0x20, 0, 0x20, 1, op, 0, offset, 0x20, 0, 0x29, 0, offset];
        agree(
          { params: [I32, kind], result: I64 },
          body,
          addresses.flatMap((address) => values.map((value) => [address, value])),
        );
      }
    }
  });

  test('in bulk', () => {
    const operands = [0x20, 0, 0x20, 1, 0x20, 2];
    const seen = [0x41, 8, 0x29, 0, 0, 0x41, 16, 0x29, 0, 0, 0x85];
    const inputs = [0, 1, 3, 8, 17, 65_535, -1].flatMap((to) =>
      [0, 2, 4, 9, 65_530, -1].flatMap((from) =>
        [0, 1, 2, 4, 12, 70_000].map((length) => [to, from, length]),
      ),
    );
    const shape = { params: [I32, I32, I32], result: I64 };
    agree(shape, [...operands, 0xfc, 10, 0, 0, ...seen], inputs);
    agree(shape, [...operands, 0xfc, 11, 0, ...seen], inputs);
    agree(shape, [...operands, 0xfc, 8, 1, 0, ...seen], inputs);
    agree(shape, [0xfc, 9, 1, ...operands, 0xfc, 8, 1, 0, ...seen], inputs);
  });

  test('that grows', () => {
    agree({ params: [], result: I32 }, [0x3f, 0, 0x41, 2, 0x40, 0, 0x6a, 0x3f, 0, 0x6c], [[]]);
    const reach = [0x41, 2, 0x40, 0, 0x1a, 0x20, 0, 0x41, 9, 0x36, 0, 0, 0x20, 0, 0x28, 0, 0];
    agree({ params: [I32], result: I32 }, reach, [[65_536], [196_604], [196_605], [0]]);
  });
});

describe('goes where V8 goes', () => {
  const ONE = { params: [I32], result: I32 };
  const inputs = [[0], [1], [2], [3], [-1]];
  const CASES: readonly (readonly [about: string, shape: Shape, body: number[]])[] = [
    ['a pointer to a function', ONE, [0x41, 21, 0x20, 0, 0x11, 2, 0]],
    ['a pointer of another type', ONE, [0x20, 0, 0x11, 1, 0]],
    ['a call', ONE, [0x20, 0, 0x10, 2, 0x10, 1, 0x6a]],
    ['a return from under operands', ONE, [0x41, 1, 0x41, 2, 0x20, 0, 0x0f, 0x6a]],
    ['no return', { params: [I32] }, [0x20, 0, 0x04, 0x40, 0x00, END]],
    ['an if without an else', ONE, [0x20, 0, 0x04, 0x40, 0x41, 9, 0x21, 0, END, 0x20, 0]],
    ['an else', { params: [I32], result: I64 }, [0x20, 0, 0x04, I64, 0x42, 1, 0x05, 0x42, 2, END]],
    [
      'code that nothing reaches',
      ONE,
      [
        0x02,
        I32,
        0x20,
        0,
        0x0c,
        0,
        0x03,
        0x40,
        0x0c,
        0,
        END,
        0x04,
        I32,
        0x41,
        1,
        0x05,
        0x41,
        2,
        END,
        0x6a,
        0x1a,
        0x00,
        END,
      ],
    ],
    ['a then that leaves', ONE, [0x20, 0, 0x04, I32, 0x41, 1, 0x0f, 0x05, 0x41, 2, END]],
    ['globals', ONE, [0x20, 0, 0x24, 0, 0x23, 1, 0x42, 3, 0x7c, 0x24, 1, 0x23, 1, 0xa7, 0x23, 0, 0x6a]],
    ['select with a type', { params: [I32], result: I64 }, [0x42, 1, 0x42, 2, 0x20, 0, 0x1c, 1, I64]],
    ['select', ONE, [0x41, 1, 0x41, 2, 0x20, 0, 0x1b]],
    ['a tee, a drop, a fence', ONE, [0x41, 1, 0x22, 0, 0x1a, 0xfe, 0x03, 0, 0x01, 0x20, 0]],
    ['a block of a type by number', ONE, [0x02, 1, 0x20, 0, END]],
    // 1 is left below the block; 5 is cut away by the branch.
    [
      'a branch that keeps a value',
      ONE,
      [0x41, 1, 0x02, I32, 0x41, 5, 0x20, 0, 0x20, 0, 0x0d, 0, 0x6a, END, 0x6a],
    ],
    [
      'one that keeps a wide value',
      { params: [I32], result: I64 },
      [0x02, I64, 0x42, 5, 0x42, 6, 0x20, 0, 0x0d, 0, 0x7c, END],
    ],
    ['one that keeps none', ONE, [0x02, 0x40, 0x41, 5, 0x20, 0, 0x0d, 0, 0x0f, END, 0x41, 4]],
    [
      'a table of branches',
      ONE,
      [
        0x02,
        0x40,
        0x02,
        0x40,
        0x02,
        0x40,
        0x20,
        0,
        0x0e,
        2,
        0,
        1,
        2,
        END,
        0x41,
        10,
        0x0f,
        END,
        0x41,
        11,
        0x0f,
        END,
        0x41,
        12,
      ],
    ],
    [
      'a table of branches with a value',
      ONE,
      [
        0x41,
        3,
        0x02,
        I32,
        0x41,
        4,
        0x02,
        I32,
        0x41,
        5,
        0x41,
        6,
        0x20,
        0,
        0x0e,
        2,
        0,
        1,
        2,
        END,
        0x6a,
        END,
        0x6c,
      ],
    ],
    // The sum of 0 to n.
    [
      'a loop',
      { ...ONE, locals: 1 },
      [
        0x03,
        0x40,
        0x20,
        1,
        0x20,
        0,
        0x6a,
        0x21,
        1,
        0x20,
        0,
        0x41,
        1,
        0x6b,
        0x22,
        0,
        0x41,
        0,
        0x4a,
        0x0d,
        0,
        END,
        0x20,
        1,
      ],
    ],
  ];
  test.each(CASES)('%s', (_about, shape, body) => agree(shape, body, inputs));

  /** Expressions with blocks, and operands that branches cut away: 0 and 1 are locals of i32, 2 and 3 of i64. */
  function expression(kind: Kind, depth: number): number[] {
    const of = (wanted: Kind): number[] => expression(wanted, depth - 1);
    const type = kind === 'i32' ? I32 : I64;
    const first = kind === 'i32' ? 0 : 2;
    if (depth === 0) {
      if (random(2) === 0) return [0x20, first + random(2)];
      return kind === 'i32' ? [0x41, ...leb(random(200) - 100)] : [0x42, ...leb(random(200) - 100)];
    }
    switch (random(8)) {
      case 0: {
        const fitting = EVERY.filter(({ result, op }) => result === kind && !takesDivision(op));
        const { op, operands } = fitting[random(fitting.length)]!;
        const operand: Kind = takesWide(op) ? 'i64' : 'i32';
        return [...Array.from({ length: operands }, () => of(operand)).flat(), op];
      }
      case 1:
        return [...of(kind), ...of(kind), ...of('i32'), 0x1b];
      case 2:
        return [...of('i32'), 0x04, type, ...of(kind), 0x05, ...of(kind), END];
      case 3:
        return [0x02, type, ...of(kind), ...of(kind), ...of('i32'), 0x0d, 0, 0x1a, END];
      case 4:
        return [
          0x02,
          type,
          0x02,
          type,
          ...of('i64'),
          ...of(kind),
          ...of('i32'),
          0x0e,
          2,
          0,
          1,
          0,
          END,
          ...of(kind),
          0x1a,
          END,
        ];
      case 5:
        return [...of(kind), 0x22, first + random(2)];
      case 6:
        return [...of(kind), 0x24, first / 2, 0x23, first / 2];
      default:
        return [0x02, type, ...of(kind), 0x0c, 0, ...of('i32'), 0x1a, END];
    }
  }

  test('any nesting of blocks', () => {
    for (let run = 0; run < 600; run++) {
      const inputs = Array.from({ length: 6 }, () => [
        random(5),
        random(2 ** 32) | 0,
        BigInt(random(5)),
        BigInt(random(2 ** 32)),
      ]);
      agree(
        { params: [I32, I32, I64, I64], result: run % 2 ? I32 : I64 },
        expression(run % 2 ? 'i32' : 'i64', 1 + random(5)),
        inputs,
      );
    }
  });
});

function takesDivision(op: number): boolean {
  return (op >= 0x6d && op <= 0x70) || (op >= 0x7f && op <= 0x82);
}

describe('refuses by name', () => {
  const CASES: readonly (readonly [body: number[], message: string])[] = [
    [[0x43, 0, 0, 0, 0, 0x1a], 'uses floating point, in function 0'],
    [[0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0xfc, 2, 0x1a], 'uses floating point'],
    [[0x41, 0, 0xb2, 0x1a], 'uses floating point'],
    [[0x41, 0, 0xfd, 0x0f, 0x1a], 'uses vectors'],
    [[0x41, 0, 0x41, 0, 0xfe, 0x1e, 2, 0, 0x1a], 'uses atomic instructions'],
    [[0x41, 0, 0x25, 0, 0x1a], 'uses table instructions'],
    [[0xd2, 1, 0x1a], 'uses reference types'],
    [[0xfc, 16, 0, 0x1a], 'uses table instructions'],
  ];
  test.each(CASES)('%j', (body, message) => {
    expect(() => WasmModule.decode(moduleOf({ params: [] }, body))).toThrow(message);
  });

  test('a parameter that is no integer', () => {
    expect(() => WasmModule.decode(moduleOf({ params: [0x7d] }, []))).toThrow('uses floating point');
  });

  test('whatever is cut off or damaged, in the end', () => {
    const whole = moduleOf({ params: [I32], result: I32 }, [0x20, 0, 0x11, 1, 0]);
    for (let length = 0; length < whole.length; length++) {
      // A module of a few whole sections may be valid; then it is read.
      try {
        WasmModule.decode(whole.subarray(0, length));
      } catch (error) {
        expect((error as Error).message).toMatch(/^(is|has|uses) /);
      }
    }
    for (let run = 0; run < 5000; run++) {
      const damaged = whole.slice();
      damaged[8 + random(whole.length - 8)] = random(256);
      try {
        WasmModule.decode(damaged);
      } catch (error) {
        expect((error as Error).message).toMatch(/^(is|has|uses|imports) /);
      }
    }
  });
});
