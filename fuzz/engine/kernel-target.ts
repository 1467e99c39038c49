import { join } from 'node:path';
import type { Divergence } from '../../oracles/divergence.ts';
import { BootError, type Death } from '../../targets/booted/booted-kernel.ts';
import type { BootedFamily } from '../../targets/booted/booted-ops.ts';
import type { Target } from '../../targets/target/target.ts';
import { Agreement, type AgreementEnd, type Difference } from '../booted/agreement.ts';
import { bisect, type Culprit, part } from '../booted/bisect.ts';
import { storeCrash } from '../booted/crash.ts';
import type { KernelSession } from '../booted/kernel-session.ts';
import { type Batch, bootedCalls } from '../booted/sequential.ts';
import { formatProgram } from '../case/program-text.ts';
import { RandomChoices } from '../program/choices.ts';
import type { Program } from '../program/program.ts';
import { Interrupted } from '../run/interrupt.ts';
import { Cadence } from './cadence.ts';
import type { EngineContext, EngineEvent, EngineOptions, KernelTotals } from './engine.ts';
import { type FatalRace, KernelRaces } from './kernel-races.ts';
import { noRaces } from './race-totals.ts';
import { RacedTarget } from './raced-target.ts';
import type { TargetTime } from './target-time.ts';

/** What the targets of a search in booted kernels share. */
export interface KernelSearch {
  readonly kernels: KernelSession;
  readonly options: EngineOptions;
  readonly seed: number;
  /** The folder of the engine. */
  readonly state: string;
  readonly context: EngineContext;
  /** Files that keep what brought guests down; grows. */
  readonly crashes: string[];
  /** Of the kernel, as uname says it. */
  release: string;
}

/** Of a round: sequential ops, and programs that race. */
const OPS_PER_ROUND = 1 << 18;
const RACES_PER_ROUND = 8;
/** Races of one program, where neither time nor number is said. */
const TIMES = 16;
/** Virtual processors where the user names none: two threads must be able to run at once. */
const CPUS = 2;
/** After so many dead guests there is no need to look for more. Each costs some boots to narrow down. */
const MOST_CRASHES = 8;
/** Of a batch whose end does not come again, so many programs are kept: those up to the one that the guest had got to. */
const LAST_PROGRAMS = 100;

/**
 * One target in booted kernels.
 *
 *     round    0: 262,144 sequential ops │ 8 races     1: the same, other programs     …     until the time is over
 *     with --program: no sequential ops, one race a round
 */
export class KernelTarget {
  readonly raced: RacedTarget<KernelTotals>;
  /** Where the kernel does not do as its model, by op and old value. */
  readonly differences = new Map<string, Difference>();
  readonly #family: BootedFamily;
  readonly #search: KernelSearch;
  readonly #time: TargetTime;

  constructor(target: Target, family: BootedFamily, search: KernelSearch, time: TargetTime) {
    const { options, state, seed } = search;
    const totals = { ops: 0, sequential: 0, busy: 0, different: 0, raced: 0, ...noRaces() };
    this.raced = new RacedTarget(target, totals, options, state, { by: 'kernel', seed }, time.interrupt);
    this.#family = family;
    this.#search = search;
    this.#time = time;
  }

  /** Whether nothing more is to be searched, on any target. */
  get isOver(): boolean {
    const { crashes } = this.#search;
    return this.#isInterrupted || crashes.length >= MOST_CRASHES || this.raced.store.unsaved.length > 0;
  }

  /** Round after round. Whatever happens, its timers and its thread are gone afterwards. @throws BootError */
  async *search(): AsyncGenerator<EngineEvent> {
    const { ends, store } = this.raced;
    const callOff = this.#time.bind({ ...ends, abandon: () => this.#abandon() });
    try {
      yield* this.#rounds();
    } catch (error) {
      // What was under way does not count; a boot that was called off says nothing of the kernel.
      if (!(error instanceof Interrupted) && !(error instanceof BootError && this.#isCutShort)) throw error;
    } finally {
      callOff();
      await store.close();
    }
    yield* this.raced.end();
  }

  /** Nothing else ends what runs in the guest. The next target boots another. */
  #abandon(): void {
    this.raced.ends.abandon();
    void this.#search.kernels.end();
  }

  async *#rounds(): AsyncGenerator<EngineEvent> {
    const { raced } = this;
    const { kernels, options, context } = this.#search;
    const { host, statusEvery } = context;
    yield* raced.store.takeUp();
    const agreement = new Agreement(raced.harness, this.#family, { ops: OPS_PER_ROUND });
    const races = new KernelRaces(raced.harness, this.#family, kernels, options.cpus ?? CPUS, raced.limits);
    const started = host.now();
    const cadence = new Cadence(host, statusEvery);
    // Asked between races too: a round can take seconds in an emulated guest.
    const isDue = () => this.#time.isOver || this.isOver;
    const most = raced.most(TIMES);
    for (let round = 0; round < most && !isDue(); round++) {
      if (!raced.program) yield* this.#agree(agreement, round);
      if (this.#isCutShort) break;
      const count = raced.program ? 1 : RACES_PER_ROUND;
      for (let race = 0; race < count && !isDue(); race++) yield* this.#race(races);
      raced.seconds = (host.now() - started) / 1000;
      if (cadence.isDue()) yield { kind: 'status', status: this.#status };
    }
    await races.end();
  }

  get #isInterrupted(): boolean {
    return this.#search.context.signal.aborted;
  }

  /** Whether the guest was ended from here: then its death means nothing. */
  get #isCutShort(): boolean {
    return this.#isInterrupted || this.raced.isAbandoned;
  }

  get #status() {
    const { harness, totals, seconds } = this.raced;
    return { engine: 'kernel', target: harness.target.name, totals: { ...totals }, seconds } as const;
  }

  /** A batch of sequential programs, held against the model. */
  async *#agree(agreement: Agreement, round: number): AsyncGenerator<EngineEvent> {
    const { kernels, seed } = this.#search;
    const kernel = await kernels.kernel();
    const end = await agreement.run(kernel, new RandomChoices(seed, round), (call, old, divergences) => {
      this.#meetPair(call, old, divergences, round);
    });
    // Asked before cases are made: a guest that is ended meanwhile had answered.
    const isCutShort = this.#isCutShort;
    yield* this.raced.store.cases();
    if (isCutShort) return;
    if (end.kind === 'died') yield* this.#narrowDown(end.batch, end.death);
    else this.#count(end);
  }

  /**
   * An op alone diverges from the reference, in the kernel as in the model. The case is made by the model, which agrees
   * with the kernel here: no case needs a kernel to be replayed.
   */
  #meetPair(call: number, old: number, divergences: readonly Divergence[], round: number): void {
    const { store, harness } = this.raced;
    const { seed } = this.#search;
    for (const divergence of divergences) {
      this.raced.hit(divergence, 1);
      const rawFinding = { divergence, program: { start: old, threads: [[call]] }, schedule: undefined };
      store.meet(rawFinding, harness, { by: 'kernel', seed, iteration: round });
    }
  }

  /** By op and old value, so that a difference that comes with each batch is listed once. */
  #count(end: Extract<AgreementEnd, { kind: 'done' }>): void {
    const { totals, harness } = this.raced;
    totals.ops += end.ops;
    totals.sequential += end.programs;
    totals.busy += end.nanoseconds;
    totals.different += end.different;
    for (const difference of end.differences)
      this.differences.set(`${harness.alphabet.format(difference.call)} ${difference.old}`, difference);
  }

  async *#race(races: KernelRaces): AsyncGenerator<EngineEvent> {
    const report = await races.next();
    if (!report || this.#isCutShort) return;
    this.raced.totals.raced++;
    yield* this.raced.take(report);
    const fatal = await races.fatal(() => this.#time.isOver);
    if (fatal) yield* this.#keepRace(fatal);
  }

  *#keepRace({ race: { start, threads }, death, isReproduced }: FatalRace): Generator<EngineEvent> {
    const { alphabet } = this.raced.harness;
    const calls = threads.map((ops) => ops.map(({ op, a, b }) => alphabet.id(op, a, b)));
    yield* this.#keepCrash([{ start, threads: calls }], death, isReproduced);
  }

  /**
   * A guest died during a batch: which of its programs was it?
   *
   *     batch of 10,000 programs, the guest had got to 4711
   *     4711 kills a fresh guest by itself       kept: 4711, reproduced
   *     else halves, quarters, …                 kept: the smallest part that kills one, reproduced
   *     nothing kills a fresh guest, or there is no time for one
   *                                              kept: 4612 to 4711, not reproduced
   */
  async *#narrowDown(batch: Batch, death: Death): AsyncGenerator<EngineEvent> {
    yield { kind: 'guest-died', death };
    const culprit = await this.#culprit(batch, death);
    const { isReproduced } = culprit;
    const last = Math.min(death.progress + 1, batch.starts.length);
    const [from, to] = isReproduced ? [culprit.from, culprit.to] : [Math.max(0, last - LAST_PROGRAMS), last];
    yield* this.#keepCrash(programsOf(part(batch, from, to)), culprit.death, isReproduced);
  }

  /**
   * What of the batch kills a guest, as far as there is time to find out: each attempt boots one. That it died is worth
   * more than that it is known of what, so what is known by then is kept.
   */
  async #culprit(batch: Batch, death: Death): Promise<Culprit> {
    const { kernels } = this.#search;
    const unknown: Culprit = { from: 0, to: batch.starts.length, death, isReproduced: false };
    try {
      await kernels.end();
      if (this.#time.isOver) return unknown;
      const { words } = bootedCalls(await kernels.kernel(), this.#family, this.raced.harness.alphabet);
      const culprit = await bisect(kernels, words, batch, death, () => this.#time.isOver);
      return this.#isCutShort ? unknown : culprit;
    } catch (error) {
      if (this.#isCutShort) return unknown;
      throw error;
    }
  }

  *#keepCrash(programs: readonly Program[], death: Death, isReproduced: boolean): Generator<EngineEvent> {
    const { harness } = this.raced;
    const { state, release: kernel, seed, crashes } = this.#search;
    const target = harness.target.name;
    const texts = programs.map((program) => formatProgram(harness, program));
    const crash = { target, kernel, death, programs: texts, isReproduced, seed };
    const path = storeCrash(join(state, 'crashes'), crash);
    crashes.push(path);
    yield { kind: 'guest-crash', target, death, programs: texts, isReproduced, path };
  }
}

/** All programs' ops lie in one array, one program after another. */
function programsOf({ starts, lengths, ops }: Batch): Program[] {
  let at = 0;
  return [...starts].map((start, program) => {
    const calls = [...ops.subarray(at, at + lengths[program]!)];
    at += lengths[program]!;
    return { start, threads: [calls] };
  });
}
