import { type Domain, isAccess, type MemoryProgram } from './event.ts';

/** A reader's critical section, from `rcu_read_lock` to `rcu_read_unlock`. */
export interface Section {
  readonly domain: Domain;
  readonly thread: number;
  /** The places of its beginning and its end. */
  readonly enter: number;
  readonly leave: number;
  /**
   * Its thread's accesses as bits: behind its beginning, and ahead of its end. It has begun when one of the first is
   * done, and has ended when all of the second are: nothing else could tell, as neither call orders anything.
   */
  readonly inside: number;
  readonly ahead: number;
}

/** The sections of a program; those that are never left are none, as in LKMM. */
export function sectionsOf({ threads }: MemoryProgram): Section[] {
  return threads.flatMap(({ events }, thread) =>
    events.flatMap((event, leave): Section[] => {
      if (event.kind !== 'leave' || event.of === undefined) return [];
      const accesses = events.reduce((set, one, place) => (isAccess(one) ? set | (1 << place) : set), 0);
      const upTo = (place: number) => accesses & ((1 << place) - 1);
      const enter = event.of;
      return [
        {
          domain: event.domain,
          thread,
          enter,
          leave,
          inside: accesses & ~upTo(enter),
          ahead: upTo(leave),
        },
      ];
    }),
  );
}

/** Whether a thread waits for a grace period within a section of its own: it would wait for ever. */
export function waitsForItself({ threads }: MemoryProgram, sections: readonly Section[]): boolean {
  return sections.some(({ domain, thread, enter, leave }) =>
    threads[thread]!.events.some(
      (event, place) => event.kind === 'grace' && event.domain === domain && place > enter && place < leave,
    ),
  );
}
