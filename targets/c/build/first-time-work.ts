/**
 * Called when work begins that takes seconds and is only done once, since what it makes is kept in the cache.
 *
 * @param what in words: `compiling before.c (recorded build)`
 * @returns to be called when it is over, however it ended
 */
type Listener = (what: string) => () => void;

let listener: Listener | undefined;

/**
 * Who is told of such work. One for the process, as a source may be compiled wherever a target is read; whoever asks last
 * is told.
 */
export function onFirstTimeWork(listen: Listener | undefined): void {
  listener = listen;
}

/** Tells the listener, if there is one, that it begins. @returns to be called when it is over, however it ended */
export function beginFirstTimeWork(what: string): () => void {
  return listener?.(what) ?? (() => {});
}

/** Does the work, and tells the listener when it begins and when it is over. */
export async function firstTimeWork<R>(what: string, work: () => Promise<R>): Promise<R> {
  const over = beginFirstTimeWork(what);
  try {
    return await work();
  } finally {
    over();
  }
}
