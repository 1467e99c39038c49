import { type Sides, subjectsOf } from '../../targets/target/sides.ts';

// Threads that are alike can be exchanged, and whoever lists programs or states lists one order of them only. What makes two
// threads alike before they do anything is asked here, and nowhere else: a scope that takes them for alike and a comparison
// that does not would each be right, and their answers would not fit together.

/** Whether the code of a side can tell its thread from others by number: no two threads are alike then, on neither side. */
export function asksThread(sides: Sides): boolean {
  return subjectsOf(sides).some((side) => side.kind === 'scheme' && side.asksThread);
}

/**
 * What tells a thread from others before it does anything, as text: threads with the same can be exchanged. It is what the
 * thread holds at the start; or its number, where the code asks for that.
 *
 *     state one: thread 0 holds a reference              '1'  and '0', '0', …: all but the first are alike
 *     state sent: thread 1 holds what it has charged      '0'  and '0,bytes 512'
 *     code that asks for smp_processor_id()              '0', '1', '2': none are alike
 */
export function kindOfThread(sides: Sides, start: number | string, thread: number): string {
  const { subject } = sides;
  if (subject.kind === 'counter') return '';
  if (asksThread(sides)) return String(thread);
  const { holders, holds = [] } = subject.states[start]!;
  const named = holds
    .filter((hold) => hold.thread === thread)
    .map(({ kind, argument }) => `${kind} ${argument ?? ''}`);
  return [holders.filter((one) => one === thread).length, ...named.sort()].join();
}
