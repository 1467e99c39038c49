import { BOUNDARIES, boundaryOfOp } from '../../oracles/boundary.ts';
import { ledgerOf } from '../../oracles/conservation.ts';
import { type Divergence, KINDS } from '../../oracles/divergence.ts';
import { overwrites } from '../../oracles/ideal.ts';
import { INEXPLICABLE, LinearizabilityMonitor } from '../../oracles/linearizability-monitor.ts';
import { PairMap } from '../../oracles/pair-map.ts';
import type { Counter, Result } from '../../targets/subject/subject.ts';
import type { Program } from '../program/program.ts';
import { Access } from '../run/access.ts';
import { asks, type Harness } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { exchangeBits } from '../run/packed-fields.ts';
import {
  boundaryOf,
  isNoticed,
  outermostBoundary,
  ownerOf,
  unnoticedBy,
  windowAt,
  windowOf,
  withNoticed,
  withOpened,
  withoutWindowOf,
  withSwapped,
} from './open-windows.ts';

/** The registers: what must be remembered of a run so that no path is needed to judge what comes next. */
const MONITOR = 0;
/** See open-windows.ts. */
const WINDOWS = 1;
/** Seven bits a thread: what its pending op sees through (SEEN_…), and the boundary of its first access. */
const PENDING = 2;
/** The window that closed last: its op plus one, and its boundary. */
const LAST = 3;
/** Start plus gained minus dropped, so far. */
const EXPECTED = 4;
const LEDGER = 5;
export const WATCH_REGISTERS = 6;

const PENDING_BITS = 7;

/** Above a boundary plus one: the op began after that window had closed. */
const LEAVINGS = 7;

/** Stands for any op. */
const NOBODY = 1 << 3;

/** LEDGER: nothing is claimed about conservation; `true` was returned once, twice; by which op, where; … */
const SETTLED = 1;
const LAST_PUT = 2;
const LAST_PUT_TWICE = 4;
const LAST_PUT_OP_SHIFT = 3;
const LAST_PUT_BOUNDARY_SHIFT = 9;
/** … something was pinned; and the op plus one that took the word off the saturation value. */
const PINNED = 1 << 12;
const LEAVER_SHIFT = 13;

/** A divergence that one access brings to light. What it is worth is for the caller to judge. */
export type UnjudgedDivergence = Omit<Divergence, 'judgement'>;

const CALL_FLAGS = { OVERWRITES: 1, RAISES_ZERO: 2 } as const;
const MONITOR_LIMIT = 1 << 15;

/**
 * A machine for counters that judges while it runs: every access updates a few registers beside the words, so that
 * a state of the machine says what an oracle must know of the way to it. So an explorer with a visited set finds
 * each divergence that any schedule shows, at the access at which it comes to light.
 *
 * It watches the oracles that the target asks for: linearizability to the subject's own atomic specification, conservation,
 * and sticky saturation.
 */
export class WatchedMachine extends Machine {
  /** What the last access brought to light, `unjudgedCount` of them: op, boundary and kind, packed. See `unjudged`. */
  readonly unjudgedCodes = new Int32Array(4);
  unjudgedCount = 0;
  readonly #harness: Harness;
  readonly #names: boolean;
  readonly #counter: Counter;
  readonly #monitor: LinearizabilityMonitor;
  readonly #asks: {
    readonly linearizable: boolean;
    readonly conservation: boolean;
    readonly sticky: boolean;
  };
  readonly #boundaries = new PairMap(1024);
  /** By call: its op's number, and CALL_FLAGS. */
  readonly #opOf: number[] = [];
  readonly #flags: number[] = [];
  /** Whether the program has an op that overwrites by intent: then nothing is claimed about saturation. */
  #overwrites = false;
  #mayRise = false;
  #generation = 0;

  /**
   * @param names false: whether anything comes to light is enough. The unjudged then have the right kind, and a boundary
   *   that means nothing; a program has a fifth of the states
   */
  constructor(harness: Harness, { names = true } = {}) {
    super(harness.subject, WATCH_REGISTERS);
    this.#names = names;
    this.#harness = harness;
    this.#counter = harness.target.subject as Counter;
    this.#monitor = new LinearizabilityMonitor(harness.subject.specification);
    this.#asks = {
      linearizable: asks(harness, 'linearizable'),
      conservation: asks(harness, 'conservation'),
      sticky: asks(harness, 'sticky') && this.#counter.saturated !== undefined,
    };
  }

  override start(program: Program): void {
    super.start(program);
    const start = program.start as number;
    if (this.#monitor.size > MONITOR_LIMIT || this.#generation !== this.trees.generation)
      this.#monitor.clear();
    this.#generation = this.trees.generation;
    this.#overwrites = false;
    this.#mayRise = start <= 0;
    for (const call of program.threads.flat()) {
      const flags = this.#flagsOf(call);
      this.#overwrites ||= (flags & CALL_FLAGS.OVERWRITES) !== 0;
      this.#mayRise ||= (flags & CALL_FLAGS.RAISES_ZERO) !== 0;
    }
    this.extra[MONITOR] = this.#asks.linearizable ? this.#monitor.start(start) : INEXPLICABLE;
    this.extra[EXPECTED] = this.#asks.conservation && this.#countable(start) ? start : 0;
    this.extra[LEDGER] = this.#asks.conservation && this.#countable(start) ? 0 : SETTLED;
    if (this.#asks.sticky && !this.#overwrites && start === this.#counter.saturated) {
      this.extra[LEDGER]! |= PINNED;
    }
    this.unjudgedCount = 0;
  }

  override step(thread: number): number {
    const { trees, extra } = this;
    const node = this.node[thread]!;
    const old = this.words[0]!;
    this.unjudgedCount = 0;
    this.execution.eventCount = 0;
    const outcome = super.step(thread);
    const value = this.words[0]!;
    const call = trees.callOf(node);
    const returned = outcome >= 0;
    const first = trees.isRoot[node] === 1;
    if (first && this.#names && !this.#isIdle())
      extra[PENDING]! |= this.#boundary(call, old) << (PENDING_BITS * thread + 4);
    if (extra[MONITOR] !== INEXPLICABLE) this.#watchOrder(thread, call, old, first, outcome);
    if ((extra[LEDGER]! & SETTLED) === 0) this.#watchLedger(thread, call, value, outcome);
    if (this.#asks.sticky && !this.#overwrites) this.#watchSaturation(call, old, value, outcome);
    if (!returned) return outcome;
    if (this.isFinished()) this.#judgeEnd(thread, call, value);
    else extra[PENDING]! &= ~(127 << (PENDING_BITS * thread));
    return outcome;
  }

  /** Whether nothing that can still happen would be judged: an explorer need not look further. */
  get isSettled(): boolean {
    return this.#isIdle() && (!this.#asks.sticky || this.#overwrites);
  }

  /** Whether neither order nor conservation is watched any more. */
  #isIdle(): boolean {
    return this.extra[MONITOR] === INEXPLICABLE && (this.extra[LEDGER]! & SETTLED) !== 0;
  }

  /** What a pending op sees through tells threads apart that stand in the same place. */
  override compareThreads(one: number, other: number): number {
    const pending = (thread: number) => (this.extra[PENDING]! >> (PENDING_BITS * thread)) & 127;
    return super.compareThreads(one, other) || pending(one) - pending(other);
  }

  override swapThreads(one: number, other: number): void {
    const { extra } = this;
    super.swapThreads(one, other);
    extra[MONITOR] = this.#monitor.swapped(extra[MONITOR]!, one, other);
    extra[PENDING] = exchangeBits(extra[PENDING]!, one, other, PENDING_BITS);
    extra[WINDOWS] = withSwapped(extra[WINDOWS]!, one, other);
  }

  /** What the unjudged number `at` of the last access says. */
  unjudged(at: number): UnjudgedDivergence {
    return this.unjudgedOf(this.unjudgedCodes[at]!);
  }

  unjudgedOf(code: number): UnjudgedDivergence {
    return {
      op: this.#harness.alphabet.opNames[code >> 6]!,
      boundary: BOUNDARIES[(code >> 3) & 7]!,
      kind: KINDS[code & 7]!,
    };
  }

  #see(op: number, boundary: number, kind: number): void {
    this.unjudgedCodes[this.unjudgedCount++] = (op << 6) | (boundary << 3) | kind;
  }

  // Linearizability, and through which window an op saw the word.

  #watchOrder(thread: number, call: number, old: number, first: boolean, outcome: number): void {
    const { extra } = this;
    if (extra[WINDOWS] !== 0) this.#intrude(thread, first);
    if (first) this.#begin(thread, call);
    if (extra[WINDOWS] !== 0) this.#close(thread, call);
    if (outcome < 0) {
      if (this.#names) this.#open(thread, call, old);
      return;
    }
    const before = extra[MONITOR]!;
    const after = this.#monitor.returned(before, thread, outcome);
    if (after === INEXPLICABLE) {
      this.#see(this.#op(call), this.#seenThrough(thread), RESULT);
      extra[MONITOR] = INEXPLICABLE;
      extra[WINDOWS] = extra[LAST] = 0;
      return;
    }
    if (this.#monitor.isStrict(before) && !this.#monitor.isStrict(after)) {
      this.#see(this.#op(call), this.#seenThrough(thread), WARNING);
      // What the word ends with is not asked any more: of the last window only the boundary matters.
      const last = extra[LAST]!;
      extra[LAST] = last === 0 ? 0 : NOBODY | (last & 7);
    }
    extra[MONITOR] = after;
  }

  /** Another thread comes between an op's bad access and its correction: that makes a window of it. */
  #intrude(thread: number, first: boolean): void {
    const { extra } = this;
    const at = unnoticedBy(extra[WINDOWS]!, thread);
    if (at < 0) return;
    const window = windowAt(extra[WINDOWS]!, at);
    extra[WINDOWS] = withNoticed(extra[WINDOWS]!, at);
    for (let other = 0; other < this.threadCount; other++) {
      // An op that begins with this access looks for itself, see `#begin`.
      const isUnderWay = other === thread ? !first : other !== ownerOf(window) && this.#isPending(other);
      if (isUnderWay) this.#seeThrough(other, boundaryOf(window) + 1);
    }
  }

  #isPending(thread: number): boolean {
    const node = this.node[thread]!;
    return node >= 0 && this.trees.isRoot[node] === 0;
  }

  /** The first window that was open while the op ran is the cause; the leavings of an earlier one give way to it. */
  #seeThrough(thread: number, code: number): void {
    const seen = (this.extra[PENDING]! >> (PENDING_BITS * thread)) & 15;
    if (seen === 0 || seen >= LEAVINGS) {
      this.extra[PENDING]! ^= (seen ^ code) << (PENDING_BITS * thread);
      this.#dropFirstBoundary(thread);
    }
  }

  #begin(thread: number, call: number): void {
    const { extra } = this;
    extra[MONITOR] = this.#monitor.called(extra[MONITOR]!, thread, call);
    const outermost = outermostBoundary(this.extra[WINDOWS]!, thread);
    const last = extra[LAST]!;
    const seen = outermost >= 0 ? outermost + 1 : last > 0 ? LEAVINGS + 1 + (last & 7) : 0;
    extra[PENDING]! |= seen << (PENDING_BITS * thread);
    if (seen > 0) this.#dropFirstBoundary(thread);
  }

  #seenThrough(thread: number): number {
    const seen = (this.extra[PENDING]! >> (PENDING_BITS * thread)) & 15;
    if (seen === 0) return this.#firstBoundary(thread);
    return seen > LEAVINGS ? seen - LEAVINGS - 1 : seen - 1;
  }

  /** Once an op sees through a window, only conservation could still ask where it began. */
  #dropFirstBoundary(thread: number): void {
    if (this.extra[LEDGER]! & SETTLED) this.extra[PENDING]! &= ~(7 << (PENDING_BITS * thread + 4));
  }

  #firstBoundary(thread: number): number {
    return (this.extra[PENDING]! >> (PENDING_BITS * thread + 4)) & 7;
  }

  /**
   * An op whose next access is a store that ends it has decided that the word must be corrected. Until then every
   * other thread sees the word as it ought not to be.
   */
  #open(thread: number, call: number, old: number): void {
    const { trees, extra } = this;
    const next = this.node[thread]!;
    if (trees.kind[next] !== Access.STORE || trees.kind[trees.child(next, 0)] !== Access.RETURN) return;
    extra[WINDOWS] = withOpened(extra[WINDOWS]!, thread, this.#boundary(call, old));
  }

  /** Closes the window of a thread, if it has one: the access was its correction. */
  #close(thread: number, call: number): void {
    const { extra } = this;
    const window = windowOf(extra[WINDOWS]!, thread);
    if (window < 0) return;
    extra[WINDOWS] = withoutWindowOf(extra[WINDOWS]!, thread);
    if (!isNoticed(window)) return;
    const op = this.#monitor.isStrict(extra[MONITOR]!) ? (this.#op(call) + 1) << 3 : NOBODY;
    extra[LAST] = op | boundaryOf(window);
  }

  // Conservation and stickiness.

  #watchLedger(thread: number, call: number, value: number, outcome: number): void {
    const { extra } = this;
    if (!this.#countable(value)) {
      this.#settleLedger();
      return;
    }
    if (outcome < 0) return;
    const { op, a } = this.#harness.alphabet.call(call);
    const { result, warnings } = this.trees.outcomeOf(outcome);
    const ledger = ledgerOf(op);
    if (warnings.length > 0 || typeof result === 'string' || !ledger) {
      this.#settleLedger();
      return;
    }
    extra[EXPECTED] = extra[EXPECTED]! + ledger.gained(a, result as Result);
    if (!ledger.isLastPut || result !== true) return;
    const boundary = this.#firstBoundary(thread);
    const twice = extra[LEDGER]! & (LAST_PUT | LAST_PUT_TWICE) ? LAST_PUT_TWICE : LAST_PUT;
    const upper = extra[LEDGER]! & ~((1 << 12) - 1);
    extra[LEDGER] =
      upper | twice | (this.#op(call) << LAST_PUT_OP_SHIFT) | (boundary << LAST_PUT_BOUNDARY_SHIFT);
  }

  #settleLedger(): void {
    this.extra[EXPECTED] = 0;
    this.extra[LEDGER] = (this.extra[LEDGER]! & ~((1 << 12) - 1)) | SETTLED;
  }

  /** Whether references can be counted: the count is neither saturated nor below 0. */
  #countable(value: number): boolean {
    return !this.#counter.inSaturation?.(value) && (value >= 0 || this.#counter.reading === 'unsigned');
  }

  #watchSaturation(call: number, old: number, value: number, outcome: number): void {
    const { extra } = this;
    const { saturated } = this.#counter;
    if (outcome >= 0 && this.trees.outcomeOf(outcome).warnings.length > 0) extra[LEDGER]! |= PINNED;
    if (value === saturated) extra[LEDGER]! &= (1 << LEAVER_SHIFT) - 1;
    else if (old === saturated) extra[LEDGER]! |= (this.#op(call) + 1) << LEAVER_SHIFT;
  }

  // The end of a run.

  #judgeEnd(thread: number, call: number, value: number): void {
    const { extra } = this;
    const boundary = this.#firstBoundary(thread);
    const state = extra[MONITOR]!;
    // Once a warning is inexplicable the word follows from that.
    if (state !== INEXPLICABLE && this.#monitor.isStrict(state) && !this.#monitor.endsWith(state, value)) {
      const last = extra[LAST]!;
      if (last === 0) this.#see(this.#op(call), boundary, VALUE);
      else this.#see((last >> 3) - 1, last & 7, VALUE);
    }
    const ledger = extra[LEDGER]!;
    if ((ledger & SETTLED) === 0 && value !== this.#counter.saturated) {
      if (ledger & LAST_PUT_TWICE && !this.#mayRise) {
        this.#see((ledger >> LAST_PUT_OP_SHIFT) & 63, (ledger >> LAST_PUT_BOUNDARY_SHIFT) & 7, CONSERVATION);
      } else if (extra[EXPECTED] !== value) this.#see(this.#op(call), boundary, CONSERVATION);
    }
    if (ledger & PINNED && ledger >> LEAVER_SHIFT) this.#see((ledger >> LEAVER_SHIFT) - 1, SATURATED, STICKY);
    // A run that is over has no state but its words: however it came here, nothing is left to judge.
    extra.fill(0);
    extra[MONITOR] = INEXPLICABLE;
    extra[LEDGER] = SETTLED;
  }

  // What is known of a call.

  #op(call: number): number {
    return this.#opOf[call] ?? this.#learn(call).op;
  }

  #flagsOf(call: number): number {
    return this.#flags[call] ?? this.#learn(call).flags;
  }

  #learn(call: number): { op: number; flags: number } {
    const { op: name, a, b } = this.#harness.alphabet.call(call);
    const op = this.#harness.alphabet.opNames.indexOf(name);
    const raises = ledgerOf(name)?.raisesZero(a, b) ?? true;
    const flags = (overwrites(name) ? CALL_FLAGS.OVERWRITES : 0) | (raises ? CALL_FLAGS.RAISES_ZERO : 0);
    this.#opOf[call] = op;
    this.#flags[call] = flags;
    return { op, flags };
  }

  #boundary(call: number, old: number): number {
    const known = this.#boundaries.get(call, old);
    if (known >= 0) return known;
    const { op, a, b } = this.#harness.alphabet.call(call);
    const boundary = BOUNDARIES.indexOf(boundaryOfOp(op, a, b, old, this.#harness.saturated));
    this.#boundaries.set(call, old, boundary);
    return boundary;
  }
}

const RESULT = KINDS.indexOf('result');
const VALUE = KINDS.indexOf('value');
const WARNING = KINDS.indexOf('warning');
const CONSERVATION = KINDS.indexOf('conservation');
const STICKY = KINDS.indexOf('sticky');
const SATURATED = BOUNDARIES.indexOf('saturated');
