import { BOUNDARIES } from '../../oracles/boundary.ts';
import { type Divergence, KINDS } from '../../oracles/divergence.ts';
import type { Report } from '../../oracles/monitor.ts';
import { Monitors } from '../../oracles/monitors.ts';
import type { RunOracle } from '../../oracles/oracle.ts';
import { type Threads, Watch } from '../../oracles/watch.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import type { Program } from '../program/program.ts';
import { Access } from '../run/access.ts';
import { stepCounter } from '../run/counter-steps.ts';
import type { Harness } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';

/** A divergence that one access brings to light. What it is worth is for the caller to judge. */
export type UnjudgedDivergence = Omit<Divergence, 'judgement'>;

/**
 * A report in one number: kind and boundary, three bits each, the op in seven, and above them the oracle.
 *
 *     kind        bits 0–2      six KINDS
 *     boundary    bits 3–5      six BOUNDARIES
 *     op          bits 6–12     see OP_BITS in oracles/watch.ts
 *     oracle      from bit 13
 */
const BOUNDARY_SHIFT = 3;
const OP_SHIFT = 6;
const ORACLE_SHIFT = 13;
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
  readonly #monitors: Monitors;

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
    const monitors = oracles.ofRuns.flatMap((oracle, at) => oracle.monitor(watch, reports[at]!) ?? []);
    super(trees, watch.cellCount);
    watch.begin(this, monitors);
    this.#harness = harness;
    this.#watch = watch;
    this.#monitors = new Monitors(monitors);
    this.unjudgedCodes = new Int32Array(REPORTS * Math.max(1, monitors.length));
  }

  override start(program: Program): void {
    super.start(program);
    this.#watch.cells = this.extra;
    this.unjudgedCount = 0;
    this.#monitors.start(program.start as number, program.threads.flat());
  }

  override step(thread: number): number {
    const watch = this.#watch;
    const node = this.node[thread]!;
    watch.old = this.words[0]!;
    this.unjudgedCount = 0;
    // Explorers jump between states, so a list of events would belong to no run.
    this.execution.eventCount = 0;
    const outcome = stepCounter(this, thread);
    watch.thread = thread;
    watch.call = this.trees.callOf(node);
    watch.value = this.words[0]!;
    watch.isFirst = this.trees.isRoot[node] === 1;
    watch.hasReturned = outcome >= 0;
    watch.outcome = outcome;
    // Before the monitors, some of which read it for an op of a single access.
    if (watch.isFirst) watch.noteFirstBoundary();
    this.#monitors.access();
    if (outcome < 0) return outcome;
    if (this.isFinished()) this.#end();
    else watch.forgetOp(thread);
    return outcome;
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
      this.#monitors.compareThreads(one, other)
    );
  }

  override swapThreads(one: number, other: number): void {
    super.swapThreads(one, other);
    this.#watch.swapThreads(one, other);
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
    return this.#harness.oracles.ofRuns[code >> ORACLE_SHIFT]!;
  }

  /** Thrown rather than dropped: a lost report would be a divergence that is not found. */
  #see(oracle: number, op: number, boundary: number, kind: number): void {
    if (this.unjudgedCount === this.unjudgedCodes.length) throw new Error('internal: too many reports');
    this.unjudgedCodes[this.unjudgedCount++] =
      (oracle << ORACLE_SHIFT) | (op << OP_SHIFT) | (boundary << BOUNDARY_SHIFT) | kind;
  }
}
