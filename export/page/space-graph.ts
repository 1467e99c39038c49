import { Explorer } from '../../fuzz/explore/explorer.ts';
import { ThreadSymmetry } from '../../fuzz/explore/thread-symmetry.ts';
import type { Program } from '../../fuzz/program/program.ts';
import { Machine } from '../../fuzz/run/machine.ts';
import { DONE } from '../../fuzz/run/machine-state.ts';
import { factOf } from '../../fuzz/run/scheme-facts.ts';
import type { TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import { wideOperands, wordNameAt } from '../../fuzz/run/wide-seen.ts';
import { formatValue } from '../../targets/subject/values.ts';
import { grouped } from '../report/grouped.ts';
import { accessText } from '../show/access-text.ts';
import { timeText } from '../show/time-text.ts';
import type { EdgeData, GraphData, NodeData, PathData } from './figure-data.ts';
import { layOut } from './graph-layout.ts';
import { shownWords, wordText, wordTitle } from './word-text.ts';

/*
 * Drawn are the states that an explorer meets first, which are those nearest to the start: it goes breadth
 * first. The explorer goes on to the end all the same, so that what is left out has a number.
 *
 * Merged, states that differ only in which of several threads with the same ops is which are one, as in
 * symmetry reduction. A schedule does not name threads of merged states. It is followed by running it as
 * it is, and bringing a copy of each state into the order that stands for all:
 *
 *     as it is    thread 1 adds, thread 0 is at its start
 *     its copy    thread 0 adds, thread 1 is at its start        this is the state that is drawn
 */

/** More states than this are counted, and not drawn: nobody could follow a line among them. */
export const MOST_DRAWN = 300;

/** A schedule to draw, and what it shows. */
export interface NamedSchedule {
  readonly name: string;
  readonly schedule: readonly number[];
}

/**
 * The states of a program on one side, as a drawing: the first MOST_DRAWN that a breadth-first search meets, and each
 * access between them.
 *
 * @param merges whether states that differ only in which of several threads with the same ops is which are one
 * @param limit the most states that are counted
 */
export function spaceGraph(
  trees: TransitionTrees,
  program: Program,
  merges: boolean,
  limit: number,
  schedules: readonly NamedSchedule[],
): GraphData {
  const drawing = new Drawing(trees, program, merges);
  const states = drawing.explore(limit);
  const places = layOut(drawing.nodes.length, drawing.edges);
  const rest = cutText(states, limit, drawing.nodes.length);
  return {
    states: states ?? limit,
    nodes: drawing.nodes.map((node, at) => ({ ...node, ...places[at]! })),
    edges: drawing.edges,
    paths: schedules.flatMap((one) => drawing.pathOf(one) ?? []),
    ...(rest !== undefined && { note: rest }),
  };
}

/**
 * Said only where something is left out. A drawing that was cut and did not say so would be a lie about a
 * proof.
 */
function cutText(states: number | undefined, limit: number, drawn: number): string | undefined {
  if (states === undefined)
    return `There are more than ${grouped(limit)} states; the ${grouped(drawn)} nearest to the start are drawn.`;
  if (states === drawn) return undefined;
  return `Of ${grouped(states)} states the ${grouped(drawn)} nearest to the start are drawn; lines that lead on from them are left out.`;
}

/** Whether threads of a program are alike, so that states can be merged. */
export function hasSymmetry(trees: TransitionTrees, program: Program): boolean {
  const machine = new Machine(trees);
  machine.start(program);
  const symmetry = new ThreadSymmetry(machine);
  symmetry.begin(program);
  return symmetry.isPresent;
}

/** Collects what an explorer tells. */
class Drawing {
  readonly nodes: Omit<NodeData, 'row' | 'at'>[] = [];
  readonly edges: EdgeData[] = [];
  readonly #machine: Machine;
  readonly #program: Program;
  readonly #merges: boolean;
  /** By state as text: its number. */
  readonly #numbers = new Map<string, number>();
  /** By thread: its next access, in the state that is being left. */
  #next: readonly string[] = [];

  constructor(trees: TransitionTrees, program: Program, merges: boolean) {
    this.#machine = new Machine(trees);
    this.#program = program;
    this.#merges = merges;
  }

  /** @returns how many states there are; undefined for more than the limit */
  explore(limit: number): number | undefined {
    const machine = this.#machine;
    return new Explorer(machine, { symmetry: this.#merges }).explore(this.#program, limit, {
      state: (index, stuck) => {
        if (index >= MOST_DRAWN) return;
        this.#numbers.set(machine.state.join(), index);
        this.#next = nextAccesses(machine);
        this.nodes.push(nodeOf(machine, index, stuck, this.#next));
      },
      transition: (from, lane, to) => {
        // The explorer goes on behind the last state that is drawn, or nobody could say how many there are.
        if (from >= MOST_DRAWN || to >= MOST_DRAWN) return;
        this.edges.push({ from, to, lane, label: this.#next[lane] ?? '' });
      },
    });
  }

  /** @returns undefined for a schedule that leads out of what is drawn */
  pathOf({ name, schedule }: NamedSchedule): PathData | undefined {
    const machine = new Machine(this.#machine.trees);
    // A twin to sort: the run itself has to go on with its threads as they are.
    const twin = new Machine(this.#machine.trees);
    machine.start(this.#program);
    twin.start(this.#program);
    const symmetry = new ThreadSymmetry(twin);
    symmetry.begin(this.#program);
    const numberNow = () => {
      twin.state.set(machine.state);
      if (this.#merges) symmetry.sort();
      return this.#numbers.get(twin.state.join());
    };
    const edges: number[] = [];
    let from = numberNow();
    for (const thread of schedule) {
      machine.step(thread);
      const to = numberNow();
      // Merged, the access may be drawn as that of the thread which stands for this one.
      const isIt = (edge: EdgeData) =>
        edge.from === from && edge.to === to && (this.#merges || edge.lane === thread);
      const edge = this.edges.findIndex(isIt);
      if (edge < 0) return undefined;
      edges.push(edge);
      from = to;
    }
    return { name, edges };
  }
}

/** By thread, RCU among them: the access that it would make next; none for one that is done. */
function nextAccesses(machine: Machine): string[] {
  const { trees } = machine;
  return Array.from({ length: machine.schedulable }, (_, thread) => {
    const node = machine.node[thread]!;
    if (node === DONE) return '';
    const word = trees.word[node]!;
    const wide = wideOperands(trees, node);
    const shape = {
      kind: trees.kind[node]!,
      word,
      wordName: wordNameAt(trees, word),
      a: trees.a[node]!,
      b: trees.b[node]!,
      ...(wide && { wide }),
    };
    return timeText(trees.subject, shape) ?? accessText(shape);
  });
}

/**
 * A state: in the drawing what the first word holds, and in words all that is shown of it and where each
 * thread stands.
 */
function nodeOf(
  machine: Machine,
  index: number,
  stuck: boolean,
  next: readonly string[],
): Omit<NodeData, 'row' | 'at'> {
  const { subject } = machine.trees;
  const isScheme = subject.kind === 'scheme';
  const fact = isScheme ? factOf(machine.fact)?.what : undefined;
  const count = formatValue(machine.words[0]!);
  const words = shownWords(subject).map((word) => {
    const text = wordText(word, machine.words[word]!, new Set(), (thread) => `thread ${thread}`);
    return `${wordTitle(subject, word)} ${text}`;
  });
  const threads = next.map((access, thread) => {
    const name = thread < machine.threadCount ? `thread ${thread}` : 'RCU';
    return `${name}: ${access === '' ? 'done' : machine.isEnabled(thread) ? access : `waits for ${access}`}`;
  });
  return {
    label: isScheme ? `${count}${fact === undefined ? '' : ' ✗'}` : count,
    detail: [...words, ...threads, ...(fact === undefined ? [] : [`✗ ${fact}`])].join('; '),
    kind: kindOf(machine, index, stuck, fact !== undefined),
  };
}

/**
 * A fault is told before an end: what befalls the object does so in the middle of a run, and the run goes
 * on.
 */
function kindOf(machine: Machine, index: number, stuck: boolean, isFault: boolean): NodeData['kind'] {
  if (isFault) return 'fault';
  if (stuck) return machine.isOver() ? 'end' : 'stuck';
  return index === 0 ? 'start' : 'inner';
}
