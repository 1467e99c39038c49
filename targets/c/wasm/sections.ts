import type { Code } from './assembler.ts';
import { Bytes } from './bytes.ts';
import { type Signature, supported, translate } from './code.ts';
import { signed, wideSigned } from './numbers.ts';
import { type Kind, kindOf } from './opcodes.ts';

/** A function of the host. */
export interface FunctionImport {
  readonly module: string;
  readonly name: string;
  /** How many parameters it has. */
  readonly params: number;
  readonly results: 0 | 1;
}

/** Bytes that memory holds at the start, or that the code copies there. */
export interface DataSegment {
  /** Where it lies from the start; undefined for one that only memory.init copies. */
  readonly address: number | undefined;
  readonly bytes: Uint8Array;
}

/** In pages of 64 KiB. What begins with more than this is no counter. */
export const MOST_PAGES = 16;
/** C code has as many entries as functions whose address it takes; a larger table is a damaged or hostile module. */
const MOST_TABLE_ENTRIES = 65_536;

const Section = {
  CUSTOM: 0,
  TYPE: 1,
  IMPORT: 2,
  FUNCTION: 3,
  TABLE: 4,
  MEMORY: 5,
  GLOBAL: 6,
  EXPORT: 7,
  START: 8,
  ELEMENT: 9,
  CODE: 10,
  DATA: 11,
} as const;

/**
 * What a module is made of, read section after section in the order of the format: a later section refers to earlier
 * ones by number. It trusts V8 to have found the bytes valid, and refuses what refuzz does not run.
 */
export class Sections {
  readonly imports: FunctionImport[] = [];
  readonly exports = new Map<string, number>();
  readonly exportedGlobals = new Map<string, number>();
  readonly globalKinds: Kind[] = [];
  readonly globalValues: bigint[] = [];
  readonly table: number[] = [];
  readonly data: DataSegment[] = [];
  pages = 0;
  /** Undefined for a signature that has other types than integers: an error once it is used. */
  readonly #types: (Signature | undefined)[] = [];
  /** The bytes of each type, by which equal types are known: call_indirect compares types, not their numbers. */
  readonly #typeTexts: string[] = [];
  /** Type of every function, imported ones first. */
  readonly #functions: number[] = [];
  readonly #names = new Map<number, string>();
  readonly #bodies: Uint8Array[] = [];

  constructor(bytes: Uint8Array) {
    // Behind the magic number and the version, four bytes each.
    const input = new Bytes(bytes, 8);
    while (!input.isAtEnd) {
      const id = input.byte();
      this.#section(id, new Bytes(input.take(input.unsigned()), 0));
    }
    this.#checkData();
  }

  /** @throws Error for a function of other types than integers */
  signature(functionIndex: number): Signature {
    return supported(this.#types[this.#functions[functionIndex]!]);
  }

  /** The name that the source has for it, or a number in its place. */
  functionName(functionIndex: number): string {
    const name = this.#names.get(functionIndex) ?? this.imports[functionIndex]?.name;
    return name ?? `function ${functionIndex}`;
  }

  /** Whether the function has a type, of which there may be several equal ones. */
  hasType(functionIndex: number, type: number): boolean {
    return this.#typeTexts[this.#functions[functionIndex]!] === this.#typeTexts[type];
  }

  /** The code of every function that is not imported. @throws Error that ends with the function in which */
  translateBodies(): Code[] {
    return this.#bodies.map((body, at) => {
      const index = this.imports.length + at;
      try {
        return this.#body(new Bytes(body, 0), this.signature(index));
      } catch (error) {
        throw new Error(`${(error as Error).message}, in ${this.functionName(index)}`);
      }
    });
  }

  #body(input: Bytes, signature: Signature): Code {
    const locals: Kind[] = [...signature.params];
    for (let left = input.unsigned(); left > 0; left--) {
      const count = input.unsigned();
      const kind = kindOf(input.byte());
      for (let more = count; more > 0; more--) locals.push(kind);
    }
    return translate(input, signature, locals, {
      types: this.#types,
      globals: this.globalKinds,
      signature: (index) => this.signature(index),
    });
  }

  /** A section is a list of entries of one kind, but for custom ones and the start function. */
  #section(id: number, input: Bytes): void {
    if (id === Section.CUSTOM) this.#custom(input);
    if (id === Section.START) throw new Error('has a start function, which refuzz does not run');
    const read = this.#entry(id);
    if (!read) return;
    for (let left = input.unsigned(); left > 0; left--) read(input);
  }

  #entry(id: number): ((input: Bytes) => void) | undefined {
    switch (id) {
      case Section.TYPE:
        return (input) => this.#type(input);
      case Section.IMPORT:
        return (input) => this.#import(input);
      case Section.FUNCTION:
        return (input) => void this.#functions.push(input.unsigned());
      case Section.TABLE:
        return (input) => this.#tableEntry(input);
      case Section.MEMORY:
        return (input) => this.#memory(input);
      case Section.GLOBAL:
        return (input) => this.#global(input);
      case Section.EXPORT:
        return (input) => this.#export(input);
      case Section.ELEMENT:
        return (input) => this.#element(input);
      case Section.CODE:
        return (input) => void this.#bodies.push(input.take(input.unsigned()));
      case Section.DATA:
        return (input) => this.#dataSegment(input);
      default:
        return undefined;
    }
  }

  /** Signatures with other types than integers are kept as undefined: only who uses them fails. */
  #type(input: Bytes): void {
    if (input.byte() !== 0x60) throw new Error('uses types that are neither functions nor integers');
    const params = input.take(input.unsigned());
    const results = input.take(input.unsigned());
    this.#typeTexts.push(`${params}:${results}`);
    const isInteger = [...params, ...results].every((type) => type === 0x7f || type === 0x7e);
    this.#types.push(
      isInteger ? { params: [...params].map(kindOf), results: [...results].map(kindOf) } : undefined,
    );
  }

  /** Nothing but functions may be imported: the memory is the module's own. */
  #import(input: Bytes): void {
    const module = nameIn(input);
    const name = nameIn(input);
    if (input.byte() !== 0x00) throw new Error(`imports "${name}", which is no function`);
    const type = input.unsigned();
    const signature = this.#types[type];
    if (!signature) throw new Error(`uses floating point or another type that is no integer, in ${name}`);
    const { params, results } = signature;
    if (results.length > 1) throw new Error(`imports "${name}", which has several results`);
    this.#functions.push(type);
    this.imports.push({ module, name, params: params.length, results: results.length === 0 ? 0 : 1 });
  }

  /** The table that pointers to functions index. */
  #tableEntry(input: Bytes): void {
    if (this.table.length > 0) throw new Error('has several tables');
    if (input.byte() !== 0x70) throw new Error('has a table of something else than functions');
    const { least } = limits(input);
    if (least > MOST_TABLE_ENTRIES) throw new Error(`has a table of ${least} functions`);
    for (let left = least; left > 0; left--) this.table.push(-1);
  }

  /** The upper limit is not read: growing is bounded by `Limits.pages` of the interpreter. */
  #memory(input: Bytes): void {
    const { least } = limits(input);
    if (least > MOST_PAGES) {
      throw new Error(`has ${least * 64} KiB of stack and static data; at most ${MOST_PAGES * 64} KiB fit`);
    }
    this.pages = least;
  }

  /** Whether it is mutable is passed over: V8 has refused a module that writes to a constant one. */
  #global(input: Bytes): void {
    this.globalKinds.push(kindOf(input.byte()));
    input.byte();
    this.globalValues.push(this.#constant(input));
  }

  /** Tables (1) and memories (2) are passed over: there is one of each. */
  #export(input: Bytes): void {
    const name = nameIn(input);
    const kind = input.byte();
    const index = input.unsigned();
    if (kind === 0x00) this.exports.set(name, index);
    if (kind === 0x03) this.exportedGlobals.set(name, index);
  }

  /** Three bits of flags: not active; with a table index or declared only; expressions in place of indices. */
  #element(input: Bytes): void {
    const flags = input.unsigned();
    const isActive = (flags & 1) === 0;
    if (isActive && flags & 2) input.unsigned();
    const offset = isActive ? Number(this.#constant(input)) >>> 0 : 0;
    if (flags & 3) input.byte();
    const count = input.unsigned();
    if (isActive && offset + count > this.table.length) throw new Error('has functions outside of its table');
    for (let at = 0; at < count; at++) {
      const index = flags & 4 ? Number(this.#constant(input)) : input.unsigned();
      if (isActive) this.table[offset + at] = index;
    }
  }

  /** Flags: 0 lies at an address; 1 waits for memory.init; 2 names a memory too. */
  #dataSegment(input: Bytes): void {
    const flags = input.unsigned();
    if (flags === 2) input.unsigned();
    const address = flags === 1 ? undefined : Number(this.#constant(input)) >>> 0;
    this.data.push({ address, bytes: input.take(input.unsigned()).slice() });
  }

  #checkData(): void {
    for (const { address, bytes } of this.data) {
      if (address !== undefined && address + bytes.length > this.pages * 65_536) {
        throw new Error('has data outside of its memory');
      }
    }
  }

  /** An expression of one instruction. A function is given by its index, none by -1. */
  #constant(input: Bytes): bigint {
    const value = this.#constantPart(input, input.byte());
    if (input.byte() !== 0x0b) throw new Error('has a start value that is computed');
    return value;
  }

  /** i32.const, i64.const, global.get, ref.null and ref.func; clang's start values are of no other kind. */
  #constantPart(input: Bytes, opcode: number): bigint {
    switch (opcode) {
      case 0x41:
        return BigInt(signed(input));
      case 0x42:
        return wideSigned(input);
      case 0x23:
        return this.globalValues[input.unsigned()]!;
      case 0xd0:
        input.byte();
        return -1n;
      case 0xd2:
        return BigInt(input.unsigned());
      default:
        throw new Error('has a start value that is computed');
    }
  }

  /** The names of functions; they come last, and a module may do without. */
  #custom(input: Bytes): void {
    if (nameIn(input) !== 'name') return;
    while (!input.isAtEnd) {
      const isFunctions = input.byte() === 1;
      const part = new Bytes(input.take(input.unsigned()), 0);
      if (!isFunctions) continue;
      for (let left = part.unsigned(); left > 0; left--) {
        const index = part.unsigned();
        this.#names.set(index, nameIn(part));
      }
    }
  }
}

function nameIn(input: Bytes): string {
  return new TextDecoder().decode(input.take(input.unsigned()));
}

/** Flags: 1 for an upper limit, 2 for shared memory, 4 for 64-bit addresses. */
function limits(input: Bytes): { least: number } {
  const flags = input.byte();
  if (flags > 1) throw new Error('has a memory or a table that is shared, or of 64 bits');
  const least = input.unsigned();
  if (flags === 1) input.unsigned();
  return { least };
}
