import { Accesses } from './accesses.ts';
import { type Code, STRIDE } from './assembler.ts';
import { Fault, type FaultKind, type Host } from './host.ts';
import { FRAME, type Machine } from './machine.ts';
import { type LinearMemory, PAGE } from './memory.ts';
import type { WasmModule } from './module.ts';
import { moveNarrow, moveWide } from './moves.ts';
import { isNarrow, narrowOperation, TRAPS } from './narrow.ts';
import { Op } from './opcodes.ts';
import { Regions } from './regions.ts';
import { wideOperation } from './wide.ts';

const NO_BYTES = new Uint8Array();

/** What a run may use. */
export interface Bounds {
  /** Instructions. */
  readonly fuel: number;
  /** Frames at a time. */
  readonly depth: number;
}

/**
 * Executes instructions on a machine. A run ends when the function that was entered first returns, by a Fault, or by
 * what the host throws; then the machine's frames say where it stood.
 */
export class Executor {
  /** Loads and stores. */
  readonly accesses: Accesses;
  readonly #module: WasmModule;
  readonly #host: Host;
  readonly #machine: Machine;
  readonly #memory: LinearMemory;
  readonly #regions: Regions;
  readonly #bounds: Bounds;

  constructor(machine: Machine, host: Host, bounds: Bounds) {
    this.#machine = machine;
    this.#module = machine.module;
    this.#memory = machine.memory;
    this.#regions = new Regions(machine);
    this.accesses = new Accesses(host, machine.memory);
    this.#host = host;
    this.#bounds = bounds;
  }

  /** Runs a function whose parameters lie in the slots from 0 on. Its result, if it has one, is in slot 0 afterwards. */
  execute(functionIndex: number): void {
    if (functionIndex < this.#module.imports.length) this.#callHost(functionIndex, 0);
    else {
      this.#enter(functionIndex, 0);
      this.#run();
    }
  }

  /** @returns the function that a pointer with this value calls @throws Fault when it points to none */
  tableFunction(pointer: number): number {
    const found = this.#module.table[pointer >>> 0] ?? -1;
    if (found < 0) throw this.#fault('trap');
    return found;
  }

  /**
   * One switch over numbers, as V8 makes a table of jumps only of literals: some 50 million instructions a second. Here
   * stand the instructions that change the place in the code, and the commonest others; all that only move or compute
   * values are elsewhere, as there are many. Runs the function that has just been entered, in frame 0.
   */
  #run(): void {
    const machine = this.#machine;
    const { narrow, frames } = machine;
    let fuel = this.#bounds.fuel;
    let code = this.#module.code(frames[0]!);
    let { words } = code;
    let first = 0;
    let height = code.locals.length;
    let place = 0;
    for (;;) {
      if (--fuel < 0) throw this.#fault('non-terminating');
      const op = words[place]!;
      const operand = words[place + 1]!;
      switch (op) {
        case 0x04: // branch unless
          place = narrow[--height] === 0 ? operand : place + STRIDE;
          continue;
        case 0x0c: // branch
          place = operand;
          continue;
        case 0x0d: // branch if
          place = narrow[--height] === 0 ? place + STRIDE : operand;
          continue;
        case 0x0e: // branch table
          place += STRIDE * (1 + Math.min(narrow[--height]! >>> 0, operand));
          continue;
        case 0x0f: // return
        case 0x10: // call
        case 0x11: // call_indirect
          if (op !== 0x0f) height = this.#call(op, operand, place, height);
          else {
            height = this.#leave(operand, first, height);
            if (machine.top === 0) return;
            machine.top--;
          }
          // Whichever frame is the uppermost now; of a call of the host it is the same as before.
          code = this.#module.code(frames[machine.top * FRAME]!);
          words = code.words;
          place = frames[machine.top * FRAME + 1]!;
          first = frames[machine.top * FRAME + 2]!;
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
        case 0x41: // i32.const
          narrow[height++] = operand;
          break;
        case 0xf0: // memory.init
        case 0xf2: // memory.copy
        case 0xf3: // memory.fill
          this.#stand(place);
          height -= 3;
          fuel -= this.#bulk(op, operand, height);
          break;
        default:
          height = isNarrow(op)
            ? narrowOperation(op, narrow, height)
            : this.#other(code, place, first, height);
          if (height === TRAPS) throw this.#fault('trap');
      }
      place += STRIDE;
    }
  }

  /** An instruction that is neither of `#run` nor computes on 32 bits. @returns the new height, or TRAPS */
  #other(code: Code, place: number, first: number, height: number): number {
    const op = code.words[place]!;
    const operand = code.words[place + 1]!;
    switch (op) {
      case 0x00: // unreachable
        return TRAPS;
      case 0x1a: // drop
      case 0x1b: // select
      case 0x23: // global.get
      case 0x24: // global.set
      case 0xe0: // cut
      case 0xe1: // keep
        return moveNarrow(op, operand, this.#machine, first, height);
      case 0x28: // i32.load
      case 0x29: // i64.load
        this.#stand(place);
        return this.#load(op, operand, code.words[place + 2]!, height);
      case 0x36: // i32.store
      case 0x37: // i64.store
        this.#stand(place);
        return this.#store(op, operand, code.words[place + 2]!, height);
      case 0x3f: // memory.size
        this.#machine.narrow[height] = this.#memory.size / PAGE;
        return height + 1;
      case 0x40: // memory.grow
        this.#machine.narrow[height - 1] = this.#grow(this.#machine.narrow[height - 1]! >>> 0);
        return height;
      case 0xf1: // data.drop
        this.#machine.isDropped[operand] = 1;
        return height;
      case 0x42: // i64.const
      case 0xe2: // keep
      case 0xe3: // select
      case 0xe4: // local.get
      case 0xe5: // local.set
      case 0xe6: // local.tee
      case 0xe7: // global.get
      case 0xe8: // global.set
        return moveWide(op, operand, this.#machine, code, first, height);
      default:
        return wideOperation(op, this.#machine.narrow, this.#machine.wide, height);
    }
  }

  /** A function of the module gets a frame; one of the host has run when this returns. @returns the height of the stack */
  #call(op: number, operand: number, place: number, height: number): number {
    const isDirect = op === Op.CALL;
    const callee = isDirect ? operand : this.#functionFor(this.#machine.narrow[height - 1]!, operand);
    const first = height - (isDirect ? 0 : 1) - this.#module.signature(callee).params.length;
    this.#stand(place);
    if (callee < this.#module.imports.length) return this.#callHost(callee, first);
    return this.#enter(callee, first);
  }

  /** A frame whose parameters lie from slot `first` on. @returns the height of its empty operand stack */
  #enter(functionIndex: number, first: number): number {
    const machine = this.#machine;
    const code = this.#module.code(functionIndex);
    if (machine.top + 1 >= this.#bounds.depth || first + code.frame > machine.narrow.length) {
      throw this.#fault('stack-overflow');
    }
    machine.top++;
    machine.frames[machine.top * FRAME] = functionIndex;
    // One before its first instruction: the loop goes on from here to the next.
    machine.frames[machine.top * FRAME + 1] = -STRIDE;
    machine.frames[machine.top * FRAME + 2] = first;
    machine.frames[machine.top * FRAME + 3] = machine.stackPointer ?? 0;
    const params = this.#module.signature(functionIndex).params.length;
    for (let local = params; local < code.locals.length; local++) {
      if (code.locals[local] === 'i32') machine.narrow[first + local] = 0;
      else machine.wide[first + local] = 0n;
    }
    return first + code.locals.length;
  }

  /** Puts the result where the caller expects it. @param kind 0 for none, 1 for an i32, 2 for an i64 @returns the height */
  #leave(kind: number, first: number, height: number): number {
    const { narrow, wide } = this.#machine;
    if (kind === 1) narrow[first] = narrow[height - 1]!;
    else if (kind === 2) wide[first] = wide[height - 1]!;
    return kind === 0 ? first : first + 1;
  }

  /** Notes where the run stands, in case that the host ends it. */
  #stand(place: number): void {
    this.#machine.frames[this.#machine.top * FRAME + 1] = place;
  }

  /** @param first slot of its arguments @returns the height after it */
  #callHost(functionIndex: number, first: number): number {
    const { params, results } = this.#module.signature(functionIndex);
    const args: (number | bigint)[] = [];
    for (let at = 0; at < params.length; at++) {
      const isShort = params[at] === 'i32';
      args.push(isShort ? this.#machine.narrow[first + at]! : this.#machine.wide[first + at]!);
      if (isShort) this.#memory.handOut(this.#machine.narrow[first + at]! >>> 0);
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

  #load(op: number, offset: number, size: number, height: number): number {
    const address = this.#addressAt(height - 1, offset, Math.abs(size));
    if (op === Op.I32_LOAD) this.#machine.narrow[height - 1] = this.accesses.load(address, size);
    else this.#machine.wide[height - 1] = this.accesses.loadWide(address, size);
    return height;
  }

  #store(op: number, offset: number, size: number, height: number): number {
    const address = this.#addressAt(height - 2, offset, size);
    if (op === Op.I32_STORE) this.accesses.store(address, size, this.#machine.narrow[height - 1]!);
    else this.accesses.storeWide(address, size, this.#machine.wide[height - 1]!);
    return height - 2;
  }

  #addressAt(slot: number, offset: number, size: number): number {
    const address = (this.#machine.narrow[slot]! >>> 0) + (offset >>> 0);
    this.check(address, size);
    return address;
  }

  /** @throws Fault where one of these bytes may not be touched */
  check(address: number, size: number, isBulk = false): void {
    const wrong = isBulk ? this.#regions.wrongWithAll(address, size) : this.#regions.wrongWith(address, size);
    if (wrong) throw this.#fault(wrong);
  }

  /** memory.init, copy and fill, whose three operands lie from slot `first` on. @returns their price in fuel */
  #bulk(op: number, segment: number, first: number): number {
    const to = this.#machine.narrow[first]! >>> 0;
    const from = this.#machine.narrow[first + 1]! >>> 0;
    const size = this.#machine.narrow[first + 2]! >>> 0;
    const isInit = op === Op.MEMORY_INIT;
    const bytes = isInit && !this.#machine.isDropped[segment] ? this.#module.data[segment]!.bytes : NO_BYTES;
    if (isInit && from + size > bytes.length) throw this.#fault('out-of-bounds');
    for (const address of op === Op.MEMORY_COPY ? [to, from] : [to]) this.check(address, size, true);
    if (size > 0) this.accesses.bulk(op, to, from, size, bytes);
    return size >>> 6;
  }

  #grow(pages: number): number {
    const before = this.#memory.size / PAGE;
    if (!this.#memory.grow(pages)) throw this.#fault('out-of-memory');
    return before;
  }

  #fault(kind: FaultKind): Fault {
    const index = this.#machine.top < 0 ? -1 : this.#machine.frames[this.#machine.top * FRAME]!;
    return new Fault(kind, index < 0 ? 'a pointer to a function' : this.#module.functionName(index));
  }
}
