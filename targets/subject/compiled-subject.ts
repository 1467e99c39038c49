/** A word of a C source that it does not declare, and where it lies in linear memory. */
export interface FoundWord {
  readonly name: string;
  readonly address: number;
  /** In bytes: 1, 2 or 4. */
  readonly size: number;
  /** Whether it has held nothing but addresses of what there is. */
  readonly isPointer?: boolean;
}

/** A C subject as plain data: its compiled code, and how it is called. */
export interface CompiledSubject {
  /** As target files name it. */
  readonly name: string;
  /** The source, for messages. */
  readonly path: string;
  /** The source as cases name it, where another process has read it: that runs in a folder of its own. */
  readonly fromThere?: string;
  readonly about?: string;
  /** Where the code is from, if not just `path`. */
  readonly source?: string;
  /** Whose non-atomic outcomes are accepted, if not its own; see `Counter.documented`. */
  readonly documented?: string;
  /** The WebAssembly whose accesses the engine makes, one at a time. */
  readonly recorded: Uint8Array;
  /** Of a scheme: the words that were found beside those that it declares, by what they are called and where they lie. */
  readonly found?: readonly FoundWord[];
  /** The WebAssembly with real atomic instructions; counters only. */
  readonly direct?: Uint8Array;
}
