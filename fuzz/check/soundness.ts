import { textOf } from '../case/program-text.ts';
import { Explorer, type Visitor } from '../explore/explorer.ts';
import { opCount, type Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { laterName, laterThreadName } from '../run/later-names.ts';
import type { Machine } from '../run/machine.ts';
import { DONE } from '../run/machine-state.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { CoverageMet } from './coverage-met.ts';
import { type Life, lifeOf } from './life.ts';
import { Scope, type ScopeSize } from './scope.ts';
import { STUCK, WARNING } from './soundness-facts.ts';
import { StuckStates } from './soundness-stuck.ts';
import { type Fault, isSmaller, type SoundnessTally } from './soundness-tally.ts';

/** Is told of each fault that an exploration meets, perhaps many times. */
type OnFault = (what: string, op: string, text?: string, within?: string) => void;

/**
 * Asks of one scheme or counter, compared with nothing, whether it goes wrong in any program of a scope under any schedule: a use after
 * free, a leak, a thread that is stuck, a warning. And it notes what the programs came to, for soundness says little of
 * code that never ran.
 */
export class SoundnessChecker {
  readonly scope: Scope;
  readonly #harness: Harness;
  readonly #limit: number;
  readonly #life: Life;
  readonly #explorer: Explorer;
  readonly #met: CoverageMet;

  /**
   * @param trees of the side that is asked about
   * @param limit the most states of a program
   */
  constructor(harness: Harness, trees: TransitionTrees, size: ScopeSize, limit: number) {
    this.scope = new Scope(harness, size);
    this.#harness = harness;
    this.#limit = limit;
    this.#life = lifeOf(harness, trees);
    this.#explorer = new Explorer(this.#life.machine, { symmetry: true, eager: true });
    this.#met = new CoverageMet(this.#explorer.machine);
  }

  /** Decides the programs `from` to `to - 1`. */
  check(from: number, to: number): SoundnessTally {
    const faults = new Map<string, Fault>();
    const undecidedExamples: { number: number; program: Fault['program'] }[] = [];
    let states = 0;
    let undecided = 0;
    this.#met.listen();
    for (let number = from; number < to; number++) {
      const program = this.scope.program(number);
      const visited = this.#explore(program, (what, op, text, within) =>
        this.#keep(faults, { what, op, text, within }, program, number),
      );
      if (visited !== undefined) {
        states += visited;
        continue;
      }
      undecided++;
      undecidedExamples.push({ number, program: textOf(this.#harness, program) });
    }
    return {
      programs: to - from,
      undecided,
      undecidedExamples: undecidedExamples.slice(0, 3),
      states,
      faults: Object.fromEntries(faults),
      met: this.#met.take(),
    };
  }

  #explore(program: Program, found: OnFault): number | undefined {
    this.#met.begin(program);
    const visit = new SoundnessVisit(this.#life, this.#met, found);
    const states = this.#explorer.explore(program, this.#limit, visit);
    if (states === undefined) return undefined;
    const stuck = visit.stuckState();
    if (stuck !== undefined) found(STUCK, this.#firstUnfinished(program, stuck));
    return states;
  }

  /** The op of the first thread that is not done in a state. States are numbered alike in each exploration of a program. */
  #firstUnfinished(program: Program, wanted: number): string {
    const life = this.#life;
    let op = '';
    this.#explorer.explore(program, this.#limit, {
      state(index) {
        if (index === wanted) op = unfinishedOp(life.machine);
      },
      step: () => life.fault() === undefined,
    });
    return op;
  }

  #keep(
    faults: Map<string, Fault>,
    { what, op, text, within }: Pick<Fault, 'what' | 'op' | 'text' | 'within'>,
    program: Program,
    number: number,
  ): void {
    const key = faultKey(what, op, text);
    const start = this.#harness.target.initial.indexOf(program.start);
    const rank = [opCount(program), program.threads.length, start, number];
    const known = faults.get(key);
    if (known && !isSmaller(rank, known.rank)) return;
    faults.set(key, { what, op, text, within, program: textOf(this.#harness, program), rank });
  }
}

/** Faults with the same key are one, shown by one program. */
export function faultKey(what: string, op: string, text: string | undefined): string {
  return [what, op, ...(text === undefined ? [] : [text])].join(' ');
}

/** The name of an op of the program, or of what runs later in a thread of its own. */
export function opAt(machine: Machine, thread: number, op: number): string {
  const call = machine.program.threads[thread]?.[op];
  if (call !== undefined) return machine.trees.alphabet.call(call).op;
  return laterName(machine.trees.subject, Math.max(thread - machine.threadCount, 0));
}

/** What runs later, where an access is of that and a scheme has more of it than one callback. @returns undefined for an op's */
function withinOf({ threadCount, trees }: Machine, thread: number): string | undefined {
  const { subject } = trees;
  if (thread < threadCount || subject.kind === 'counter' || !subject.time?.later) return undefined;
  return laterThreadName(subject, thread - threadCount);
}

/** The op at which the first thread stands that is not done. */
function unfinishedOp(machine: Machine): string {
  for (let thread = 0; thread < machine.threadCount; thread++)
    if (machine.node[thread] !== DONE) return opAt(machine, thread, machine.position[thread]!);
  return laterName(machine.trees.subject, Math.max(machine.laterUnderWay - machine.threadCount, 0));
}

/** What one exploration gathers. It goes no further than to the first fact of a run. */
class SoundnessVisit implements Visitor {
  readonly #life: Life;
  readonly #met: CoverageMet;
  readonly #found: OnFault;
  readonly #stuck = new StuckStates();
  #hasWarned = false;

  constructor(life: Life, met: CoverageMet, found: OnFault) {
    this.#life = life;
    this.#met = met;
    this.#found = found;
  }

  begin(): void {
    this.#stuck.clear();
  }

  state(index: number, stuck: boolean): void {
    this.#stuck.state(this.#life, index, stuck);
    this.#hasWarned = this.#life.warningTexts().length > 0;
    this.#met.state(this.#life.machine, index);
  }

  step(from: number, thread: number, op: number): boolean {
    const life = this.#life;
    // What a counter says after its first warning follows from that, as a rule.
    if (!this.#hasWarned) {
      for (const text of life.warningTexts()) this.#found(WARNING, opAt(life.machine, thread, op), text);
    }
    const fault = life.fault();
    if (fault === undefined) return true;
    const { machine } = life;
    this.#found(fault.what, opAt(machine, fault.thread, fault.op), fault.text, withinOf(machine, thread));
    this.#stuck.end(from);
    return false;
  }

  transition(from: number, _: number, to: number): void {
    this.#stuck.edge(from, to);
  }

  /** A state in which some thread is stuck. */
  stuckState(): number | undefined {
    return this.#stuck.find();
  }
}
