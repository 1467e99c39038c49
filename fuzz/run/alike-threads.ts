import { type Sides, subjectsOf } from '../../targets/target/sides.ts';

/** Whether the code of a side can tell its thread from others by number: no two threads are alike then, on neither side. */
export function asksThread(sides: Sides): boolean {
  return subjectsOf(sides).some((side) => side.kind === 'scheme' && side.asksThread);
}

/**
 * What tells a thread from others before it does anything, as text: threads with the same can be exchanged. It is what the
 * thread holds at the start; or its number, where the code asks for that.
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
