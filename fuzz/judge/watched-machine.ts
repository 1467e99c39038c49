import { BOUNDARIES } from '../../oracles/boundary.ts';
import { type Divergence, KINDS } from '../../oracles/divergence.ts';
import { HOLDING_CELLS, Holdings } from '../../oracles/holdings.ts';
import type { Report } from '../../oracles/monitor.ts';
import { Monitors } from '../../oracles/monitors.ts';
import type { RunOracle } from '../../oracles/oracle.ts';
import { objected } from '../../oracles/sound-use.ts';
import { type Threads, Watch } from '../../oracles/watch.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import type { Program } from '../program/program.ts';
import { Access } from '../run/access.ts';
import { stepCounter } from '../run/counter-steps.ts';
import type { Harness } from '../run/harness.ts';
import { DONE, Machine } from '../run/machine.ts';
import { returns } from '../run/non-terminating.ts';
import { fencesBehind, orderedAccess } from '../run/ordered-access.ts';

/** A divergence that one access brings to light. What it is worth is for the caller to judge. */
export type UnjudgedDivergence = Omit<Divergence, 'judgement'>;

/**
 * A report in one number: kind and boundary, three bits each, the op in seven, and above them the oracle.
 *
 *     kind        bits 0–2      eight KINDS
 *     boundary    bits 3–5      six BOUNDARIES
 *     op          bits 6–12     see OP_BITS in oracles/watch.ts
 *     oracle      bits 13–27
 *     objected    bit 28        whether the op that brought it to light objected to its use
 *     sound       bit 29        whether all use was sound until then
 */
const BOUNDARY_SHIFT = 3;
const OP_SHIFT = 6;
const ORACLE_SHIFT = 13;
const ORACLES = (1 << 15) - 1;
const OBJECTED = 1 << 28;
const SOUND = 1 << 29;
/** An oracle may report more than one divergence of an access: two are enough for all there are. */
const REPORTS = 2;

/**
 * A machine for counters that judges while it runs: every access updates a few cells beside the words, so that
 * a state of the machine says what an oracle must know of the way to it. So an explorer with a visited set finds
 * each divergence that any schedule shows, at the access at which it comes to light.
 *
 * What it watches for is up to the monitors of the oracles that the target asks; see oracles/monitor.ts.
 */
export class WatchedMachine extends Machine implements Threads {
  /** What the last access brought to light, `unjudgedCount` of them, packed. See `unjudged`. */
  readonly unjudgedCodes: Int32Array;
  unjudgedCount = 0;
  readonly #harness: Harness;
  readonly #watch: Watch;
  readonly #asksOrder: boolean;
  readonly #monitors: Monitors;
  /** Absent where every use is as good as any other, or nothing is to be named. */
  readonly #holdings: Holdings | undefined;

  /**
   * @param names false: whether anything comes to light is enough. The unjudged divergences then have the right kind, and a boundary
   *   that means nothing; a program has a fifth of the states
   */
  constructor(harness: Harness, { names = true } = {}) {
    const { subject: trees, alphabet, saturated, target, oracles } = harness;
    const counter = target.subject as Counter;
    const watch = new Watch(
      { counter, specification: trees.specification, calls: alphabet, saturated },
      names,
    );
    const reports: Report[] = oracles.ofRuns.map(
      (_, oracle) => (op, boundary, kind) => this.#see(oracle, op, boundary, KINDS.indexOf(kind)),
    );
    const isHeld = harness.held !== undefined && names;
    const holdingCells = isHeld ? watch.takeCells(HOLDING_CELLS) : 0;
    const monitors = oracles.ofRuns.flatMap((oracle, at) => oracle.monitor(watch, reports[at]!) ?? []);
    super(trees, watch.cellCount);
    watch.begin(this, monitors);
    this.#harness = harness;
    this.#watch = watch;
    this.#asksOrder = oracles.ofRuns.some(({ isHeldAgainstReference }) => isHeldAgainstReference);
    this.#monitors = new Monitors(monitors);
    this.#holdings = isHeld ? new Holdings(harness.held!, this.extra, holdingCells) : undefined;
    this.unjudgedCodes = new Int32Array(REPORTS * Math.max(1, monitors.length));
  }

  override start(program: Program): void {
    super.start(program);
    this.#watch.cells = this.extra;
    this.unjudgedCount = 0;
    this.#holdings?.begin(program.start as number, this.extra);
    this.#monitors.start(program.start as number, program.threads);
  }

  override step(thread: number): number {
    const watch = this.#watch;
    const node = this.node[thread]!;
    watch.old = this.words[0]!;
    this.unjudgedCount = 0;
    // Explorers jump between states, so a list of events would belong to no run.
    this.execution.eventCount = 0;
    const fence = this.#asksOrder ? this.trees.fence(node) : 0;
    const outcome = stepCounter(this, thread);
    watch.thread = thread;
    watch.call = this.trees.callOf(node);
    watch.value = this.words[0]!;
    watch.isFirst = this.trees.isRoot[node] === 1;
    watch.hasReturned = outcome >= 0;
    watch.outcome = outcome;
    if (this.#asksOrder) this.#noteOrder(node, fence);
    // Before the monitors, some of which read it for an op of a single access.
    if (watch.isFirst) watch.noteFirstBoundary();
    if (this.#holdings) this.#hold(this.#holdings);
    this.#monitors.access();
    if (outcome < 0) return outcome;
    if (this.#holdings && this.unjudgedCount === 0) this.#noteWarnings(this.#holdings, outcome);
    if (this.isFinished()) this.#end();
    else watch.forgetOp(thread);
    return outcome;
  }

  /** Orders are looked up only for who asks: most searches do not. */
  #noteOrder(node: number, fence: number): void {
    const watch = this.#watch;
    watch.did = orderedAccess(this.trees, node, watch.old);
    watch.fenceBefore = fence;
    watch.fenceAfter = watch.hasReturned ? fencesBehind(this.trees, node, watch.old) : 0;
  }

  /** Before the monitors, whose reports say whether the use is sound. */
  #hold(holdings: Holdings): void {
    const watch = this.#watch;
    const call = watch.calls.call(watch.call);
    if (watch.isFirst) holdings.calls(watch.thread, call);
    if (watch.isFirst && this.#objectsAlone()) holdings.objects();
    if (watch.hasReturned)
      holdings.returned(watch.thread, call, watch.specification.outcomeOf(watch.outcome).result);
  }

  /** A warning that the monitors take as it is: some order of ops explains it, so the op would have warned alone. */
  #noteWarnings(holdings: Holdings, outcome: number): void {
    if (this.#watch.specification.outcomeOf(outcome).warnings.length > 0) holdings.objects();
  }

  /**
   * A run that is over has no state but its words: however it came here, nothing is left to judge. The end comes first,
   * since it reads the cells; cleared and settled, all states with one word are one.
   */
  #end(): void {
    this.#monitors.end();
    this.extra.fill(0);
    this.#monitors.settle();
  }

  /**
   * Whether nothing that can still happen would be judged: an explorer need not look further. That saves
   * all that lies behind the first thing that cannot be explained.
   */
  get isSettled(): boolean {
    return this.#monitors.isSettled;
  }

  isDone(thread: number): boolean {
    return this.node[thread] === DONE;
  }

  isUnderWay(thread: number): boolean {
    const node = this.node[thread]!;
    return node >= 0 && this.trees.isRoot[node] === 0;
  }

  isAboutToCorrect(thread: number): boolean {
    const { trees } = this;
    const next = this.node[thread]!;
    return trees.kind[next] === Access.STORE && trees.kind[trees.child(next, 0)] === Access.RETURN;
  }

  /** What is remembered of the threads tells apart those that stand in the same place. */
  override compareThreads(one: number, other: number): number {
    return (
      super.compareThreads(one, other) ||
      this.#watch.compareThreads(one, other) ||
      (this.#holdings?.compareThreads(one, other) ?? 0) ||
      this.#monitors.compareThreads(one, other)
    );
  }

  override swapThreads(one: number, other: number): void {
    super.swapThreads(one, other);
    this.#watch.swapThreads(one, other);
    this.#holdings?.swapThreads(one, other);
    this.#monitors.swapThreads(one, other);
  }

  /** What divergence number `at` of the last access says. */
  unjudged(at: number): UnjudgedDivergence {
    return this.unjudgedOf(this.unjudgedCodes[at]!);
  }

  /** @param code one of `unjudgedCodes` */
  unjudgedOf(code: number): UnjudgedDivergence {
    return {
      op: this.#harness.alphabet.opNames[(code >> OP_SHIFT) & 127]!,
      boundary: BOUNDARIES[(code >> BOUNDARY_SHIFT) & 7]!,
      kind: KINDS[code & 7]!,
    };
  }

  /** @param code one of `unjudgedCodes` @returns the oracle that reported it */
  oracleOf(code: number): RunOracle {
    return this.#harness.oracles.ofRuns[(code >> ORACLE_SHIFT) & ORACLES]!;
  }

  /** Whether all use of the counter was sound when a code was reported. Under `free` no use is. */
  isSoundUse(code: number): boolean {
    return (code & SOUND) !== 0;
  }

  /** Whether the op that brought it to light objected to its use, see `objected`. Under `free` none does. */
  hasObjected(code: number): boolean {
    return (code & OBJECTED) !== 0;
  }

  /** Whether the op that begins would object if it went on alone. */
  #objectsAlone(): boolean {
    const { specification, call, old, counter, calls } = this.#watch;
    const done = returns(() => specification.atomically(call, old));
    if (done === undefined) return false;
    const { warnings } = specification.outcomeOf(specification.atomicOutcome(done));
    const value = specification.atomicValue(done);
    // A refusal is judged by who else is there.
    return objected(counter, calls.call(call).op, { result: undefined, warnings }, value);
  }

  /** The bits of a code that say how the counter was used. */
  #useBits(): number {
    if (!this.#holdings) return 0;
    const sound = this.#holdings.isSound ? SOUND : 0;
    const { counter, calls, call, specification, hasReturned, outcome, old, value } = this.#watch;
    const ended = hasReturned ? specification.outcomeOf(outcome) : { result: undefined, warnings: [] };
    return objected(counter, calls.call(call).op, ended, old, value) ? sound | OBJECTED : sound;
  }

  /** Thrown rather than dropped: a lost report would be a divergence that is not found. */
  #see(oracle: number, op: number, boundary: number, kind: number): void {
    if (this.unjudgedCount === this.unjudgedCodes.length) throw new Error('internal: too many reports');
    this.unjudgedCodes[this.unjudgedCount++] =
      this.#useBits() | (oracle << ORACLE_SHIFT) | (op << OP_SHIFT) | (boundary << BOUNDARY_SHIFT) | kind;
  }
}
