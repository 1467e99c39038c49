/**
 * What some work reports while it goes on, as something to iterate over. Events come in the order in which they were
 * emitted, also those that were emitted while the consumer was busy; none is lost.
 *
 * @param work emits events; what it throws is thrown at the consumer, after the last event
 * @param stop asks the work to end soon: called when the consumer ends the iteration early, which then waits for it
 */
export async function* eventsOf<Event>(
  work: (emit: (event: Event) => void) => Promise<void>,
  stop: () => void,
): AsyncGenerator<Event, void, undefined> {
  const waiting: Event[] = [];
  let wake = () => {};
  let isOver = false;
  const working = work((event) => {
    waiting.push(event);
    wake();
  }).finally(() => {
    isOver = true;
    wake();
  });
  // It is awaited below; until then a failure is not unheard.
  working.catch(() => {});
  try {
    for (;;) {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) yield next;
      if (isOver) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    if (!isOver) stop();
    await working;
  }
}
