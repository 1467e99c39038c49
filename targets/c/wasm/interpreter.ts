import { Accesses } from './accesses.ts';
import { type Code, STRIDE } from './assembler.ts';
import { continuationOf } from './continuation.ts';
import { Fault, type FaultKind, type Host } from './host.ts';
import { FRAME, Machine, RED_ZONE } from './machine.ts';
import { type LinearMemory, PAGE } from './memory.ts';
import type { WasmModule } from './module.ts';
import { isNarrow, narrowOperation, TRAPS } from './narrow.ts';
import { Op } from './opcodes.ts';
import { wideOperation } from './wide.ts';

export { Fault, type FaultKind, type Host } from './host.ts';

export interface Limits {
  /** Instructions in a call, a million unless told. Filling and copying memory costs one more for 64 bytes. */
  readonly fuel?: number;
  /** Frames, 256 unless told. */
  readonly depth?: number;
  /** Pages of memory, 16 unless told. */
  readonly pages?: number;
}

const LONGEST_STRING = 4096;
/** Of what a host may write at an address. */
const HOST_WRITES = 16;
const NO_BYTES = new Uint8Array();

/**
 * Runs the functions of a module, each from the same memory and globals. V8 could run them faster, but can neither stop
 * an endless loop nor tell at what state a function stands when its next shared access has no result yet.
 */
export class Interpreter {
  readonly #module: WasmModule;
  readonly #host: Host;
  readonly #machine: Machine;
  readonly #memory: LinearMemory;
  readonly #accesses: Accesses;
  readonly #fuel: number;
  readonly #depth: number;
  #isRunning = false;
  #hasStopped = false;

  constructor(module: WasmModule, host: Host, { fuel = 1_000_000, depth = 256, pages }: Limits = {}) {
    this.#module = module;
    this.#host = host;
    this.#machine = new Machine(module, depth, pages);
    this.#memory = this.#machine.memory;
    this.#accesses = new Accesses(host, this.#memory);
    this.#fuel = fuel;
    this.#depth = depth;
  }

  /** As the last call left it. To be read; a host may write as `Host.call` says. */
  get memory(): Uint8Array {
    return this.#memory.bytes;
  }

  /** @returns what an exported global is at the start */
  globalValue(name: string): number {
    const index = this.#module.exportedGlobals.get(name);
    if (index === undefined) throw new Error(`internal: the module exports no global "${name}"`);
    return Number(this.#module.globalValues[index]!);
  }

  /** @returns the function that a pointer with this value calls @throws Fault when it points to none */
  tableFunction(index: number): number {
    const found = this.#module.table[index >>> 0] ?? -1;
    if (found < 0) throw this.#fault('trap');
    return found;
  }

  /** @returns the text up to its zero, 4096 bytes of it at the most */
  readCString(address: number): string {
    const from = address >>> 0;
    const bytes = this.memory.subarray(from, from + LONGEST_STRING);
    const end = bytes.indexOf(0);
    return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
  }

  /**
   * Calls a function from the initial state of memory and globals. What it wrote can be read until the next call.
   *
   * @throws Fault, or whatever the host throws
   */
  call(functionIndex: number, args: readonly (number | bigint)[]): number | bigint | undefined {
    if (this.#isRunning) throw new Error('internal: a call from inside a call');
    this.#machine.reset();
    this.#accesses.progress = '';
    this.#hasStopped = false;
    const { params, results } = this.#module.signature(functionIndex);
    // As with a call through a pointer to another type.
    if (params.length !== args.length) throw new Fault('trap', this.#module.functionName(functionIndex));
    for (const [slot, kind] of params.entries()) this.#machine.setSlot(slot, kind, args[slot]!);
    this.#isRunning = true;
    try {
      if (functionIndex < this.#module.imports.length) this.#callHost(functionIndex, 0);
      else {
        this.#enter(functionIndex, 0);
        this.#run();
      }
    } catch (error) {
      this.#hasStopped = !(error instanceof Fault);
      throw error;
    } finally {
      this.#isRunning = false;
    }
    return results[0] && this.#machine.slot(0, results[0]);
  }

  /**
   * Of a call that an exception of the host has ended: a text that is the same for two stops in one function only if
   * both go on alike when the host answers alike. What the host has seen, the access at which it threw and shared
   * memory, is no part of it.
   */
  continuation(): string {
    if (!this.#hasStopped) throw new Error('internal: no call has been stopped');
    return continuationOf(this.#machine) + this.#accesses.progress;
  }

  #fault(kind: FaultKind): Fault {
    const index = this.#machine.top < 0 ? -1 : this.#machine.frames[this.#machine.top * FRAME]!;
    return new Fault(kind, index < 0 ? 'a pointer to a function' : this.#module.functionName(index));
  }

  /** The stack lies at the lowest addresses: what runs over its end gets below 0. */
  #noMemory(): Fault {
    const { stackPointer } = this.#machine;
    const hasOverflown = stackPointer !== undefined && stackPointer < RED_ZONE;
    return this.#fault(hasOverflown ? 'stack-overflow' : 'out-of-bounds');
  }

  /** A frame whose parameters lie from slot `first` on. */
  #enter(functionIndex: number, first: number): Code {
    const code = this.#module.code(functionIndex);
    if (this.#machine.top + 1 >= this.#depth || first + code.frame > this.#machine.narrow.length) {
      throw this.#fault('stack-overflow');
    }
    this.#machine.top++;
    this.#machine.frames[this.#machine.top * FRAME] = functionIndex;
    this.#machine.frames[this.#machine.top * FRAME + 2] = first;
    const params = this.#module.signature(functionIndex).params.length;
    for (let local = params; local < code.locals.length; local++) {
      if (code.locals[local] === 'i32') this.#machine.narrow[first + local] = 0;
      else this.#machine.wide[first + local] = 0n;
    }
    return code;
  }

  /** Notes where the run stands, in case that the host ends it. */
  #stand(place: number): void {
    this.#machine.frames[this.#machine.top * FRAME + 1] = place;
  }

  /** @param first slot of its arguments @returns the height after it */
  #callHost(functionIndex: number, first: number): number {
    const { params, results } = this.#module.signature(functionIndex);
    const args: (number | bigint)[] = [];
    for (const [at, kind] of params.entries()) {
      const value = this.#machine.slot(first + at, kind);
      args.push(value);
      const address = Number(value) >>> 0;
      if (kind === 'i32' && address < this.#memory.size) {
        this.#memory.touch(address, Math.min(HOST_WRITES, this.#memory.size - address));
      }
    }
    const { name } = this.#module.imports[functionIndex]!;
    const result = this.#host.call(name, args);
    const [kind] = results;
    if (kind === undefined) return first;
    if (result === undefined) throw new Error(`internal: the host's "${name}" has no result`);
    this.#machine.setSlot(first, kind, result);
    return first + 1;
  }

  #functionFor(pointer: number, type: number): number {
    const index = this.tableFunction(pointer);
    if (!this.#module.hasType(index, type)) throw this.#fault('trap');
    return index;
  }

  #addressAt(slot: number, offset: number, size: number): number {
    const address = (this.#machine.narrow[slot]! >>> 0) + (offset >>> 0);
    if (address + size > this.#memory.size) throw this.#noMemory();
    return address;
  }

  /** memory.init, copy and fill, whose three operands lie from slot `first` on. @returns their price in fuel */
  #bulk(op: number, segment: number, first: number): number {
    const to = this.#machine.narrow[first]! >>> 0;
    const from = this.#machine.narrow[first + 1]! >>> 0;
    const size = this.#machine.narrow[first + 2]! >>> 0;
    const isInit = op === Op.MEMORY_INIT;
    const bytes = isInit && !this.#machine.isDropped[segment] ? this.#module.data[segment]!.bytes : NO_BYTES;
    const readable = isInit ? bytes.length : this.#memory.size;
    const isPast = to + size > this.#memory.size || (op !== Op.MEMORY_FILL && from + size > readable);
    if (isPast) throw this.#noMemory();
    if (size > 0) this.#accesses.bulk(op, to, from, size, bytes);
    return size >>> 6;
  }

  #grow(pages: number): number {
    const before = this.#memory.size / PAGE;
    if (!this.#memory.grow(pages)) throw this.#fault('out-of-memory');
    return before;
  }

  /**
   * One switch over numbers, as V8 makes a table of jumps only of literals: about 50 million instructions a second.
   * What only computes is elsewhere, as there is much of it.
   */
  #run(): void {
    const { imports } = this.#module;
    const machine = this.#machine;
    const { narrow, wide, frames, globals, wideGlobals } = machine;
    const accesses = this.#accesses;
    const bottom = machine.top;
    let code = this.#module.code(frames[bottom * FRAME]!);
    let words = code.words;
    let first = frames[bottom * FRAME + 2]!;
    let height = first + code.locals.length;
    let place = 0;
    let fuel = this.#fuel;
    for (;;) {
      if (--fuel < 0) throw this.#fault('non-terminating');
      const op = words[place]!;
      const operand = words[place + 1]!;
      switch (op) {
        case 0x00: // unreachable
          throw this.#fault('trap');
        case 0x04: // branch unless
          if (narrow[--height] !== 0) break;
          place = operand;
          continue;
        case 0x0c: // branch
          place = operand;
          continue;
        case 0x0d: // branch if
          if (narrow[--height] === 0) break;
          place = operand;
          continue;
        case 0x0e: // branch table
          place += STRIDE * (1 + Math.min(narrow[--height]! >>> 0, operand));
          continue;
        case 0x0f: // return
          if (operand === 1) narrow[first] = narrow[height - 1]!;
          else if (operand === 2) wide[first] = wide[height - 1]!;
          height = operand === 0 ? first : first + 1;
          if (machine.top === bottom) return;
          machine.top--;
          code = this.#module.code(frames[machine.top * FRAME]!);
          words = code.words;
          place = frames[machine.top * FRAME + 1]!;
          first = frames[machine.top * FRAME + 2]!;
          break;
        case 0x10: // call
        case 0x11: {
          // call_indirect
          const callee = op === 0x10 ? operand : this.#functionFor(narrow[--height]!, operand);
          const parameters = height - this.#module.signature(callee).params.length;
          this.#stand(place);
          if (callee < imports.length) {
            height = this.#callHost(callee, parameters);
            break;
          }
          code = this.#enter(callee, parameters);
          words = code.words;
          first = parameters;
          height = first + code.locals.length;
          place = 0;
          continue;
        }
        case 0x1a: // drop
          height--;
          break;
        case 0x1b: // select
          height -= 2;
          if (narrow[height + 1] === 0) narrow[height - 1] = narrow[height]!;
          break;
        case 0xe3: // select, wide
          height -= 2;
          if (narrow[height + 1] === 0) wide[height - 1] = wide[height]!;
          break;
        case 0x20: // local.get
          narrow[height++] = narrow[first + operand]!;
          break;
        case 0x21: // local.set
          narrow[first + operand] = narrow[--height]!;
          break;
        case 0x22: // local.tee
          narrow[first + operand] = narrow[height - 1]!;
          break;
        case 0xe4: // local.get, wide
          wide[height++] = wide[first + operand]!;
          break;
        case 0xe5: // local.set, wide
          wide[first + operand] = wide[--height]!;
          break;
        case 0xe6: // local.tee, wide
          wide[first + operand] = wide[height - 1]!;
          break;
        case 0x23: // global.get
          narrow[height++] = globals[operand]!;
          break;
        case 0x24: // global.set
          globals[operand] = narrow[--height]!;
          break;
        case 0xe7: // global.get, wide
          wide[height++] = wideGlobals[operand]!;
          break;
        case 0xe8: // global.set, wide
          wideGlobals[operand] = wide[--height]!;
          break;
        case 0x28: {
          // i32.load
          const size = words[place + 2]!;
          const address = this.#addressAt(height - 1, operand, Math.abs(size));
          this.#stand(place);
          narrow[height - 1] = accesses.load(address, size);
          break;
        }
        case 0x29: {
          // i64.load
          const size = words[place + 2]!;
          const address = this.#addressAt(height - 1, operand, Math.abs(size));
          this.#stand(place);
          wide[height - 1] = accesses.loadWide(address, size);
          break;
        }
        case 0x36: // i32.store
        case 0x37: {
          // i64.store
          height -= 2;
          const size = words[place + 2]!;
          const address = this.#addressAt(height, operand, size);
          this.#stand(place);
          if (op === 0x36) accesses.store(address, size, narrow[height + 1]!);
          else accesses.storeWide(address, size, wide[height + 1]!);
          break;
        }
        case 0x3f: // memory.size
          narrow[height++] = this.#memory.size / PAGE;
          break;
        case 0x40: // memory.grow
          narrow[height - 1] = this.#grow(narrow[height - 1]! >>> 0);
          break;
        case 0x41: // i32.const
          narrow[height++] = operand;
          break;
        case 0x42: // i64.const
          wide[height++] = code.constants[operand]!;
          break;
        case 0xe0: // cut
          height = first + operand;
          break;
        case 0xe1: // keep
          narrow[first + operand] = narrow[height - 1]!;
          height = first + operand + 1;
          break;
        case 0xe2: // keep, wide
          wide[first + operand] = wide[height - 1]!;
          height = first + operand + 1;
          break;
        case 0xf0: // memory.init
        case 0xf2: // memory.copy
        case 0xf3: // memory.fill
          height -= 3;
          this.#stand(place);
          fuel -= this.#bulk(op, operand, height);
          break;
        case 0xf1: // data.drop
          machine.isDropped[operand] = 1;
          break;
        default:
          height = isNarrow(op)
            ? narrowOperation(op, narrow, height)
            : wideOperation(op, narrow, wide, height);
          if (height === TRAPS) throw this.#fault('trap');
      }
      place += STRIDE;
    }
  }
}
