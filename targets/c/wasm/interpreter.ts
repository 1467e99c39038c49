import { continuationOf } from './continuation.ts';
import { Executor } from './executor.ts';
import { Fault, type Host } from './host.ts';
import { Machine } from './machine.ts';
import type { WasmModule } from './module.ts';

export { Fault, type FaultKind, type Host } from './host.ts';

/** What a call may use of the machine. */
export interface Limits {
  /** Instructions in a call, 1,000,000 when left out. Filling and copying memory costs one more for every 64 bytes. */
  readonly fuel?: number;
  /** Frames at a time; 256 when left out. */
  readonly depth?: number;
  /** Pages of memory; 16 when left out. */
  readonly pages?: number;
}

/** In bytes: it bounds what a pointer that has gone astray can yield. */
const LONGEST_STRING = 4096;

/**
 * Runs the functions of a module, each from the same memory and globals. V8 could run them faster, but can neither stop
 * an endless loop nor tell at what state a function stands when its next shared access has no result yet.
 */
export class Interpreter {
  readonly #module: WasmModule;
  readonly #machine: Machine;
  readonly #executor: Executor;
  /** A host that calls back into the interpreter would overwrite the frames of the run under way. */
  #isRunning = false;
  /** Whether the last call was ended by the host; of a Fault there is nothing to go on with. */
  #hasStopped = false;

  constructor(module: WasmModule, host: Host, { fuel = 1_000_000, depth = 256, pages }: Limits = {}) {
    this.#module = module;
    this.#machine = new Machine(module, depth, pages);
    this.#executor = new Executor(this.#machine, host, { fuel, depth });
  }

  /** As the last call left it. To be read; a host may write as `Host.call` says. */
  get memory(): Uint8Array {
    return this.#machine.memory.bytes;
  }

  /** @returns what an exported global is at the start */
  globalValue(name: string): number {
    const index = this.#module.exportedGlobals.get(name);
    if (index === undefined) throw new Error(`internal: the module exports no global "${name}"`);
    return Number(this.#module.globalValues[index]!);
  }

  /** @returns the function that a pointer with this value calls @throws Fault when it points to none */
  tableFunction(pointer: number): number {
    return this.#executor.tableFunction(pointer);
  }

  /** @returns the name of that function, undefined when the pointer points to none */
  functionName(pointer: number): string | undefined {
    try {
      return this.#module.functionName(this.tableFunction(pointer));
    } catch (error) {
      if (error instanceof Fault) return undefined;
      throw error;
    }
  }

  /**
   * For a host that is handed an address by the function that is running.
   *
   * @throws Fault where the function may not touch one of these bytes
   */
  check(address: number, size: number): void {
    this.#executor.check(address >>> 0, size);
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
    this.#executor.accesses.progress = '';
    this.#hasStopped = false;
    const { params, results } = this.#module.signature(functionIndex);
    // As with a call through a pointer to another type.
    if (params.length !== args.length) throw new Fault('trap', this.#module.functionName(functionIndex));
    for (const [slot, kind] of params.entries()) this.#machine.setSlot(slot, kind, args[slot]!);
    this.#isRunning = true;
    try {
      this.#executor.execute(functionIndex);
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
    return continuationOf(this.#machine) + this.#executor.accesses.progress;
  }
}
