import { Explorer } from '../explore/explorer.ts';
import { outcomeText } from '../explore/outcomes.ts';
import { MAX_THREADS, type Program } from '../program/program.ts';
import { Access } from '../run/access.ts';
import { grown } from '../run/grown.ts';
import type { Machine } from '../run/machine.ts';
import { returns } from '../run/non-terminating.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';

/** Of a node of the subject: not looked at yet; and known to have no bisimilar one. */
const UNKNOWN = -1;
const NONE = -2;

/**
 * Pairs the nodes of two counters' transition trees: bisimilar nodes make the same access, and each result of it leads
 * to bisimilar nodes again. Where every node that a program comes to has one, the two counters go through the same
 * states, so they have the same outcomes, and nothing need be listed. This is how two sources of one algorithm are told
 * to be the same at hardly more than the price of exploring one of them.
 *
 * The notion is that of Park ("Concurrency and automata on infinite sequences", 1981) and Milner ("Communication and
 * concurrency", 1989). The trees are deterministic, so no partition need be refined: each node has one candidate.
 *
 * It is a sufficient condition. Counters that differ in their accesses can still have the same outcomes.
 *
 *     subject      load ─1─▶ cmpxchg(1, 2) ─1─▶ return true         paired, node by node, as they are met
 *     reference    load ─1─▶ cmpxchg(1, 2) ─1─▶ return true
 *     reference    fetch_add(1) ─1─▶ return true                    unpaired at the root: outcomes must be listed
 */
export class Bisimulation {
  readonly #machine: Machine;
  readonly #reference: TransitionTrees;
  readonly #explorer: Explorer;
  /** By node of the subject: the node of the reference. */
  #bisimilar = new Int32Array(1024).fill(UNKNOWN);
  /** Of both sides' trees, when the pairs were made: after a trim, the numbers of nodes mean others. */
  #generations = '';
  /** The nodes of all threads, and the word, before the access under way. */
  readonly #before = new Int32Array(MAX_THREADS + 1);
  /** Of all programs so far. */
  readonly counts = { states: 0, transitions: 0 };

  /** @param machine of the subject */
  constructor(machine: Machine, reference: TransitionTrees) {
    this.#machine = machine;
    this.#reference = reference;
    this.#explorer = new Explorer(machine, { symmetry: true });
  }

  /**
   * Whether both go through the same states with a program. A difference that is found before the limit stands.
   *
   * @returns undefined when there are more than `limit` states, or an op does not return
   */
  areAlike(program: Program, limit: number): boolean | undefined {
    // The subject's trees are trimmed by the explorer's machine; those of the reference are run by nobody here.
    this.#reference.trim();
    let alike = true;
    const machine = this.#machine;
    const before = this.#before;
    const explore = () =>
      this.#explorer.explore(program, limit, {
        begin: () => this.#forgetIfTrimmed(),
        state: () => {
          for (let thread = 0; thread < machine.threadCount; thread++) before[thread] = machine.node[thread]!;
          before[MAX_THREADS] = machine.words[0]!;
        },
        step: (_, thread) => {
          this.counts.transitions++;
          alike &&= this.#pair(before[thread]!, before[MAX_THREADS]!);
          return alike;
        },
      });
    const states = returns(explore);
    this.counts.states += states ?? limit;
    return states === undefined && alike ? undefined : alike;
  }

  #forgetIfTrimmed(): void {
    const generations = `${this.#machine.trees.generation} ${this.#reference.generation}`;
    if (generations !== this.#generations) this.#bisimilar.fill(UNKNOWN);
    this.#generations = generations;
  }

  /** Whether the node that the access of `node` on a word with `old` led to has a bisimilar one. */
  #pair(node: number, old: number): boolean {
    const { trees } = this.#machine;
    const other = this.#bisimilarOf(node, NONE);
    if (other < 0) return false;
    // A store gives its op nothing, and trees have one child there, under 0.
    const result = trees.kind[node] === Access.STORE ? 0 : old;
    const child = trees.child(node, result);
    return this.#bisimilarOf(child, this.#reference.child(other, result)) >= 0;
  }

  /** @param candidate what it should be bisimilar to; a root finds its own */
  #bisimilarOf(node: number, candidate: number): number {
    if (node >= this.#bisimilar.length) this.#bisimilar = grown(this.#bisimilar, node, UNKNOWN);
    const known = this.#bisimilar[node]!;
    const { trees } = this.#machine;
    if (known !== UNKNOWN && (trees.isRoot[node] || candidate === NONE || known === candidate)) return known;
    const other = trees.isRoot[node] ? this.#reference.root(trees.callOf(node)) : candidate;
    // One that two nodes of the reference claim has none: they may go on differently.
    this.#bisimilar[node] = known === UNKNOWN && other >= 0 && this.#doAlike(node, other) ? other : NONE;
    return this.#bisimilar[node]!;
  }

  /** By text, since each side numbers its outcomes for itself. */
  #doAlike(node: number, other: number): boolean {
    const { trees } = this.#machine;
    const reference = this.#reference;
    if (trees.kind[node] !== reference.kind[other]) return false;
    if (trees.kind[node] === Access.RETURN) {
      return (
        outcomeText(trees.outcomeOf(trees.outcome[node]!)) ===
        outcomeText(reference.outcomeOf(reference.outcome[other]!))
      );
    }
    return trees.a[node] === reference.a[other] && trees.b[node] === reference.b[other];
  }
}
