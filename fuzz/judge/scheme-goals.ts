import { isAtRest } from '../explore/at-rest.ts';
import { isStuck } from '../explore/stuck.ts';
import type { Goals } from '../explore/witness.ts';
import { WordIndex } from '../run/access.ts';
import { awaitsPut } from '../run/awaited-put.ts';
import type { Machine } from '../run/machine.ts';
import { codeAt } from '../run/op-results.ts';
import { factOf } from '../run/scheme-facts.ts';
import { type Instances, type Outcomes, UNTOUCHED } from './scheme-outcomes.ts';
import { placeOf } from './scheme-situations.ts';

const { TOUCHED } = WordIndex;

/** What a run must do to show a divergence: all that is given. */
export interface Goal {
  /** It has this fact: packed, threads replaced by their classes. */
  readonly fact?: number;
  /** An op returned that had first touched the counter there, … */
  readonly place?: number;
  /** … with this result, … */
  readonly code?: number;
  /** … and this warning. */
  readonly text?: string;
  /** It ends with one of these outcomes. */
  readonly rows?: readonly (readonly number[])[];
  /** It ends without a fact. */
  readonly isClean?: boolean;
}

/** The goal of one divergence, for the search for its cheapest schedule. The machine needs one extra cell. */
export class SchemeGoal implements Goals {
  readonly count = 1;
  readonly #name: string;
  readonly #goal: Goal;
  readonly #outcomes: Outcomes;
  readonly #instances: Instances;
  readonly #rows: ReadonlySet<string> | undefined;
  #touched = 0;

  /** @param outcomes with which the goal was made: the program is still the same */
  constructor(name: string, goal: Goal, outcomes: Outcomes, instances: Instances) {
    this.#name = name;
    this.#goal = goal;
    this.#outcomes = outcomes;
    this.#instances = instances;
    this.#rows = goal.rows && new Set(goal.rows.map((row) => row.join()));
  }

  leave(machine: Machine): void {
    this.#touched = machine.words[TOUCHED]!;
  }

  reached(machine: Machine, thread: number, op: number): string[] {
    const { place, fact } = this.#goal;
    if (place !== undefined && this.#hasReturned(machine, thread, op)) machine.extra[0] = 1;
    const isFactGoal = fact !== undefined;
    if (isFactGoal && this.#instances.ofFact(machine.fact) === fact) return [this.#name];
    if (isFactGoal && factOf(fact)!.what === 'stuck' && machine.fact === 0 && this.#isStuckAs(machine, fact))
      return [this.#name];
    if (isFactGoal || (place !== undefined && machine.extra[0] === 0)) return [];
    if (this.#rows === undefined && !this.#goal.isClean) return [this.#name];
    if (this.#isEnd(machine)) return this.#endsSo(machine) ? [this.#name] : [];
    return this.#rows !== undefined && this.#waits(machine) ? [this.#name] : [];
  }

  stuck(machine: Machine): string[] {
    const { fact, rows } = this.#goal;
    if (rows === undefined || fact !== undefined) return [];
    return this.#endsSo(machine) ? [this.#name] : [];
  }

  #hasReturned(machine: Machine, thread: number, op: number): boolean {
    const { place, code, text } = this.#goal;
    if (thread >= machine.threadCount) return this.#hasCalledBack(machine, thread);
    if (machine.position[thread] === op) return false;
    const touched = machine.touches.ofReturned(this.#touched, thread);
    const boundary = touched >= 0 ? touched : UNTOUCHED;
    if (placeOf({ instance: this.#instances.of(thread, op), boundary }) !== place) return false;
    if (code !== undefined && codeAt(machine.results[thread]!, op) !== code) return false;
    return text === undefined || machine.warningTexts().includes(text);
  }

  /** A callback goes by the op that queued it. */
  #hasCalledBack(machine: Machine, thread: number): boolean {
    const { place, text } = this.#goal;
    const { node, trees } = machine;
    const caller = machine.callerOf(thread)!;
    const boundary = caller.hasTouched ? caller.boundary : UNTOUCHED;
    if (trees.isRoot[node[thread]!] !== 1) return false;
    if (placeOf({ instance: this.#instances.of(caller.thread, caller.op), boundary }) !== place) return false;
    return text !== undefined && machine.warningTexts().includes(text);
  }

  #isEnd(machine: Machine): boolean {
    if (!machine.isOver()) return false;
    for (let thread = 0; thread < machine.schedulable; thread++)
      if (machine.isEnabled(thread)) return isAtRest(machine);
    return true;
  }

  /** Whether the run ends here although an op is under way: it waits for a put that does not come. */
  #waits(machine: Machine): boolean {
    return machine.fact === 0 && awaitsPut(machine) && this.#endsSo(machine) && isStuck(machine);
  }

  #endsSo(machine: Machine): boolean {
    if (this.#goal.isClean && machine.fact !== 0) return false;
    return this.#rows?.has(this.#outcomes.rowOf(machine, machine.fact).join()) ?? true;
  }

  #isStuckAs(machine: Machine, fact: number): boolean {
    const { thread, op } = factOf(fact)!;
    const first = machine.program.threads.findIndex((_, at) => machine.node[at]! >= 0);
    if (machine.isFinished()) return !machine.isOver() && isStuck(machine);
    if (first < 0 || this.#instances.classOf(first) !== thread || machine.position[first] !== op)
      return false;
    return isStuck(machine);
  }
}
