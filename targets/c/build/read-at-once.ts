/** What the package asks of a response. */
class ReadFile {
  readonly #bytes: Uint8Array<ArrayBuffer>;

  /** Also of what `body.pipeThrough` gave, which is the same bytes. */
  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /** Progress, which is all that the package pipes it through, is of interest to nobody. */
  get body(): { pipeThrough(): Uint8Array<ArrayBuffer> } {
    return { pipeThrough: () => this.#bytes };
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const { buffer, byteOffset, byteLength } = this.#bytes;
    return byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
  }
}

/** What the types of Node leave out. */
const wasm = WebAssembly as unknown as {
  compile(bytes: Uint8Array): Promise<object>;
  compileStreaming(response: unknown): Promise<object>;
};

/**
 * Does what makes responses of files, as `@yowasp/clang` does of a hundred megabytes to load itself, and has each file come
 * as the bytes that were read. A stream would copy them twice, chunk by chunk, and takes a third of the processor time of a
 * first compilation.
 *
 *     new Response(bytes) ─▶ body.pipeThrough(…) ─▶ new Response(…) ─▶ compileStreaming, arrayBuffer
 *
 * Everything on this thread has these responses meanwhile: call it on one that does nothing else.
 */
export async function readAtOnce<R>(load: () => Promise<R>): Promise<R> {
  const { Response } = globalThis;
  const { compileStreaming } = wasm;
  Object.assign(globalThis, { Response: ReadFile });
  wasm.compileStreaming = (response) => wasm.compile((response as ReadFile).bytes);
  try {
    return await load();
  } finally {
    Object.assign(globalThis, { Response });
    wasm.compileStreaming = compileStreaming;
  }
}
