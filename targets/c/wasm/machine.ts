import { LinearMemory } from './memory.ts';
import type { WasmModule } from './module.ts';
import type { Kind } from './opcodes.ts';

/** Words of a frame in `frames`: function, place in its code, first slot, and where its part of the stack ends. */
export const FRAME = 4;
/** clang lets a function that calls nothing use this many bytes below the stack pointer without moving it. */
export const RED_ZONE = 128;
/** However deep calls may nest: 3 MB of slots. */
const MOST_SLOTS = 1 << 18;

/**
 * All that a run changes. Values lie in slots: a frame has its locals and upon them its operand stack, and a callee's
 * parameters are the operands of its caller. Of a slot, and of a global, either the narrow or the wide side counts; the
 * code knows which.
 */
export class Machine {
  readonly module: WasmModule;
  readonly memory: LinearMemory;
  /**
   * The i32 of each slot; `wide` has the i64. Two arrays, as a number and a bigint in one would make every access slow.
   */
  readonly narrow: Int32Array;
  readonly wide: BigInt64Array;
  /** By number; `wideGlobals` has those that are i64. */
  readonly globals: Int32Array;
  readonly wideGlobals: BigInt64Array;
  /** By data segment, 1 for one that memory.init finds no more. */
  readonly isDropped: Uint8Array;
  /** Of every frame but the uppermost, the place is that of its call; of that, where the host was last asked. */
  readonly frames: Int32Array;
  /** Number of the uppermost frame. */
  top = -1;
  readonly #stackPointer: number | undefined;

  constructor(module: WasmModule, depth: number, pages: number | undefined) {
    this.module = module;
    this.memory = new LinearMemory(module, pages);
    const slots = slotsOf(module, depth);
    this.narrow = new Int32Array(slots);
    this.wide = new BigInt64Array(slots);
    this.globals = new Int32Array(module.globalKinds.length);
    this.wideGlobals = new BigInt64Array(module.globalKinds.length);
    this.isDropped = new Uint8Array(module.data.length);
    this.frames = new Int32Array(depth * FRAME);
    this.#stackPointer = module.exportedGlobals.get('__stack_pointer');
  }

  /**
   * Slots keep what they hold: a frame sets its locals to zero when it is entered, and operands are written before
   * read.
   */
  reset(): void {
    this.memory.reset();
    for (const [index, value] of this.module.globalValues.entries()) {
      if (this.module.globalKinds[index] === 'i32') this.globals[index] = Number(value);
      else this.wideGlobals[index] = value;
    }
    this.isDropped.fill(0);
    this.top = -1;
  }

  /** Of the stack in memory, which grows downwards; undefined in a module that tells of none. */
  get stackPointer(): number | undefined {
    return this.#stackPointer === undefined ? undefined : this.globals[this.#stackPointer];
  }

  /** Where the stack in use begins: at the stack pointer, or below it by the red zone of a function that calls none. */
  get stackInUse(): number | undefined {
    const { stackPointer } = this;
    if (stackPointer === undefined) return undefined;
    const isLeaf = this.top < 0 || !this.module.code(this.frames[this.top * FRAME]!).calls;
    return isLeaf ? stackPointer - RED_ZONE : stackPointer;
  }

  /** The side that `kind` says. */
  slot(slot: number, kind: Kind): number | bigint {
    return kind === 'i32' ? this.narrow[slot]! : this.wide[slot]!;
  }

  /** The side that `kind` says; the other keeps what it had, and nobody reads it. */
  setSlot(slot: number, kind: Kind, value: number | bigint): void {
    if (kind === 'i32') this.narrow[slot] = Number(value);
    else this.wide[slot] = BigInt(value);
  }

  /** As a bigint of either width, so that it can be compared with the value at the start. */
  global(index: number): bigint {
    const isNarrow = this.module.globalKinds[index] === 'i32';
    return isNarrow ? BigInt(this.globals[index]!) : this.wideGlobals[index]!;
  }
}

/**
 * Enough for `depth` frames of the largest kind, within MOST_SLOTS. A host's function that is called first of all needs
 * slots for its arguments too.
 */
function slotsOf(module: WasmModule, depth: number): number {
  const largest = Math.max(1, ...module.codes.map(({ frame }) => frame));
  const parameters = Math.max(...module.imports.map(({ params }) => params), 0);
  return Math.max(largest, parameters, Math.min(depth * largest, MOST_SLOTS));
}
