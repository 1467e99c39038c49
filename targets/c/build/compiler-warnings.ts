type Listener = (warnings: string) => void;

let listener: Listener | undefined;

/**
 * Who is told what the compiler finds dubious in a source. One for the process, as a source may be compiled wherever a
 * target is read; whoever asks last is told.
 *
 * @param listen called with the text of all warnings of a source, each time that it is compiled or taken from the cache
 */
export function onCompilerWarnings(listen: Listener | undefined): void {
  listener = listen;
}

/** Tells the listener, if there is one and anything to tell. */
export function tellCompilerWarnings(warnings: string): void {
  if (warnings !== '') listener?.(warnings);
}
