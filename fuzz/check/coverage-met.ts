import { tellsLast } from '../../oracles/ledger.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import type { Program } from '../program/program.ts';
import {
  Access,
  HAS_ONE_RESULT,
  IS_OF_LOCK,
  IS_OF_TIME,
  IS_PLAIN,
  SCHEME_WORDS,
  WordIndex,
  WRITES_PLAIN,
} from '../run/access.ts';
import type { Machine } from '../run/machine.ts';
import type { AccessListener, MachineState } from '../run/machine-state.ts';
import type { OpOutcome, TransitionTrees } from '../run/transition-trees.ts';

const { COUNT, LIST, NOTED, PENDING, FREED } = WordIndex;

/** Accesses of a single result that are followed to see where a branch leads. */
const FURTHEST = 12;

/**
 * What can be met, as text, so that it means the same on every worker.
 *
 *     ran put                                 an op was called, and had something to do
 *     effect put                              it has changed something
 *     result gc granted
 *     branch put fetch_sub → return void      where an op goes on to, having seen the count
 *     left one                                a program from the state changes something
 *     queued, called back                     call_rcu, and its callback
 *     told                                    a put of a counter was told that it was the last
 */
export const metKey = {
  ran: (op: string) => `ran ${op}`,
  effect: (op: string) => `effect ${op}`,
  result: (op: string, result: string) => `result ${op} ${result}`,
  branch: (op: string, shape: string) => `branch ${op} ${shape}`,
  left: (state: string) => `left ${state}`,
  queued: 'queued',
  calledBack: 'called back',
  told: 'told',
} as const;

/**
 * Where an access of the count leads, in the words of `TreeNodes` and without the values: nodes are numbered by every
 * worker for itself, and a compare-exchange to 6 is no other branch than one to 7.
 */
export function branchShape(trees: TransitionTrees, node: number, child: number): string {
  const parts = [`${trees.kind[node]}`, '→'];
  let at = child;
  for (let followed = 0; followed < FURTHEST; followed++) {
    parts.push(nodeShape(trees, at));
    if (trees.kind[at] === Access.RETURN || !HAS_ONE_RESULT[trees.kind[at]!]) break;
    at = trees.child(at, 0);
  }
  return parts.join(' ');
}

function nodeShape(trees: TransitionTrees, node: number): string {
  const kind = trees.kind[node]!;
  if (kind === Access.RETURN) return `return-${resultClass(trees.outcomeOf(trees.outcome[node]!).result)}`;
  // How much is added is written in the code; what is stored may have been computed from what was read.
  const amount = kind === Access.FETCH_ADD || kind === Access.FETCH_SUB ? `(${trees.a[node]})` : '';
  return `${kind}.${trees.word[node]}${amount}`;
}

/** A result as coverage knows it: counts that an op answers with are all alike. */
export function resultClass(result: OpOutcome['result']): string {
  return typeof result === 'number' ? 'count' : String(result);
}

/** Whether the result of a node's access is what the op sees of the count. */
export function readsCount(trees: TransitionTrees, node: number): boolean {
  return trees.word[node] === COUNT && IS_PLAIN[trees.kind[node]!]! && !HAS_ONE_RESULT[trees.kind[node]!];
}

/** Accesses of no word that others can see the consequence of. */
const EFFECTS: ReadonlySet<number> = new Set([
  Access.FREE,
  Access.RCU_CALL,
  Access.IDLE_NOTE,
  Access.IDLE_CLEAR,
  Access.STORE_OWN,
  Access.START,
  Access.STOP,
  Access.LATER_ARM,
  Access.LATER_CANCEL,
  Access.WAKE,
]);

/**
 * Whether an access changes what others can see: a word, or the life of the object. To take a lock is no effect of an op.
 *
 * @param old what its word held before it
 * @param now what it holds after it
 */
export function changesSomething(kind: number, old: number, now: number): boolean {
  if (WRITES_PLAIN[kind]) return now !== old;
  return EFFECTS.has(kind);
}

/** Notes what programs come to while a machine runs them. */
export class CoverageMet implements AccessListener {
  readonly #machine: Machine;
  readonly #met = new Set<string>();
  /** Accesses that were noted already: node and old value in one number. */
  readonly #known = new Set<number>();
  #generation = -1;
  #start = '';
  /** The words as they are at the start; empty once the state was left. */
  #first: number[] = [];
  /** The scheme's own words that are taken as locks, by number: those are free again in the end. */
  readonly #locks = new Set<number>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Before programs run: the machine tells its accesses from here on. */
  listen(): void {
    this.#machine.listener = this;
  }

  /** Whether something was met since the last `take`. */
  has(key: string): boolean {
    return this.#met.has(key);
  }

  /** What was met since the last call, for a tally. */
  take(): string[] {
    const met = [...this.#met].sort();
    this.#met.clear();
    this.#known.clear();
    return met;
  }

  /** A program is about to be explored. */
  begin({ start }: Program): void {
    this.#start = String(start);
    this.#first = [];
  }

  /** The machine is in a state; state 0 is the start. */
  state(machine: Machine, index: number): void {
    // The starts of a counter are values that nobody declared.
    if (machine.trees.subject.kind === 'counter') return;
    const key = metKey.left(this.#start);
    if (this.#met.has(key)) return;
    const changeable = objectWords(machine);
    const words = changeable.map((word) => machine.words[word]!);
    if (index === 0) this.#first = words;
    else if (words.some((value, at) => value !== this.#first[at] && !this.#locks.has(changeable[at]!)))
      this.#met.add(key);
  }

  step(machine: MachineState, thread: number, node: number, old: number, outcome: number): void {
    const { trees } = machine;
    if (trees.generation !== this.#generation) {
      this.#generation = trees.generation;
      this.#known.clear();
    }
    const kind = trees.kind[node]!;
    // An outcome follows from what the access met, so it need not be part of the number; but for the idle note and time, no words.
    const seen = node * 2 ** 32 + (old >>> 0);
    if (kind !== Access.IDLE_CHECK && !IS_OF_TIME[kind] && this.#known.has(seen)) return;
    this.#known.add(seen);
    if (IS_OF_LOCK[kind]) this.#locks.add(trees.word[node]!);
    if (kind === Access.RCU_CALL) this.#met.add(metKey.queued);
    if (thread >= machine.threadCount) {
      this.#met.add(metKey.calledBack);
      return;
    }
    const { op, a } = trees.alphabet.call(trees.callOf(node));
    this.#met.add(metKey.ran(op));
    if (changesSomething(kind, old, machine.words[trees.word[node]!]!)) this.#met.add(metKey.effect(op));
    if (outcome >= 0 && tellsLast(op, a, trees.outcomeOf(outcome).result)) this.#met.add(metKey.told);
    if (outcome >= 0) this.#met.add(metKey.result(op, resultClass(trees.outcomeOf(outcome).result)));
    if (readsCount(trees, node))
      this.#met.add(metKey.branch(op, branchShape(trees, node, trees.child(node, old))));
  }
}

/** The words that a protocol can change for others to see. */
function objectWords({ trees }: Machine): number[] {
  const own = (trees.subject as Scheme).words?.length ?? 0;
  return [COUNT, LIST, NOTED, PENDING, FREED, ...Array.from({ length: own }, (_, at) => SCHEME_WORDS + at)];
}
