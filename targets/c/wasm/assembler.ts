import { type Kind, Op } from './opcodes.ts';

/** A function body, ready to be run. */
export interface Code {
  /**
   * Three words for an instruction: its opcode and two operands. A place in the code is the index of an opcode; targets
   * of branches are such places, and heights of the operand stack count from the first local.
   */
  readonly words: Int32Array;
  /** What i64.const refers to. */
  readonly constants: BigInt64Array;
  /** Parameters first. */
  readonly locals: readonly Kind[];
  /** Slots that a frame needs: locals, and the operand stack at its highest. */
  readonly frame: number;
  readonly calls: boolean;
  /** By place, where the host may end the run: what lies on the operand stack below that instruction's operands. */
  readonly stops: ReadonlyMap<number, readonly Kind[]>;
}

/** Words for an instruction. */
export const STRIDE = 3;

interface Label {
  /** Of the stack below what the block leaves there. */
  readonly height: number;
  readonly results: readonly Kind[];
  /** Where a branch to it goes; a block that is no loop ends at a place not known yet. */
  readonly target: number | undefined;
  /** Branches to its end. */
  readonly pending: number[];
  /** The branch around the first part of an `if`. */
  otherwise: number | undefined;
  /** Whether nothing reaches the block at all. */
  readonly isDead: boolean;
}

/**
 * Puts a body together, instruction by instruction. It knows the kinds of what lies on the operand stack, so that a
 * branch out of blocks can say to which height it cuts the stack, and leaves out what no path reaches.
 */
export class Assembler {
  readonly #locals: readonly Kind[];
  readonly #words: number[] = [];
  readonly #constants: bigint[] = [];
  readonly #stops = new Map<number, readonly Kind[]>();
  readonly #stack: Kind[] = [];
  readonly #labels: Label[] = [];
  /** The most values that lie on the operand stack at once, from which `frame` is computed. */
  #highest = 0;
  #calls = false;
  /** No path leads to what comes now. */
  #isDead = false;

  constructor(locals: readonly Kind[], results: readonly Kind[]) {
    this.#locals = locals;
    this.#open(results, undefined);
  }

  /** How many blocks are open, the body among them. */
  get depth(): number {
    return this.#labels.length;
  }

  code(): Code {
    return {
      words: Int32Array.from(this.#words),
      constants: BigInt64Array.from(this.#constants),
      locals: this.#locals,
      frame: this.#locals.length + this.#highest,
      calls: this.#calls,
      stops: this.#stops,
    };
  }

  /** An i64 does not fit into a word of the code, so the word is its index among the constants. */
  constant(value: bigint): void {
    this.#constants.push(value);
    this.emit(Op.I64_CONST, this.#constants.length - 1);
    this.push('i64');
  }

  /** @param operand the function, or for `call_indirect` the type @param params how many lie on the stack */
  call(op: number, operand: number, params: number, results: readonly Kind[]): void {
    this.#calls = true;
    this.pop(params);
    this.emitStop(op, operand);
    this.push(...results);
  }

  get #here(): number {
    return this.#words.length;
  }

  /**
   * In dead code nothing is written, and the place is of no use.
   *
   * @returns its place
   */
  emit(op: number, first = 0, second = 0): number {
    const at = this.#here;
    if (!this.#isDead) this.#words.push(op, first | 0, second | 0);
    return at;
  }

  /**
   * Undefined in dead code, whose stack is polymorphic in the specification: any operand is there.
   *
   * @returns the kind of the undermost of them
   */
  pop(count: number): Kind | undefined {
    if (this.#isDead) return undefined;
    return this.#stack.splice(this.#stack.length - count)[0];
  }

  push(...kinds: readonly Kind[]): void {
    if (this.#isDead) return;
    this.#stack.push(...kinds);
    this.#highest = Math.max(this.#highest, this.#stack.length);
  }

  /**
   * An instruction at which the host may end the run. Its operands have been popped. What still lies on the stack is
   * noted by its kinds: it is a part of how the run would go on.
   */
  emitStop(op: number, first: number, second = 0): void {
    const at = this.emit(op, first, second);
    if (!this.#isDead) this.#stops.set(at, [...this.#stack]);
  }

  /**
   * The rest of the block is never reached. After `br`, `br_table`, `return` and `unreachable`; `else` or `end` may
   * bring the code back to life.
   */
  die(): void {
    this.#isDead = true;
  }

  block(results: readonly Kind[]): void {
    this.#open(results, undefined);
  }

  loop(results: readonly Kind[]): void {
    this.#open(results, this.#here);
  }

  /** The jump around the first part gets its place at `else`, or at `end` when there is none. */
  if(results: readonly Kind[]): void {
    this.pop(1);
    this.#open(results, undefined, this.emit(Op.BRANCH_UNLESS));
  }

  #open(results: readonly Kind[], target: number | undefined, otherwise?: number): void {
    const height = this.#stack.length;
    this.#labels.push({ height, results, target, pending: [], otherwise, isDead: this.#isDead });
  }

  /** The first part jumps over the second: a pending branch to the end. Both begin at the same height. */
  else(): void {
    const label = this.#labels.at(-1)!;
    const fromThen = this.emit(Op.BRANCH);
    if (!this.#isDead) label.pending.push(fromThen);
    this.#isDead = label.isDead;
    this.#stack.length = label.height;
    if (!label.isDead && label.otherwise !== undefined) this.#link(label.otherwise);
    label.otherwise = undefined;
  }

  /**
   * All branches that wait for the end of the block get its place. The body's end is a return, unless no path gets
   * there: branches to the body's label have become returns of their own.
   */
  end(): void {
    const label = this.#labels.pop()!;
    const isBody = this.#labels.length === 0;
    if (isBody) {
      this.emit(Op.RETURN, returnOperand(label.results));
      return;
    }
    this.#isDead = label.isDead;
    if (label.isDead) return;
    if (label.otherwise !== undefined) this.#link(label.otherwise);
    for (const branch of label.pending) this.#link(branch);
    this.#stack.length = label.height;
    this.push(...label.results);
  }

  /** Gives an instruction that has been emitted its target, which is the next place. */
  #link(branch: number): void {
    this.#words[branch + 1] = this.#here;
  }

  /** As in the specification, 0 is the innermost block. */
  #labelAt(depth: number): Label {
    return this.#labels[this.#labels.length - 1 - depth]!;
  }

  /** A branch that leaves the stack as it is: no return, and nothing to be cut away. */
  #isPlain(depth: number): boolean {
    const { height, results, target } = this.#labelAt(depth);
    const arity = target === undefined ? results.length : 0;
    return depth < this.#labels.length - 1 && this.#stack.length === height + arity;
  }

  /** To a loop the place is known; to the end of a block it is filled in when the block ends. */
  #branchTo(op: number, depth: number): void {
    const label = this.#labelAt(depth);
    const at = this.emit(op, label.target ?? 0);
    if (label.target === undefined && !this.#isDead) label.pending.push(at);
  }

  /**
   * What follows is for the caller to declare dead: of a branch on a condition it is not. With `7 8 9` on the stack, a
   * branch to a block of height 1 that leaves one i32 is KEEP 1, which makes it `7 9`, and a branch; to a loop of that
   * height it is CUT 1, which makes it `7`.
   */
  jump(depth: number): void {
    if (this.#isDead) return;
    const { height, results, target } = this.#labelAt(depth);
    if (depth === this.#labels.length - 1) {
      this.emit(Op.RETURN, returnOperand(results));
      return;
    }
    if (!this.#isPlain(depth)) {
      const kept = target === undefined ? results[0] : undefined;
      const cut = kept === undefined ? Op.CUT : kept === 'i32' ? Op.KEEP : Op.KEEP_WIDE;
      this.emit(cut, this.#locals.length + height);
    }
    this.#branchTo(Op.BRANCH, depth);
  }

  /**
   * When the stack must be cut, only the taken way may do it, so the condition is turned round:
   *
   *     branch unless → 3
   *     keep 1
   *     branch → the block's end
   *     3  …
   */
  branchIf(depth: number): void {
    if (this.#isDead) return;
    this.pop(1);
    if (this.#isPlain(depth)) {
      this.#branchTo(Op.BRANCH_IF, depth);
      return;
    }
    const around = this.emit(Op.BRANCH_UNLESS);
    this.jump(depth);
    this.#link(around);
  }

  /**
   * The branches stand right behind it, one word triple each, so that their places can be computed. One that has to cut
   * the stack goes to a detour behind all of them, which cuts and branches on; equal depths share a detour.
   *
   * @param depths at least one; the last for all numbers that are too large
   */
  branchTable(depths: readonly number[]): void {
    if (this.#isDead) return;
    this.pop(1);
    this.emit(Op.BRANCH_TABLE, depths.length - 1);
    const detours = new Map<number, number[]>();
    for (const depth of depths) {
      if (this.#isPlain(depth)) {
        this.#branchTo(Op.BRANCH, depth);
        continue;
      }
      const branches = detours.get(depth) ?? [];
      branches.push(this.emit(Op.BRANCH));
      detours.set(depth, branches);
    }
    for (const [depth, branches] of detours) {
      for (const branch of branches) this.#link(branch);
      this.jump(depth);
    }
    this.#isDead = true;
  }
}

/** As `Op.RETURN` has it; a function has one result at the most. */
function returnOperand([result]: readonly Kind[]): number {
  return result === undefined ? 0 : result === 'i32' ? 1 : 2;
}
