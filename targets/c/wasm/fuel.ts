import { Bytes } from './bytes.ts';

/** The name under which the fuel is exported: a mutable i32 that the host fills before a call. */
export const FUEL_GLOBAL = 'refuzz fuel';

const Section = { IMPORT: 2, GLOBAL: 6, EXPORT: 7, CODE: 10 } as const;
/** The opcode of `loop`; its block type stands between it and the meter. */
const LOOP = 0x03;

/**
 * Puts a meter into a module: every turn of a loop burns one unit of fuel, and an empty tank traps. Machine code cannot
 * be stopped from outside, not even by a timer of the thread that runs it. Recursion needs no meter, for the engine's
 * own stack ends it. Four sections change; all others are copied:
 *
 *     global   one more, the fuel: a mutable i32
 *     export   one more, FUEL_GLOBAL
 *     code     behind each `loop`, the meter: `if (!fuel) unreachable; fuel = fuel - 1`
 *     import   only counted: imported globals come first in the numbers of globals
 *
 * @param bytes a module with a global section, as the linker makes it
 */
export function withFuel(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  // Behind the magic number and the version, which are kept.
  const input = new Bytes(bytes, 8);
  const output: number[] = [...bytes.subarray(0, 8)];
  let globals = 0;
  while (!input.isAtEnd) {
    const id = input.byte();
    const body = input.take(input.unsigned());
    if (id === Section.IMPORT) globals += importedGlobals(body);
    let section: number[] = [...body];
    if (id === Section.GLOBAL) {
      const { count, rest } = counted(body);
      globals += count;
      section = [...unsigned(count + 1), ...rest, I32, MUTABLE, I32_CONST, 0, END];
    } else if (id === Section.EXPORT) {
      const { count, rest } = counted(body);
      const name = [...new TextEncoder().encode(FUEL_GLOBAL)];
      section = [
        ...unsigned(count + 1),
        ...rest,
        ...unsigned(name.length),
        ...name,
        GLOBAL_KIND,
        ...unsigned(globals),
      ];
    } else if (id === Section.CODE) {
      section = meteredCode(body, globals);
    }
    output.push(id, ...unsigned(section.length));
    for (const byte of section) output.push(byte);
  }
  return Uint8Array.from(output);
}

/** The last two are instructions, and the first is a type; MUTABLE and GLOBAL_KIND are flags of the format. */
const I32 = 0x7f;
const MUTABLE = 1;
const GLOBAL_KIND = 3;
const I32_CONST = 0x41;
const END = 0x0b;

/**
 * A section that is a list: its length, and all that stands behind it. For the bytes `02 aa bb` these are 2 and `aa
 * bb`: a new entry goes behind them, under the count 3.
 */
function counted(body: Uint8Array): { count: number; rest: number[] } {
  const input = new Bytes(body, 0);
  const count = input.unsigned();
  return { count, rest: [...body.subarray(input.at)] };
}

/**
 * How many globals an import section brings. Kinds: 0 a function, 1 a table, 2 a memory, 3 a global. Flags of the
 * limits of a table or memory say whether there is an upper one, which must be read past: a direct build imports its
 * memory, with both.
 */
function importedGlobals(body: Uint8Array): number {
  const input = new Bytes(body, 0);
  let globals = 0;
  for (let left = input.unsigned(); left > 0; left--) {
    input.take(input.unsigned());
    input.take(input.unsigned());
    const kind = input.byte();
    if (kind === 0) input.unsigned();
    else if (kind === GLOBAL_KIND) {
      globals++;
      input.take(2);
    } else {
      if (kind === 1) input.byte();
      const flags = input.byte();
      input.unsigned();
      if (flags & 1) input.unsigned();
    }
  }
  return globals;
}

/** The code section, with a meter in each loop. A body grows, so its length is written anew before it. */
function meteredCode(body: Uint8Array, fuel: number): number[] {
  const input = new Bytes(body, 0);
  const functions = input.unsigned();
  const code = unsigned(functions);
  for (let left = functions; left > 0; left--) {
    const metered = meteredFunction(input.take(input.unsigned()), fuel);
    code.push(...unsigned(metered.length));
    for (const byte of metered) code.push(byte);
  }
  return code;
}

/**
 * `if (!fuel) unreachable; fuel = fuel - 1` For global 3 these are the bytes `23 03 45 04 40 00 0b`, which stop, and
 * `23 03 41 01 6b 24 03`, which count. It leaves the stack as it was, so it may stand at the start of any loop.
 */
function meter(fuel: number): number[] {
  const global = unsigned(fuel);
  const [get, set, eqz, iff, empty, unreachable, sub] = [0x23, 0x24, 0x45, 0x04, 0x40, 0x00, 0x6b];
  const stop = [get, ...global, eqz, iff, empty, unreachable, END];
  return [...stop, get, ...global, I32_CONST, 1, sub, set, ...global];
}

/** A body is copied instruction by instruction: a byte 0x03 is a loop only where an opcode stands. */
function meteredFunction(body: Uint8Array, fuel: number): number[] {
  const input = new Bytes(body, 0);
  for (let left = input.unsigned(); left > 0; left--) {
    input.unsigned();
    input.byte();
  }
  const output = [...body.subarray(0, input.at)];
  while (!input.isAtEnd) {
    const start = input.at;
    const opcode = input.byte();
    skipImmediates(input, opcode);
    for (const byte of body.subarray(start, input.at)) output.push(byte);
    if (opcode === LOOP) output.push(...meter(fuel));
  }
  return output;
}

/**
 * Reads past what stands behind an opcode. A br_table has its default behind the vector, and a typed select a vector of
 * types; floats have 4 or 8 plain bytes.
 *
 * @throws Error for an instruction that clang does not make of a counter
 */
function skipImmediates(input: Bytes, opcode: number): void {
  if (opcode === 0x0e) {
    for (let left = input.unsigned() + 1; left > 0; left--) input.unsigned();
  } else if (opcode === 0x11 || opcode === 0xfe || opcode === 0xfc) {
    skipPrefixed(input, opcode);
  } else if (opcode === 0x1c) {
    input.take(input.unsigned());
  } else if (opcode >= 0x28 && opcode <= 0x3e) {
    input.unsigned();
    input.unsigned();
  } else if (opcode === 0x43) input.take(4);
  else if (opcode === 0x44) input.take(8);
  else if (opcode === 0xfd) throw new Error('uses vector instructions');
  else if (ONE.has(opcode)) input.signed();
}

/**
 * Block types, labels, functions, variables, constants, memories, tables: one number. The set leaves out what stands
 * alone: arithmetic, `drop`, `return`. A signed reading passes over unsigned numbers too, as only the top bit of a byte
 * says whether more follow.
 */
const ONE = new Set([
  0x02, 0x03, 0x04, 0x0c, 0x0d, 0x10, 0x12, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x3f, 0x40, 0x41, 0x42,
  0xd0, 0xd2,
]);

/**
 * 0x11 is call_indirect, with a type and a table. 0xfe are atomics. Behind 0xfc, conversions have nothing, and
 * memory.init, memory.copy, table.init and table.copy have two numbers, all others one.
 */
function skipPrefixed(input: Bytes, opcode: number): void {
  if (opcode === 0x11) {
    input.unsigned();
    input.unsigned();
    return;
  }
  const sub = input.unsigned();
  if (opcode === 0xfe) {
    // A fence has one byte, every other atomic instruction an alignment and an offset.
    input.unsigned();
    if (sub !== 0x03) input.unsigned();
    return;
  }
  // memory.init, memory.copy, table.init and table.copy are 8, 10, 12 and 14.
  const numbers = sub < 8 ? 0 : sub === 9 || sub === 11 || sub === 13 || sub >= 15 ? 1 : 2;
  for (let left = numbers; left > 0; left--) input.unsigned();
}

/** An unsigned LEB128. 624485 becomes `e5 8e 26`; 0 is the one byte `00`. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  do {
    const low = left & 0x7f;
    left >>>= 7;
    bytes.push(left > 0 ? low | 0x80 : low);
  } while (left > 0);
  return bytes;
}
