/** Whether compiling a source is to be called off, until `over` is called. */
export interface Compiling {
  /** Aborted with what is thrown at whoever wanted it compiled. */
  readonly signal: AbortSignal;
  over(): void;
}

type Listener = (path: string) => Compiling;

let listener: Listener | undefined;

/**
 * Who may call off what takes the compiler seconds. One for the process, as for warnings.
 *
 * @param listen called with the source before it is compiled; not for what comes from the cache
 */
export function onCompiling(listen: Listener | undefined): void {
  listener = listen;
}

/** To be asked before a source is compiled. */
export function beforeCompiling(path: string): Compiling | undefined {
  return listener?.(path);
}
