import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { asked } from '../../targets/subject/read-file.ts';

/** Milliseconds between two tries to write to what is full. */
const RETRY = 10;
/** Bytes that wait for a reader. A campaign of days says less; what comes after them is dropped. */
const MOST_WAITING = 64 << 20;

/**
 * One of the two descriptors to which the command line writes. Texts are written at once, so that nothing is lost at the
 * end, and whatever becomes of them the work goes on.
 *
 *     EPIPE                nobody reads any more (`| head`): later texts are dropped
 *     EAGAIN               the reader is slow: what is left waits for it, and this thread does not
 *     ENOSPC, EIO, others  this text is lost, and `failure` says why; later ones are tried
 */
export class Output {
  readonly #descriptor: number;
  /** A way to it that does not block; opened with the first text. */
  #way: number | undefined;
  #isDeaf = false;
  #failure: string | undefined;
  #waiting: Buffer[] = [];
  #bytes = 0;
  #wake: () => void = () => {};

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Why a text was lost: a code of the system, `ENOSPC`. Not for readers that have gone away, who wanted no more. */
  get failure(): string | undefined {
    return this.#failure;
  }

  write(text: string): void {
    if (this.#isDeaf) return;
    const bytes = Buffer.from(text);
    if (this.#bytes + bytes.length > MOST_WAITING) {
      this.#failure ??= 'EAGAIN';
      return;
    }
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    // Who waits already is in the queue behind a timer.
    if (this.#waiting.length === 1) this.#flush();
  }

  /** Resolved when nothing waits for a reader any more. */
  async drained(): Promise<void> {
    while (this.#waiting.length > 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #flush(): void {
    while (this.#waiting.length > 0) {
      const [bytes] = this.#waiting as [Buffer];
      const { written, code } = this.#try(bytes);
      this.#bytes -= written;
      if (code === 'EAGAIN') {
        this.#waiting[0] = bytes.subarray(written);
        setTimeout(() => this.#flush(), RETRY);
        return;
      }
      if (code === 'EPIPE') this.#isDeaf = true;
      else if (code !== undefined) this.#failure = code;
      this.#bytes -= bytes.length - written;
      this.#waiting.shift();
      if (this.#isDeaf) this.#waiting = [];
    }
    this.#wake();
  }

  #try(bytes: Buffer): { readonly written: number; readonly code?: string } {
    this.#way ??= unblocked(this.#descriptor);
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.#way, bytes, written);
      return { written };
    } catch (error) {
      return { written, code: (error as NodeJS.ErrnoException).code ?? String(error) };
    }
  }
}

/**
 * A pipe that is full would hold the whole process, and with it every signal. To set it not to block is not ours: it is
 * shared with whoever else writes to it. Opened once more it is a descriptor of our own, where the system has such names.
 */
function unblocked(descriptor: number): number {
  try {
    const isPipe = asked(() => fstatSync(descriptor)).isFIFO();
    if (!isPipe && !isatty(descriptor)) return descriptor;
    const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
    return openSync(`/proc/self/fd/${descriptor}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    return descriptor;
  }
}
