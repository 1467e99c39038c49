// A plain second reading of what holds, hand-overs and words of a thread's own mean: every order of all steps is tried from
// where it is, nothing is merged, and none of it is refuzz's code. It knows one small protocol, see `PROTOCOL`.

/** What an op of the protocol needs, takes, gives back, and does, a step after the other. */
interface NaiveOp {
  readonly needs?: Kind;
  readonly takes?: Kind;
  readonly gives?: Kind;
  readonly handsOver?: boolean;
  /** What it adds to the count. */
  readonly adds?: number;
  /** It frees the object when its subtraction leaves 0. */
  readonly drops?: number;
  readonly uses?: boolean;
  /** It adds 1 to a word of its thread, and is granted when that was odd. */
  readonly ticks?: boolean;
}

type Kind = 'ref' | 'pin';

/** References weigh 1 and pins 4. */
export const PROTOCOL: Readonly<Record<string, NaiveOp>> = {
  dup: { needs: 'ref', takes: 'ref', adds: 1 },
  give: { needs: 'ref', takes: 'ref', adds: 1, handsOver: true },
  pass: { needs: 'ref', handsOver: true, uses: true },
  pin: { needs: 'ref', takes: 'pin', adds: 4 },
  use: { needs: 'ref', uses: true },
  put: { needs: 'ref', gives: 'ref', drops: 1 },
  unpin: { needs: 'pin', gives: 'pin', drops: 4 },
  tick: { ticks: true },
  /** Drops what it does not have: nothing else does harm here. */
  spoil: { drops: 1 },
};

interface Thread {
  readonly calls: readonly string[];
  results: string[];
  /** `waits`: for a hold. `begins`: its next step is the first of its op. `frees`: the next step is the free. */
  at: 'waits' | 'begins' | 'frees' | 'done';
  ticks: number;
  held: Record<Kind, number>;
}

interface State {
  threads: Thread[];
  count: number;
  freed: number;
  transit: Record<Kind, number>;
  fact: string;
}

/** All that a program can come to: results by thread and the first fact. Thread 0 has one reference at the start. */
export function naiveEnds(program: readonly (readonly string[])[]): Set<string> {
  const ends = new Set<string>();
  const start: State = {
    threads: program.map((calls, thread) => ({
      calls,
      results: [],
      at: 'done',
      ticks: 0,
      held: { ref: thread === 0 ? 1 : 0, pin: 0 },
    })),
    count: 1,
    freed: 0,
    transit: { ref: 0, pin: 0 },
    fact: '',
  };
  for (const thread of start.threads) goOn(thread);
  endVainWaits(start);
  explore(start, ends);
  return ends;
}

function explore(state: State, ends: Set<string>): void {
  const able = state.threads.flatMap((thread, at) => (isAble(state, thread) ? [at] : []));
  if (able.length === 0) {
    const results = state.threads.map((thread) => thread.results.join(', ')).join(' | ');
    ends.add(`${results} ${state.fact}`.trim());
  }
  for (const at of able) {
    const next = structuredClone(state);
    step(next, next.threads[at]!);
    explore(next, ends);
  }
}

function isAble(state: State, thread: Thread): boolean {
  if (thread.at === 'waits') return state.transit[opOf(thread).needs!] > 0;
  return thread.at !== 'done';
}

function opOf({ calls, results }: Thread): NaiveOp {
  return PROTOCOL[calls[results.length]!]!;
}

function step(state: State, thread: Thread): void {
  const op = opOf(thread);
  if (thread.at === 'waits') {
    state.transit[op.needs!]--;
    thread.held[op.needs!]++;
    thread.at = 'begins';
    return;
  }
  if (thread.at === 'frees') {
    free(state);
    end(state, thread, 'void');
    return;
  }
  if (op.gives) thread.held[op.gives]--;
  if (op.ticks) {
    end(state, thread, thread.ticks++ % 2 === 1 ? 'granted' : 'void');
    return;
  }
  if (state.freed > 0) note(state, 'use-after-free');
  state.count += (op.adds ?? 0) - (op.drops ?? 0);
  if (op.drops && state.count === 0) {
    thread.at = 'frees';
    return;
  }
  if (op.takes && op.handsOver) state.transit[op.takes]++;
  else if (op.takes) thread.held[op.takes]++;
  else if (op.handsOver) {
    thread.held[op.needs!]--;
    state.transit[op.needs!]++;
  }
  if (op.takes && state.freed > 0) note(state, 'resurrection');
  end(state, thread, op.takes ? 'granted' : 'void');
}

function free(state: State): void {
  const isHeld = [state.transit, ...state.threads.map(({ held }) => held)].some(
    ({ ref, pin }) => ref + pin > 0,
  );
  if (state.freed > 0) note(state, 'double-free');
  else if (isHeld) note(state, 'freed-while-held');
  state.freed++;
}

function note(state: State, fact: string): void {
  if (state.fact === '') state.fact = fact;
}

function end(state: State, thread: Thread, result: string): void {
  thread.results.push(result);
  goOn(thread);
  endVainWaits(state);
  const isOver = state.threads.every(({ at }) => at === 'done');
  const isHeld = [state.transit, ...state.threads.map(({ held }) => held)].some(
    ({ ref, pin }) => ref + pin > 0,
  );
  if (isOver && !isHeld && state.freed === 0) note(state, 'leak');
}

function goOn(thread: Thread): void {
  if (thread.results.length === thread.calls.length) {
    thread.at = 'done';
    return;
  }
  const { needs } = opOf(thread);
  thread.at = needs && thread.held[needs] === 0 ? 'waits' : 'begins';
}

/** Whoever waits for what no thread that can still move has yet to hand over goes on without. */
function endVainWaits(state: State): void {
  for (;;) {
    const moving = state.threads.filter((thread) => isAble(state, thread));
    const vain = state.threads.filter((thread) => {
      if (thread.at !== 'waits' || isAble(state, thread)) return false;
      const { needs } = opOf(thread);
      return !moving.some(({ calls, results }) =>
        calls.slice(results.length).some((call) => handedOver(PROTOCOL[call]!) === needs),
      );
    });
    if (vain.length === 0) return;
    for (const thread of vain) thread.results.push('void');
    for (const thread of vain) goOn(thread);
  }
}

function handedOver({ handsOver, takes, needs }: NaiveOp): Kind | undefined {
  return handsOver ? (takes ?? needs) : undefined;
}
