import { Assembler, type Code } from './assembler.ts';
import type { Bytes } from './bytes.ts';
import { signed, wideSigned } from './numbers.ts';
import { ACCESSES, COMPUTATIONS, type Kind, kindOf, Op, unsupported } from './opcodes.ts';

/** What a function takes and returns. */
export interface Signature {
  readonly params: readonly Kind[];
  readonly results: readonly Kind[];
}

/** What a body may refer to. */
export interface Surroundings {
  readonly types: readonly (Signature | undefined)[];
  readonly globals: readonly Kind[];
  signature(functionIndex: number): Signature;
}

/**
 * Translates a body that is known to be valid. Blocks become branches with places, and code that no path reaches is
 * left out, so that the height of the stack and the kinds of what lies there are known everywhere. In the text format,
 * a loop that counts down becomes (a place is the number of an instruction here):
 *
 *     loop                        0  local.get 0
 *       local.get 0               1  i32.const 1
 *       i32.const 1               2  i32.sub
 *       i32.sub                   3  local.tee 0
 *       local.tee 0               4  branch if → 0
 *       br_if 0                   5  return
 *     end
 *
 * @param input after the declarations of the locals @throws Error for instructions that refuzz does not run
 */
export function translate(
  input: Bytes,
  signature: Signature,
  locals: readonly Kind[],
  around: Surroundings,
): Code {
  return new Translator(input, signature, locals, around).code();
}

/** Reads a body once, from its first instruction to its last; the assembler knows what lies on the stack. */
class Translator {
  readonly #input: Bytes;
  readonly #locals: readonly Kind[];
  readonly #around: Surroundings;
  readonly #to: Assembler;

  constructor(input: Bytes, signature: Signature, locals: readonly Kind[], around: Surroundings) {
    this.#input = input;
    this.#locals = locals;
    this.#around = around;
    this.#to = new Assembler(locals, signature.results);
  }

  /** The `end` of the body closes the last block that is open, and with it the reading ends. */
  code(): Code {
    while (this.#to.depth > 0) this.#instruction(this.#input.byte());
    return this.#to.code();
  }

  /** Up to 0x11 stand control instructions; the tables are asked first, as most instructions compute or access. */
  #instruction(opcode: number): void {
    const computation = COMPUTATIONS.find(([from, to]) => opcode >= from && opcode <= to);
    if (computation) {
      this.#to.pop(computation[2]);
      this.#to.emit(opcode);
      this.#to.push(computation[3]);
    } else if (ACCESSES.has(opcode)) {
      this.#access(...ACCESSES.get(opcode)!);
    } else if (opcode <= 0x11) {
      this.#control(opcode);
    } else {
      this.#other(opcode);
    }
  }

  /** `28 02 08` is i32.load with an alignment of 2^2, which is a hint only and is passed over, and an offset of 8. */
  #access(op: number, size: number): void {
    this.#input.unsigned();
    const offset = this.#input.unsigned();
    const isStore = op >= Op.I32_STORE;
    this.#to.pop(isStore ? 2 : 1);
    this.#to.emitStop(op, offset, size);
    if (!isStore) this.#to.push(op === Op.I32_LOAD ? 'i32' : 'i64');
  }

  /**
   * Structured control; the numbers of br, br_if and br_table count blocks outwards, and a return leaves all of them.
   */
  #control(opcode: number): void {
    const input = this.#input;
    switch (opcode) {
      case 0x00: // unreachable
        this.#to.emit(Op.UNREACHABLE);
        this.#to.die();
        break;
      case 0x01: // nop
        break;
      case 0x02: // block
        this.#to.block(this.#blockResults());
        break;
      case 0x03: // loop
        this.#to.loop(this.#blockResults());
        break;
      case 0x04: // if
        this.#to.if(this.#blockResults());
        break;
      // else; the opcodes below are end, br, br_if, br_table, return, call and call_indirect.
      case 0x05:
        this.#to.else();
        break;
      case 0x0b:
        this.#to.end();
        break;
      case 0x0c:
        this.#to.jump(input.unsigned());
        this.#to.die();
        break;
      case 0x0d:
        this.#to.branchIf(input.unsigned());
        break;
      case 0x0e:
        this.#to.branchTable(this.#depths());
        break;
      case 0x0f:
        this.#to.jump(this.#to.depth - 1);
        this.#to.die();
        break;
      case 0x10: {
        const index = input.unsigned();
        this.#call(Op.CALL, this.#around.signature(index), index);
        break;
      }
      case 0x11: {
        const type = input.unsigned();
        input.unsigned();
        this.#to.pop(1);
        this.#call(Op.CALL_INDIRECT, supported(this.#around.types[type]), type);
        break;
      }
      default:
        throw new Error(`uses ${unsupported(opcode)}`);
    }
  }

  /** Everything whose operands are neither an access nor a block: variables, constants, and those behind a prefix. */
  #other(opcode: number): void {
    const input = this.#input;
    switch (opcode) {
      // drop, select and typed select; then local.get, set, tee, global.get, set, memory.size, grow, and the constants.
      case 0x1a:
        this.#to.pop(1);
        this.#to.emit(Op.DROP);
        break;
      case 0x1b:
        this.#select();
        break;
      case 0x1c:
        for (let left = input.unsigned(); left > 0; left--) kindOf(input.byte());
        this.#select();
        break;
      case 0x20:
      case 0x21:
      case 0x22:
        this.#variable(opcode, Op.LOCAL_GET_WIDE - Op.LOCAL_GET, this.#locals);
        break;
      case 0x23:
      case 0x24:
        this.#variable(opcode, Op.GLOBAL_GET_WIDE - Op.GLOBAL_GET, this.#around.globals);
        break;
      case 0x3f:
      case 0x40:
        input.byte();
        this.#to.pop(opcode === 0x3f ? 0 : 1);
        this.#to.emit(opcode);
        this.#to.push('i32');
        break;
      case 0x41:
        this.#to.emit(Op.I32_CONST, signed(input));
        this.#to.push('i32');
        break;
      case 0x42:
        this.#to.constant(wideSigned(input));
        break;
      case 0xfc:
        this.#bulk(input.unsigned());
        break;
      case 0xfe:
        // A fence orders the accesses of one thread; the order of what the host sees is that of the program anyway.
        if (input.unsigned() !== 0x03) throw new Error(`uses ${unsupported(opcode)}`);
        input.byte();
        break;
      default:
        throw new Error(`uses ${unsupported(opcode)}`);
    }
  }

  /** Below the condition lie two values of one kind, so the undermost tells which. In dead code either will do. */
  #select(): void {
    const kind = this.#to.pop(3) ?? 'i32';
    this.#to.emit(kind === 'i32' ? Op.SELECT : Op.SELECT_WIDE);
    this.#to.push(kind);
  }

  /**
   * @param toWide what to add to an opcode for its 64-bit twin; the three of locals, and two of globals, stand in one
   * order
   */
  #variable(opcode: number, toWide: number, kinds: readonly Kind[]): void {
    const index = this.#input.unsigned();
    const kind = kinds[index]!;
    const isGet = opcode === Op.LOCAL_GET || opcode === Op.GLOBAL_GET;
    if (!isGet) this.#to.pop(1);
    this.#to.emit(kind === 'i32' ? opcode : opcode + toWide, index);
    if (isGet || opcode === Op.LOCAL_TEE) this.#to.push(kind);
  }

  /**
   * The instructions behind 0xfc: 0 to 7 turn floats into integers, 8 to 11 are for memory, and the rest for tables.
   * The bytes that are passed over name the memory, of which there is one.
   */
  #bulk(sub: number): void {
    const input = this.#input;
    switch (sub) {
      case 8: {
        const segment = input.unsigned();
        input.byte();
        this.#to.pop(3);
        this.#to.emitStop(Op.MEMORY_INIT, segment);
        break;
      }
      case 9:
        this.#to.emit(Op.DATA_DROP, input.unsigned());
        break;
      case 10:
        input.take(2);
        this.#to.pop(3);
        this.#to.emitStop(Op.MEMORY_COPY, 0);
        break;
      case 11:
        input.byte();
        this.#to.pop(3);
        this.#to.emitStop(Op.MEMORY_FILL, 0);
        break;
      default:
        throw new Error(sub < 8 ? 'uses floating point' : 'uses table instructions');
    }
  }

  /** The callee's parameters are the operands of the caller, which is why nothing is copied at a call. */
  #call(op: number, { params, results }: Signature, operand: number): void {
    this.#to.call(op, operand, params.length, results);
  }

  /** A vector and the default behind it: one more than its length says. */
  #depths(): number[] {
    const depths: number[] = [];
    for (let left = this.#input.unsigned() + 1; left > 0; left--) depths.push(this.#input.unsigned());
    return depths;
  }

  /**
   * A block type is one signed number of 33 bits: 0x40, which reads as -64, for no result; a value type, which is
   * negative too (0x7f is -1, an i32); or the index of a signature.
   */
  #blockResults(): readonly Kind[] {
    const type = signed(this.#input);
    if (type === -64) return [];
    if (type < 0) return [kindOf(type & 0x7f)];
    const { params, results } = supported(this.#around.types[type]);
    if (params.length > 0 || results.length > 1) throw new Error('uses blocks of several values');
    return results;
  }
}

/**
 * A signature is left undefined when it has anything but integers.
 * @throws Error for that, and for several results, which clang does not make of C
 */
export function supported(signature: Signature | undefined): Signature {
  if (!signature) throw new Error('uses floating point or another type that is no integer');
  if (signature.results.length > 1) throw new Error('uses functions of several results');
  return signature;
}
