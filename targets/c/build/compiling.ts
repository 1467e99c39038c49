type Listener = (path: string) => Promise<void>;

let listener: Listener | undefined;

/**
 * Who is asked before each step of the compiler. A step takes a second or more, during which this thread hears nothing:
 * between two of them the listener can tell somebody, hear signals, and give up by throwing. One for the process, as
 * for warnings.
 *
 * @param listen called with the source; what it throws is thrown at whoever wanted it compiled
 */
export function onCompiling(listen: Listener | undefined): void {
  listener = listen;
}

/** To be awaited before a step. */
export async function beforeCompiling(path: string): Promise<void> {
  await listener?.(path);
}
