import type { FaultKind } from './host.ts';
import { FRAME, type Machine, RED_ZONE } from './machine.ts';

/** Below it nothing may lie: there NULL points, and so does the member of an object that NULL is taken for. */
const FIRST_PAGE = 4096;

/**
 * Which bytes of linear memory a run may touch. Of a module that tells where its stack and its static data lie these are
 * the stack in use, and static data: address 0 is memory in WebAssembly, and NULL would be read without a complaint.
 *
 *     0      4096           in use         the stack's end   __data_end
 *     | NULL | unused stack | stack in use | static data     | nobody's
 *
 * Static data begin where the stack ends, as the linker is asked to put the stack first.
 */
export class Regions {
  readonly #machine: Machine;
  /** Undefined for a module that does not tell: all of its memory may be touched. */
  readonly #statics: { readonly from: number; readonly to: number } | undefined;

  constructor(machine: Machine) {
    this.#machine = machine;
    const from = atStart(machine, '__stack_pointer');
    const to = atStart(machine, '__data_end');
    if (from !== undefined && to !== undefined) this.#statics = { from, to };
  }

  /** @returns how it fails when these bytes are touched; undefined where they may be */
  wrongWith(address: number, size: number): FaultKind | undefined {
    const isNoMemory = address + size > this.#machine.memory.size;
    if (!isNoMemory && !this.#forbids(address, size)) return undefined;
    // Who has run over the end of the stack is stopped for that, wherever it is noticed.
    if (this.#hasOverflown) return 'stack-overflow';
    return isNoMemory ? 'out-of-bounds' : 'memory-error';
  }

  /** The same for what is filled or copied as a whole. Of no bytes at all only the address counts. */
  wrongWithAll(address: number, size: number): FaultKind | undefined {
    if (size === 0) return address > this.#machine.memory.size ? 'out-of-bounds' : undefined;
    return this.wrongWith(address, size) ?? (this.#crossesFrames(address, size) ? 'memory-error' : undefined);
  }

  #forbids(address: number, size: number): boolean {
    if (!this.#statics) return false;
    const { from, to } = this.#statics;
    if (address >= from) return address + size > to;
    return address + size > from || this.#hasOverflown || address < this.#machine.stackInUse!;
  }

  /** Whether they reach from one function's part of the stack into its caller's. No object does. */
  #crossesFrames(address: number, size: number): boolean {
    if (!this.#statics) return false;
    const { frames, top } = this.#machine;
    for (let frame = 0; frame <= top; frame++) {
      const upperEnd = frames[frame * FRAME + 3]!;
      if (address < upperEnd && upperEnd < address + size) return true;
    }
    return false;
  }

  /** The stack grows downwards: what runs over its end gets to the first page, or below 0. */
  get #hasOverflown(): boolean {
    const { stackPointer } = this.#machine;
    return stackPointer !== undefined && stackPointer < RED_ZONE + (this.#statics ? FIRST_PAGE : 0);
  }
}

/** What an exported global is at the start; undefined when the module exports none of the name. */
function atStart({ module }: Machine, name: string): number | undefined {
  const index = module.exportedGlobals.get(name);
  return index === undefined ? undefined : Number(module.globalValues[index]);
}
