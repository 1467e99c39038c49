import { isAccess, type MemoryEvent } from './event.ts';
import { isPlainWrite } from './knowledge.ts';
import { type Setting, type State, type Write, wordOf } from './state.ts';

/**
 * Whether an access races with a write that is done. Two accesses race when they are of one word, by two threads, one writes,
 * one is plain, and nothing orders them.
 *
 * No relation is computed for that. Writes are done as early as can be, and reads at every time at which they can be: so
 * where nothing orders two accesses, there is an execution in which the later one is done without having heard of the
 * write, or reads what was before it.
 *
 *     *x = 1;  smp_store_release(y, 1)     r0 = smp_load_acquire(y);  if (r0) r1 = *x;
 *
 * The read of x is done only where y = 1 was read, which carries x = 1: no race. Without the acquire it is also done
 * ahead of that, where x = 1 is done and has not reached the reader.
 *
 * @param at where the access stands in the history: what a read takes, or in front of which a write goes
 */
export function isRacing(
  setting: Setting,
  state: State,
  thread: number,
  place: number,
  history: readonly Write[],
  at: number,
): boolean {
  const event = setting.program.threads[thread]!.events[place]!;
  if (!isAccess(event)) return false;
  const known = history.indexOf(state.known[thread]![wordOf(setting, state, thread, place)!]!);
  return history.some((write, stands) => {
    if (write < 0 || setting.thread[write] === thread) return false;
    if (event.order !== 'plain' && !isPlainWrite(setting, write)) return false;
    return (
      stands > known ||
      stands > at ||
      (event.kind === 'write' && isHalfOrdered(setting, thread, place, write))
    );
  });
}

/**
 * The compiler may make a read and a write of a plain write, so LKMM wants both to be ordered against another write:
 * `smp_wmb` alone is not enough. Which fence it is that orders two writes is not kept; where a marked write could publish the
 * plain one by `smp_wmb`, or where that is the only fence ahead of the second, a race is said.
 */
function isHalfOrdered(setting: Setting, thread: number, place: number, write: Write): boolean {
  const { program, thread: of, base } = setting;
  const whose = of[write]!;
  const other = program.threads[whose]!.events;
  const isFirstPlain = isPlainWrite(setting, write);
  if (isFirstPlain && isPublishedByWriteFence(other.slice(write - base[whose]! + 1))) return true;
  const own = program.threads[thread]!.events;
  const event = own[place]!;
  return isAccess(event) && event.order === 'plain' && isWriteFenceOnly(own.slice(0, place));
}

const isWriteFence = (event: MemoryEvent) => event.kind === 'fence' && event.fence === 'wmb';

/** Fences that order reads and writes alike. */
function isWhole(event: MemoryEvent): boolean {
  if (event.kind === 'fence') return event.fence !== 'wmb' && event.fence !== 'rmb';
  return event.kind === 'grace' || (event.kind === 'write' && event.order === 'release');
}

/** Whether a write that no other fence holds back comes behind `smp_wmb`: it may be what publishes the plain one. */
function isPublishedByWriteFence(later: readonly MemoryEvent[]): boolean {
  const whole = later.findIndex(isWhole);
  const within = whole < 0 ? later : later.slice(0, whole);
  const fence = within.findIndex(isWriteFence);
  return fence >= 0 && within.slice(fence).some((event) => event.kind === 'write' && event.order !== 'plain');
}

function isWriteFenceOnly(earlier: readonly MemoryEvent[]): boolean {
  const isAcquire = (event: MemoryEvent) => event.kind === 'read' && event.order === 'acquire';
  return (
    earlier.some(isWriteFence) &&
    !earlier.some((event) => isAcquire(event) || (isWhole(event) && event.kind !== 'write'))
  );
}
