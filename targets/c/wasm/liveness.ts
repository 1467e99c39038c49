import { type Code, STRIDE } from './assembler.ts';
import { Op } from './opcodes.ts';

/**
 * Which locals a function still reads, by place in its code. Two stops at one place that differ in the others only go
 * on alike: after a compare-exchange that failed, a retry loop remembers what it saw, and no longer what it had first
 * loaded.
 *
 * The usual backward analysis: a local lives before an instruction if that reads it, or if it lives after it and that
 * does not write it. Repeated, last instruction first, until nothing changes: once more than loops are nested.
 *
 *     0  local.get 0     { 0 }        what lives before the instruction
 *     1  call            { }          a stop here remembers nothing: local 1 is written next
 *     2  local.set 1     { }
 *     3  local.get 1     { 1 }
 *     4  return          { }
 */
export class Liveness {
  /** Not copied: places here are those of the code, multiples of STRIDE. */
  readonly #code: Code;
  /** 32-bit words of the set of a place. */
  readonly #width: number;
  /** For every instruction, the set of locals that live before it. */
  readonly #before: Int32Array;
  /** By place, what `after` has answered: a search asks for the same few stops over and over. */
  readonly #after = new Map<number, readonly number[]>();

  constructor(code: Code) {
    this.#code = code;
    this.#width = Math.max(1, Math.ceil(code.locals.length / 32));
    this.#before = new Int32Array((code.words.length / STRIDE) * this.#width);
    while (this.#pass());
  }

  /** @returns the locals, ascending, that are read after the instruction before they are written */
  after(place: number): readonly number[] {
    const known = this.#after.get(place);
    if (known) return known;
    const live: number[] = [];
    for (let local = 0; local < this.#code.locals.length; local++) {
      const word = this.#liveAfter(place, local >> 5);
      if ((word >>> (local & 31)) & 1) live.push(local);
    }
    this.#after.set(place, live);
    return live;
  }

  /**
   * One round over all instructions. Sets only grow and are finite, so the passes come to an end.
   *
   * @returns whether a set has grown
   */
  #pass(): boolean {
    const { words } = this.#code;
    let hasChanged = false;
    for (let place = words.length - STRIDE; place >= 0; place -= STRIDE) {
      for (let part = 0; part < this.#width; part++) {
        const live = this.#liveBefore(place, part);
        const at = (place / STRIDE) * this.#width + part;
        if (live !== this.#before[at]) hasChanged = true;
        this.#before[at] = live;
      }
    }
    return hasChanged;
  }

  /**
   * One word of the set. `local.get` adds its local, and set and tee take it out; narrow and wide ones share the
   * numbers.
   */
  #liveBefore(place: number, part: number): number {
    const live = this.#liveAfter(place, part);
    const local = this.#code.words[place + 1]!;
    const bit = local >> 5 === part ? 1 << (local & 31) : 0;
    switch (this.#code.words[place]) {
      case Op.LOCAL_GET:
      case Op.LOCAL_GET_WIDE:
        return live | bit;
      case Op.LOCAL_SET:
      case Op.LOCAL_SET_WIDE:
      case Op.LOCAL_TEE:
      case Op.LOCAL_TEE_WIDE:
        return live & ~bit;
      default:
        return live;
    }
  }

  /**
   * The union over all instructions that can come next. A call counts as one that goes on behind it, and after a return
   * or a trap no local is read. The branches of a table stand right behind it, so their sets before are what is asked.
   */
  #liveAfter(place: number, part: number): number {
    const { words } = this.#code;
    const at = (target: number): number => this.#before[(target / STRIDE) * this.#width + part]!;
    const next = place + STRIDE;
    const operand = words[place + 1]!;
    switch (words[place]) {
      case Op.UNREACHABLE:
      case Op.RETURN:
        return 0;
      case Op.BRANCH:
        return at(operand);
      case Op.BRANCH_IF:
      case Op.BRANCH_UNLESS:
        return at(next) | at(operand);
      case Op.BRANCH_TABLE: {
        let live = 0;
        for (let branch = 0; branch <= operand; branch++) live |= at(next + branch * STRIDE);
        return live;
      }
      default:
        return at(next);
    }
  }
}
