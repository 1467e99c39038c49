/** Integers only: what clang makes of a counter has no others. */
export type Kind = 'i32' | 'i64';

/**
 * Types are negative numbers in one byte: 0x7f is an i32, 0x7e an i64, 0x7d an f32, 0x7c an f64, 0x7b a vector.
 *
 * @throws Error for a type that is no integer
 */
export function kindOf(type: number): Kind {
  if (type === 0x7f) return 'i32';
  if (type === 0x7e) return 'i64';
  if (type === 0x7d || type === 0x7c) throw new Error('uses floating point');
  throw new Error(type === 0x7b ? 'uses vectors' : 'uses reference types');
}

/** WebAssembly's own number where it means the same; from 0xe0 on, and for `if`, ours. */
export const Op = {
  UNREACHABLE: 0x00,
  /** Jumps to the first operand if the top of the stack is 0. */
  BRANCH_UNLESS: 0x04,
  BRANCH: 0x0c,
  BRANCH_IF: 0x0d,
  /** Goes to one of the branches that stand behind it; the first operand is the number of the last. */
  BRANCH_TABLE: 0x0e,
  /** The first operand: 0 without a result, 1 with an i32, 2 with an i64. */
  RETURN: 0x0f,
  CALL: 0x10,
  CALL_INDIRECT: 0x11,
  /** Of either width: nothing but the height changes. */
  DROP: 0x1a,
  /** WebAssembly has one opcode for all kinds; here the assembler, which knows the kind, picks one of two. */
  SELECT: 0x1b,
  LOCAL_GET: 0x20,
  LOCAL_SET: 0x21,
  LOCAL_TEE: 0x22,
  GLOBAL_GET: 0x23,
  GLOBAL_SET: 0x24,
  /** Loads and stores: the offset, and the number of bytes, negative where the sign is extended. */
  I32_LOAD: 0x28,
  I64_LOAD: 0x29,
  I32_STORE: 0x36,
  I64_STORE: 0x37,
  MEMORY_SIZE: 0x3f,
  MEMORY_GROW: 0x40,
  I32_CONST: 0x41,
  I64_CONST: 0x42,
  /** Cuts the stack to the height of the first operand; KEEP puts the top back upon it. */
  CUT: 0xe0,
  KEEP: 0xe1,
  KEEP_WIDE: 0xe2,
  SELECT_WIDE: 0xe3,
  LOCAL_GET_WIDE: 0xe4,
  LOCAL_SET_WIDE: 0xe5,
  LOCAL_TEE_WIDE: 0xe6,
  GLOBAL_GET_WIDE: 0xe7,
  GLOBAL_SET_WIDE: 0xe8,
  /**
   * In WebAssembly these are 0xfc and a second number, 8 to 11. The first operand is that of the segment, if there is
   * one.
   */
  MEMORY_INIT: 0xf0,
  DATA_DROP: 0xf1,
  MEMORY_COPY: 0xf2,
  MEMORY_FILL: 0xf3,
} as const;

/**
 * From opcode, to opcode, operands, result: what computes and does nothing else. Gaps are floating point. Comparisons
 * of i64 (0x50 to 0x5a) and i32.wrap_i64 (0xa7) leave an i32.
 */
export const COMPUTATIONS: readonly (readonly [from: number, to: number, operands: number, result: Kind])[] =
  [
    [0x45, 0x45, 1, 'i32'],
    [0x46, 0x4f, 2, 'i32'],
    [0x50, 0x50, 1, 'i32'],
    [0x51, 0x5a, 2, 'i32'],
    [0x67, 0x69, 1, 'i32'],
    [0x6a, 0x78, 2, 'i32'],
    [0x79, 0x7b, 1, 'i64'],
    [0x7c, 0x8a, 2, 'i64'],
    [0xa7, 0xa7, 1, 'i32'],
    [0xac, 0xad, 1, 'i64'],
    [0xc0, 0xc1, 1, 'i32'],
    [0xc2, 0xc4, 1, 'i64'],
  ];

/**
 * Our opcode and the bytes of an access, negative where the sign is extended. In WebAssembly, 0x2c is i32.load8_s: here
 * an I32_LOAD of size -1. So four opcodes run what has nineteen there.
 */
export const ACCESSES: ReadonlyMap<number, readonly [op: number, size: number]> = new Map([
  [0x28, [Op.I32_LOAD, 4]],
  [0x29, [Op.I64_LOAD, 8]],
  [0x2c, [Op.I32_LOAD, -1]],
  [0x2d, [Op.I32_LOAD, 1]],
  [0x2e, [Op.I32_LOAD, -2]],
  [0x2f, [Op.I32_LOAD, 2]],
  [0x30, [Op.I64_LOAD, -1]],
  [0x31, [Op.I64_LOAD, 1]],
  [0x32, [Op.I64_LOAD, -2]],
  [0x33, [Op.I64_LOAD, 2]],
  [0x34, [Op.I64_LOAD, -4]],
  [0x35, [Op.I64_LOAD, 4]],
  [0x36, [Op.I32_STORE, 4]],
  [0x37, [Op.I64_STORE, 8]],
  [0x3a, [Op.I32_STORE, 1]],
  [0x3b, [Op.I32_STORE, 2]],
  [0x3c, [Op.I64_STORE, 1]],
  [0x3d, [Op.I64_STORE, 2]],
  [0x3e, [Op.I64_STORE, 4]],
]);

/** Opcodes of floating point, from and to: only to say so by its name. */
const FLOATING: readonly (readonly [from: number, to: number])[] = [
  [0x2a, 0x2b],
  [0x38, 0x39],
  [0x43, 0x44],
  [0x5b, 0x66],
  [0x8b, 0xa6],
  [0xa8, 0xab],
  [0xae, 0xbf],
];

/** What an instruction is called that refuzz does not run. As it stands after "uses" in a message. */
export function unsupported(opcode: number): string {
  if (FLOATING.some(([from, to]) => opcode >= from && opcode <= to)) return 'floating point';
  if (opcode === 0xfd) return 'vectors';
  if (opcode === 0xfe) return 'atomic instructions';
  if (opcode === 0x12 || opcode === 0x13) return 'tail calls';
  if (opcode === 0x25 || opcode === 0x26) return 'table instructions';
  if (opcode >= 0xd0 && opcode <= 0xd2) return 'reference types';
  return `the instruction 0x${opcode.toString(16).padStart(2, '0')}`;
}
