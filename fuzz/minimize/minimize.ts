import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import type { Decider } from '../judge/decide.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import { opCount, type Program } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { Interrupted } from '../run/interrupt.ts';
import { Machine } from '../run/machine.ts';
import { trace } from '../run/trace.ts';
import { shortcuts } from './shortcuts.ts';
import { simplerThan } from './simpler-values.ts';

/** The smallest program that was found for a signature, and what is known of it. */
export interface Minimized {
  readonly program: Program;
  /** Absent for one op alone. */
  readonly schedule: readonly number[] | undefined;
  /**
   * Whether it is proved that no program over the target's ops, arguments and starts shows the divergence with fewer
   * ops, and no schedule of this one with fewer preemptions.
   */
  readonly isSmallest: boolean;
  /** Divergences with other signatures that smaller programs showed on the way, each with one that shows it. */
  readonly others: ReadonlyMap<string, RawFinding>;
  /** Questions asked. */
  readonly tried: number;
  /** Whether it was interrupted: then the program is the smallest so far, and more could be taken away. */
  readonly isInterrupted: boolean;
}

/**
 * Makes a program smaller while it still shows the divergence, by its signature.
 *
 * Smaller means, in this order: fewer threads, fewer ops, a simpler start, simpler arguments, a cheaper schedule. A
 * candidate that shows another divergence instead is refused (the other one is handed back). Passes run from big cuts
 * to small ones, again and again until none helps, so the result is 1-minimal: no thread, op, step of a value or
 * context switch can go alone. Where the programs with fewer ops are few enough to be decided one and all, it is the
 * smallest there is, and says so. Nothing here is random.
 *
 * This is delta debugging (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002) with
 * passes that know what a program is: a start can be lifted, two ops merged, a value moved towards an edge.
 *
 * @param schedule one under which the program shows the divergence: a hint where not all schedules can be seen
 */
export function minimize(
  harness: Harness,
  decider: Decider,
  program: Program,
  divergence: Divergence,
  schedule?: readonly number[],
): Minimized {
  const signature = signatureOf(divergence);
  let best: Candidate = { program, schedule };
  let tried = 0;
  const others = new Map<string, RawFinding>();
  // As text. Passes start over after each success, and offer much of the same again.
  const asked = new Set<string>();

  const cheapestOf = (candidate: Program) => decider.cheapest(candidate, divergence)?.schedule;
  const accepts = (candidate: Program): boolean => {
    const text = JSON.stringify(candidate);
    if (asked.has(text)) return false;
    asked.add(text);
    tried++;
    const rawFindings =
      decider.rawFindings(candidate, signature, best.schedule) ?? new Map<string, RawFinding>();
    for (const [other, rawFinding] of rawFindings) {
      if (other !== signature && !others.has(other)) others.set(other, rawFinding);
    }
    const wanted = rawFindings.get(signature);
    // Where all schedules were seen none is at hand, and some passes look at what a run had got to.
    if (wanted) best = { program: candidate, schedule: wanted.schedule ?? cheapestOf(candidate) };
    return wanted !== undefined;
  };

  const answer = (rest: Pick<Minimized, 'schedule' | 'isSmallest' | 'isInterrupted'>): Minimized => ({
    program: best.program,
    others,
    tried,
    ...rest,
  });
  try {
    for (const candidate of shortcuts(harness, program, divergence)) if (accepts(candidate)) break;
    runPasses(harness, () => best, accepts);
    // The passes stop at a local minimum. This looks at every smaller program, where there are few enough.
    const smaller = decider.smallerThan(best.program, signature);
    if (smaller.program) best = { program: smaller.program, schedule: undefined };
    const cheapest = decider.cheapest(best.program, divergence);
    return answer({
      schedule: cheapest?.schedule ?? best.schedule,
      // One op alone has no schedule, so there is none that could be cheaper.
      isSmallest: smaller.isProved && (cheapest?.isProved ?? opCount(best.program) === 1),
      isInterrupted: false,
    });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return answer({ schedule: best.schedule, isSmallest: false, isInterrupted: true });
  }
}

/** Again and again, until no pass has a candidate that is accepted. */
function runPasses(harness: Harness, best: () => Candidate, accepts: (candidate: Program) => boolean): void {
  for (let progress = true; progress; ) {
    progress = false;
    for (const pass of PASSES) {
      // A pass offers candidates from the best so far, and starts over from each one that is accepted.
      for (let again = true; again; ) {
        again = false;
        for (const candidate of pass(harness, best())) {
          if (!accepts(candidate)) continue;
          again = progress = true;
          break;
        }
      }
    }
  }
}

/** Where the passes stand: the best program so far, and a run of it that shows the divergence, if one is at hand. */
interface Candidate {
  readonly program: Program;
  readonly schedule: readonly number[] | undefined;
}

/** Offers programs that are simpler than the best one in one respect, the boldest first. */
type Pass = (harness: Harness, best: Candidate) => Iterable<Program>;

/**
 * Big cuts first: a thread that goes spares the questions about each of its ops. Values come last, when few ops are
 * left that have any.
 */
const PASSES: readonly Pass[] = [
  dropThreads,
  dropOps,
  liftStart,
  mergeOps,
  simplifyOps,
  simplifyStart,
  simplifyArguments,
];

/** Every candidate of every pass, big cuts first. Without a schedule, passes that look at a run offer nothing. */
export function* smallerPrograms(harness: Harness, program: Program): Iterable<Program> {
  for (const pass of PASSES) yield* pass(harness, { program, schedule: undefined });
}

/** From the last one: the first threads are where a person begins to read. */
function* dropThreads(_harness: Harness, { program }: Candidate): Iterable<Program> {
  if (program.threads.length === 1) return;
  for (let thread = program.threads.length - 1; thread >= 0; thread--) {
    yield { ...program, threads: program.threads.filter((_, other) => other !== thread) };
  }
}

/**
 * Runs of ops, from the back, in halves, quarters, … and single ones (delta debugging).
 *
 *     a b c d e   drops bcde, abcd; de, cd, bc, ab; e, d, c, b, a
 */
function* dropOps(_harness: Harness, { program }: Candidate): Iterable<Program> {
  const longest = Math.max(...program.threads.map((ops) => ops.length));
  for (let size = 2 ** Math.floor(Math.log2(longest)); size >= 1; size = Math.floor(size / 2)) {
    for (let thread = program.threads.length - 1; thread >= 0; thread--) {
      const ops = program.threads[thread]!;
      for (let from = ops.length - size; from >= 0; from--) {
        const kept = [...ops.slice(0, from), ...ops.slice(from + size)];
        const candidate = withThread(program, thread, kept);
        if (opCount(candidate) > 0) yield candidate;
      }
    }
  }
}

/**
 * Starts a counter from a value that it reached on the way, without the ops that are over by then. The pass that
 * deletion alone cannot replace: a long way up to INT_MAX becomes a start at INT_MAX.
 *
 *     0: set(0x7fffffff) | inc     before the access of inc the word holds INT_MAX, and set is over
 *     → INT_MAX: inc
 *
 * An op under way at that moment is kept whole, and begins anew. The last access is tried first: it leaves fewest ops.
 */
function* liftStart(harness: Harness, { program, schedule }: Candidate): Iterable<Program> {
  if (typeof program.start === 'string') yield* otherStates(harness, program);
  if (typeof program.start === 'string' || !schedule || opCount(program) < 2) return;
  const accesses = trace(new Machine(harness.subject), program, schedule);
  for (let at = accesses.length - 1; at > 0; at--) {
    const done = program.threads.map(
      (_, thread) =>
        accesses.slice(0, at).filter((access) => access.thread === thread && access.outcome).length,
    );
    if (done.every((count) => count === 0)) continue;
    const threads = program.threads
      .map((ops, thread) => ops.slice(done[thread]))
      .filter((ops) => ops.length > 0);
    if (threads.length > 0) yield { start: accesses[at]!.old, threads };
  }
}

/** A scheme's states are named, so every other one is tried, with one op less: perhaps that op only led there. */
function* otherStates(harness: Harness, program: Program): Iterable<Program> {
  if (opCount(program) < 2) return;
  for (const start of harness.target.initial) {
    for (const [thread, ops] of program.threads.entries()) {
      for (const at of ops.keys()) yield { ...withThread(program, thread, ops.toSpliced(at, 1)), start };
    }
  }
}

/** Two neighbouring ops of a counter as one `set` or `add` where the target has them. */
function* mergeOps(harness: Harness, { program, schedule }: Candidate): Iterable<Program> {
  if (typeof program.start === 'string' || !schedule) return;
  const substitutes = harness.calls.filter((call) => ['set', 'add'].includes(harness.alphabet.call(call).op));
  for (const [thread, ops] of program.threads.entries()) {
    for (let at = 0; at + 1 < ops.length; at++) {
      for (const call of substitutes) yield withThread(program, thread, ops.toSpliced(at, 2, call));
    }
  }
}

/**
 * An op without arguments for one that has some; otherwise one that the target names earlier. An op without arguments
 * always ranks before one with an argument, and that before one with two.
 */
function* simplifyOps(harness: Harness, { program }: Candidate): Iterable<Program> {
  const { alphabet, calls, target } = harness;
  const rank = (call: number) => {
    const { op, arity } = alphabet.call(call);
    const listed = target.ops.indexOf(op);
    return arity * (target.ops.length + 1) + (listed < 0 ? target.ops.length : listed);
  };
  const simplestFirst = [...calls].sort((one, other) => rank(one) - rank(other));
  for (const [thread, ops] of program.threads.entries()) {
    for (const [at, call] of ops.entries()) {
      for (const simpler of simplestFirst) {
        if (rank(simpler) < rank(call)) yield withThread(program, thread, ops.with(at, simpler));
      }
    }
  }
}

/** A counter's start moves towards an edge; of a scheme's states, the earlier in the target file is the simpler. */
function* simplifyStart(harness: Harness, { program }: Candidate): Iterable<Program> {
  if (typeof program.start === 'string') {
    const states = harness.target.initial as readonly string[];
    const own = states.indexOf(program.start);
    for (const start of own < 0 ? [] : states.slice(0, own)) yield { ...program, start };
    return;
  }
  for (const start of simplerThan(program.start)) yield { ...program, start };
}

/**
 * One argument at a time; both together are reached in two steps or not at all. Of the values that a scheme's op has, the
 * earlier in its list is the simpler.
 */
function* simplifyArguments(harness: Harness, candidate: Candidate): Iterable<Program> {
  if (harness.target.subject.kind === 'scheme') {
    yield* earlierArguments(harness, candidate);
    return;
  }
  const { alphabet } = harness;
  const { program } = candidate;
  for (const [thread, ops] of program.threads.entries()) {
    for (const [at, call] of ops.entries()) {
      const { op, arity, a, b } = alphabet.call(call);
      if (arity === 0) continue;
      for (const value of simplerThan(a))
        yield withThread(program, thread, ops.with(at, alphabet.id(op, value, b)));
      if (arity === 1) continue;
      for (const value of simplerThan(b))
        yield withThread(program, thread, ops.with(at, alphabet.id(op, a, value)));
    }
  }
}

function* earlierArguments({ alphabet, calls }: Harness, { program }: Candidate): Iterable<Program> {
  for (const [thread, ops] of program.threads.entries()) {
    for (const [at, call] of ops.entries()) {
      const alike = calls.filter((other) => alphabet.call(other).op === alphabet.call(call).op);
      for (const earlier of alike.slice(0, Math.max(0, alike.indexOf(call))))
        yield withThread(program, thread, ops.with(at, earlier));
    }
  }
}

/** The same op with simpler arguments, and ops that are simpler themselves. */
export function* simplerCalls(harness: Harness, call: number): Iterable<number> {
  const alone: Candidate = { program: { start: 0, threads: [[call]] }, schedule: undefined };
  for (const pass of [simplifyOps, simplifyArguments])
    for (const { threads } of pass(harness, alone)) yield threads[0]![0]!;
}

function withThread(program: Program, thread: number, ops: readonly number[]): Program {
  const threads = program.threads.with(thread, ops).filter((list) => list.length > 0);
  return { ...program, threads };
}
