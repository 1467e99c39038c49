import { cellsOfViews, ThreadViews } from '../../oracles/thread-views.ts';
import { FENCE_BITS } from '../../targets/subject/word.ts';
import type { Drawn } from './ordered-programs.ts';
import type { Instruction } from './small-language.ts';

/*
 * What refuzz does with memory orders, on the small language: every interleaving, and `ThreadViews` along it. The payload is
 * x, which one thread writes and another reads, or writes behind a branch. All else is of one word, c.
 */

interface State {
  readonly at: number[];
  readonly value: number;
  readonly registers: ReadonlyMap<string, number>;
  readonly cells: Int32Array;
}

/** @param Views what is known of orders, perhaps with a fault. @returns whether some interleaving has two accesses of x that nothing orders. */
export function races({ program }: Drawn, Views = ThreadViews): boolean {
  const { threads } = program;
  const views = new Views(1, threads.length, 0);
  const start = new Int32Array(cellsOfViews(1, threads.length));
  const open: State[] = [{ at: threads.map(() => 0), value: 0, registers: new Map(), cells: start }];
  for (let state = open.pop(); state; state = open.pop()) {
    for (const [thread, instructions] of threads.entries()) {
      const one = instructions[state.at[thread]!];
      if (!one) continue;
      views.cells = state.cells.slice();
      if (isRace(views, thread, one, state.registers)) return true;
      const { value, registers } = after(views, thread, one, state);
      const at = state.at.map((place, other) => (other === thread ? place + 1 : place));
      open.push({ at, value, registers, cells: views.cells });
    }
  }
  return false;
}

function isRace(
  views: ThreadViews,
  thread: number,
  one: Instruction,
  registers: State['registers'],
): boolean {
  if (!('word' in one) || one.word !== 'x') return false;
  if (one.op !== 'store' || one.control === undefined) return views.unreadable(thread) !== 0;
  if (registers.get(`${thread}:${one.control}`) === 0) return false;
  // The kernel's model keeps a control dependency to a write that the compiler must not move, and to no other.
  return (one.order === 'plain' ? views.unreadable(thread) : views.unwritable(thread)) !== 0;
}

function after(
  views: ThreadViews,
  thread: number,
  one: Instruction,
  { value, registers }: State,
): Pick<State, 'value' | 'registers'> {
  if (one.op === 'fence') {
    views.fence(thread, one.name === 'mb' ? FENCE_BITS.full : FENCE_BITS.acquire);
    return { value, registers };
  }
  if ('word' in one && one.word === 'x') {
    const isDone =
      one.op !== 'store' || one.control === undefined || registers.get(`${thread}:${one.control}`) !== 0;
    if (isDone) views.use(thread);
    return { value, registers };
  }
  const read = 'to' in one ? new Map(registers).set(`${thread}:${one.to}`, value) : registers;
  const order = 'order' in one && one.order !== 'once' && one.order !== 'plain' ? one.order : 'relaxed';
  switch (one.op) {
    case 'load':
      views.access(thread, 0, { reads: true, writes: false, order });
      return { value, registers: read };
    case 'store':
      views.access(thread, 0, { reads: false, writes: true, order });
      return { value: one.value, registers };
    case 'inc':
      views.access(thread, 0, { reads: true, writes: true, order: 'relaxed' });
      return { value: value + 1, registers };
    case 'xchg':
      views.access(thread, 0, { reads: true, writes: true, order });
      return { value: one.value, registers: read };
    case 'cmpxchg': {
      const isDone = value === one.expected;
      views.access(thread, 0, { reads: true, writes: isDone, order: isDone ? order : 'relaxed' });
      return { value: isDone ? one.value : value, registers: read };
    }
    default:
      throw new Error(`no program has ${one.op}`);
  }
}
