import { Explorer } from '../explore/explorer.ts';
import type { Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { returns } from '../run/non-terminating.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { CoverageMet, metKey } from './coverage-met.ts';

/** Keys of coverage-met.ts by side, in the order of `watchedSides`. Plain data: workers send it. */
export type KeysBySide = readonly (readonly string[])[];

/** The sides of a comparison whose programs can be watched: the ideal counter has no code, and what is compared with itself is one. */
export function watchedSides({ target, reference, subject }: Harness): readonly TransitionTrees[] {
  return reference && target.reference !== target.subject ? [reference, subject] : [subject];
}

/**
 * Looks for what is still to be met in one program after another. To explore one costs about as much as to compare it; therefore
 * no program is looked at that cannot help, and none once everything was met.
 */
export class CoverageWatch {
  readonly #sides: readonly SideWatch[];

  /**
   * @param sides as `watchedSides` has them
   * @param wanted by side
   * @param limit the most states of a program
   * @param eager see `ExplorerOptions`: to learn what lets it leave out states costs more than a few small programs do
   */
  constructor(sides: readonly TransitionTrees[], wanted: KeysBySide, limit: number, eager = true) {
    this.#sides = sides.map((trees, at) => new SideWatch(trees, wanted[at] ?? [], limit, eager));
  }

  /** Whether there is nothing left to be met. */
  get isDone(): boolean {
    return this.#sides.every(({ left }) => left.size === 0);
  }

  /**
   * Runs a program on each side that it may help.
   *
   * @param budget the most states; a program that has more is left in the middle
   * @returns how many states were visited
   */
  look(program: Program, budget = Number.POSITIVE_INFINITY): number {
    return this.#sides.reduce((states, side) => states + side.look(program, budget), 0);
  }

  /** All that has been met since the watch began: a part of a scope that is lost takes nothing with it. */
  get met(): KeysBySide {
    return this.#sides.map(({ met }) => met);
  }
}

class SideWatch {
  readonly left: Set<string>;
  readonly met: string[] = [];
  readonly #limit: number;
  readonly #trees: TransitionTrees;
  readonly #explorer: Explorer;
  readonly #noted: CoverageMet;
  /** What a program must have, one of it, to be of use. */
  #ops = new Set<string>();
  #starts = new Set<string>();
  #isAnyOfUse = false;

  constructor(trees: TransitionTrees, wanted: readonly string[], limit: number, eager: boolean) {
    this.left = new Set(wanted);
    this.#limit = limit;
    this.#trees = trees;
    this.#explorer = new Explorer(new Machine(trees), { symmetry: true, eager });
    this.#noted = new CoverageMet(this.#explorer.machine);
    this.#noted.listen();
    this.#learnUses();
  }

  look(program: Program, budget: number): number {
    if (this.left.size === 0 || !this.#isOfUse(program)) return 0;
    const noted = this.#noted;
    const { machine } = this.#explorer;
    const limit = Math.min(this.#limit, budget);
    noted.begin(program);
    const states = returns(() =>
      this.#explorer.explore(program, limit, { state: (index) => noted.state(machine, index) }),
    );
    const found = [...this.left].filter((key) => noted.has(key));
    for (const key of found) this.left.delete(key);
    if (found.length > 0) {
      this.met.push(...found);
      this.#learnUses();
    }
    return states ?? limit;
  }

  #isOfUse({ start, threads }: Program): boolean {
    if (this.#isAnyOfUse || this.#starts.has(String(start))) return true;
    const { alphabet } = this.#trees;
    return threads.some((calls) => calls.some((call) => this.#ops.has(alphabet.call(call).op)));
  }

  /** What runs later can be met wherever something is put. */
  #learnUses(): void {
    const keys = [...this.left];
    const ofKind = (kind: string) =>
      new Set(keys.filter((key) => key.startsWith(`${kind} `)).map((key) => key.split(' ')[1]!));
    this.#ops = new Set(['ran', 'effect', 'result', 'branch'].flatMap((kind) => [...ofKind(kind)]));
    this.#starts = new Set(
      keys.filter((key) => key.startsWith('left ')).map((key) => key.slice('left '.length)),
    );
    this.#isAnyOfUse = this.left.has(metKey.calledBack);
  }
}
