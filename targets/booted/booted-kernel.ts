import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { clearInterval, setInterval } from 'node:timers';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { warningText } from '../c/recorded/warning-text.ts';
import { FILE, readBytes } from '../subject/read-file.ts';
import { BOOTED_OPS, type BootedFamily, type BootedOp } from './booted-ops.ts';
import type { CpioEntry } from './cpio.ts';
import { GuestMachine } from './guest-machine.ts';
import { type GuestModule, guestModule } from './guest-module.ts';
import type { Installation } from './installation.ts';
import * as protocol from './protocol.ts';

/** How a guest is booted, and how long it may keep silent. */
export interface BootOptions {
  /** Virtual processors. Default: 2 */
  readonly cpus?: number;
  /** Milliseconds; a guest that is not up after two of these is given up, see `#wait`. Default: 120000 */
  readonly bootPatience?: number;
  /** Milliseconds; a guest counts as hung after one to two of these without progress. Default: 30000 */
  readonly patience?: number;
}

/** How a guest came to its end. */
export interface Death {
  /** `exit`: it was gone, and its console does not say why. */
  readonly how: 'panic' | 'oops' | 'hang' | 'exit';
  /** How far the guest was: the number of a program of the batch, or how many cells the race had gone through. */
  readonly progress: number;
  /** The last lines of its console. */
  readonly log: readonly string[];
}

/** What a request led to. */
export type Reply =
  /** @property nanoseconds what the request took in the guest */
  | { readonly kind: 'answer'; readonly status: number; readonly nanoseconds: number }
  | { readonly kind: 'died'; readonly death: Death };

/** A guest that never came to run our module. */
export class BootError extends Error {
  override readonly name = 'BootError';
  readonly log: readonly string[];

  constructor(message: string, log: readonly string[]) {
    super(message);
    this.log = log;
  }
}

/** The fewest on which two threads are at a word at the same time. */
const CPUS = 2;
const BOOT_PATIENCE = 120_000;
/** A guest on a busy host may have to wait for many seconds until its turn comes. */
const PATIENCE = 30_000;
/** Of the console, for a death or a failed boot. */
const LOG_LINES = 60;
/** Looks at the mailbox without a pause, before there is one of a millisecond between two. */
const EAGER_LOOKS = 50;

/** A kernel that has been booted, with our module in it. One request at a time. */
export class BootedKernel {
  /** Those that the kernel has. */
  readonly ops: readonly BootedOp[];
  readonly #machine: GuestMachine;
  readonly #file: number;
  readonly #patience: number;
  /** The header below its texts (256 bytes, up to RELEASE_AT), as it was at the last look. */
  readonly #header = new Int32Array(64);
  /** By code of a warning; 0 is none. The guest never changes a text that it has given a code, so each is read once. */
  readonly #texts: (readonly string[])[] = [[]];
  /** Of the last request. Counts from 1: 0 is what shared memory begins with. */
  #number = 0;
  #isOpen = true;

  /**
   * Builds the module if need be, and boots.
   *
   * @param signal calls it off
   * @throws InputError when the module cannot be built; BootError when the guest does not come up
   */
  static async boot(
    installation: Installation,
    options: BootOptions = {},
    signal?: AbortSignal,
  ): Promise<BootedKernel> {
    const module = await guestModule(installation, signal);
    const machine = new GuestMachine(installation, {
      cpus: options.cpus ?? CPUS,
      files: rootFiles(installation, module),
      parameters: ['quiet'],
      sharedBytes: protocol.MAILBOX_BYTES,
    });
    const kernel = new BootedKernel(machine, module, options.patience ?? PATIENCE);
    // Whoever waits for a guest that has ended hears of it.
    signal?.addEventListener('abort', () => void kernel.stop(), { once: true });
    try {
      await kernel.#comeUp(options.bootPatience ?? BOOT_PATIENCE);
      return kernel;
    } catch (error) {
      await kernel.stop();
      throw error;
    }
  }

  private constructor(machine: GuestMachine, module: GuestModule, patience: number) {
    this.#machine = machine;
    this.#patience = patience;
    this.ops = module.ops;
    this.#file = openSync(machine.sharedPath, 'r+');
    // QEMU runs already, but some seconds pass before a kernel inserts the module, which checks both words.
    this.#write(protocol.Word.VERSION, [protocol.PROTOCOL_VERSION]);
    this.#write(protocol.Word.MAGIC, [protocol.MAGIC]);
  }

  /** As uname says it. */
  get release(): string {
    return this.#text(protocol.RELEASE_AT);
  }

  get cpus(): number {
    return this.#header[protocol.Word.CPUS]!;
  }

  /** The number of an op for a request. @returns undefined for one that this kernel does not have */
  opNumber(family: BootedFamily, name: string): number | undefined {
    const op = this.ops.find((one) => one.family === family && one.name === name);
    return op && BOOTED_OPS.indexOf(op);
  }

  /**
   * Hands the guest a request and waits for the answer; `read` and `argument` show it until the next request.
   *
   *     host     request…  PROGRESS 0  ARGUMENTS…  COMMAND 2  REQUEST 7
   *     guest                                                            answer…  STATUS 0  ELAPSED…  ANSWER 7
   *
   * The numbers come last on both sides: whoever sees one may rely on all that was written before it.
   *
   * @param words the command's arguments, by the places that `SEQUENTIAL` and `RACE` give them
   * @param request what follows the header, one after another without gaps
   * @returns `died` when the guest ended or hung; then only `stop` is of use
   */
  async ask(command: number, words: readonly number[], request: readonly ArrayBufferView[]): Promise<Reply> {
    let at = protocol.REQUEST_AT;
    for (const { buffer, byteOffset, byteLength } of request) {
      writeSync(this.#file, new Uint8Array(buffer, byteOffset, byteLength), 0, byteLength, at);
      at += byteLength;
    }
    this.#write(protocol.Word.PROGRESS, [0]);
    this.#write(protocol.Word.ARGUMENTS, words);
    this.#write(protocol.Word.COMMAND, [command]);
    const number = ++this.#number;
    this.#write(protocol.Word.REQUEST, [number]);
    const isDone = await this.#wait(() => this.#header[protocol.Word.ANSWER] === number, this.#patience);
    if (isDone !== true) return { kind: 'died', death: this.#death(isDone) };
    const [low, high] = [this.#header[protocol.Word.ELAPSED_LOW]!, this.#header[protocol.Word.ELAPSED_HIGH]!];
    // The header holds signed words; the sum is exact for a hundred days.
    return {
      kind: 'answer',
      status: this.#header[protocol.Word.STATUS]!,
      nanoseconds: (low >>> 0) + high * 2 ** 32,
    };
  }

  /** Part of the last answer. @param into its length says how much @param offset in bytes, from where answers begin */
  read<T extends Int32Array | Uint8Array>(into: T, offset: number): T {
    const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
    readSync(this.#file, bytes, 0, bytes.length, protocol.ANSWER_AT + offset);
    return into;
  }

  /** A word of the last answer that stands among the arguments. */
  argument(index: number): number {
    return this.#header[protocol.Word.ARGUMENTS + index]!;
  }

  /** The texts that a code of a warning stands for, as models have them. */
  warningTexts(code: number): readonly string[] {
    if (code === protocol.WARNED_TWICE) return WARNED_TWICE;
    const known = this.#texts[code];
    if (known) return known;
    const texts = [warningText(this.#text(protocol.TEXTS_AT + (code - 1) * protocol.TEXT_BYTES))];
    this.#texts[code] = texts;
    return texts;
  }

  /** Ends the guest and removes all that was temporary. May be called again, and while somebody waits. */
  async stop(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#machine.stop();
    closeSync(this.#file);
  }

  async #comeUp(patience: number): Promise<void> {
    const state = () => this.#header[protocol.Word.STATE]!;
    const isDone = await this.#wait(() => state() !== protocol.State.ABSENT, patience);
    if (isDone === true && state() === protocol.State.READY) return;
    const log = this.#machine.log.tail(LOG_LINES);
    if (isDone === true) throw new BootError(`the guest: ${this.#text(protocol.FAILURE_AT)}`, log);
    if (isDone === 'hang') throw new BootError('the guest did not boot in time', log);
    const why = this.#machine.complaint.split('\n').slice(-5).join('\n');
    throw new BootError(why === '' ? 'the guest ended while it booted' : `QEMU: ${why}`, log);
  }

  /**
   * Looks at the header until it shows what is waited for.
   *
   * A guest is hung when PROGRESS is the same at two ticks of the timer: one to two patiences after its last progress.
   * A boot makes none, so it has two.
   *
   * @returns true once the header shows it; else how the guest failed
   */
  async #wait(isDone: () => boolean, patience: number): Promise<true | 'exit' | 'hang'> {
    let before = -1;
    let isHung = false;
    const timer = setInterval(() => {
      const now = this.#word(protocol.Word.PROGRESS);
      isHung = now === before;
      before = now;
    }, patience);
    try {
      for (let looks = 0; ; looks++) {
        // In this order: an answer may be the last that a guest does.
        const hasExited = this.#machine.hasExited;
        this.#look();
        if (isDone()) return true;
        if (hasExited) return 'exit';
        if (isHung) return 'hang';
        await (looks < EAGER_LOOKS ? setImmediate() : setTimeout(1));
      }
    } finally {
      clearInterval(timer);
    }
  }

  #death(how: 'exit' | 'hang'): Death {
    const log = this.#machine.log.tail(LOG_LINES);
    const text = log.join('\n');
    const progress = this.#word(protocol.Word.PROGRESS);
    if (how === 'hang') return { how, progress, log };
    // Before the panic: `oops=panic` makes an oops end in one, so such a console holds both.
    if (/\b(BUG|Oops): /.test(text)) return { how: 'oops', progress, log };
    return { how: text.includes('Kernel panic') ? 'panic' : 'exit', progress, log };
  }

  /** Whoever waits while the guest is stopped still gets an answer. */
  #look(): void {
    if (!this.#isOpen) return;
    readSync(this.#file, new Uint8Array(this.#header.buffer), 0, this.#header.byteLength, 0);
  }

  #word(index: number): number {
    this.#look();
    return this.#header[index]!;
  }

  #text(at: number): string {
    if (!this.#isOpen) return '';
    const bytes = Buffer.alloc(protocol.TEXT_BYTES);
    readSync(this.#file, bytes, 0, bytes.length, at);
    const end = bytes.indexOf(0);
    return bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
  }

  #write(index: number, words: readonly number[]): void {
    const bytes = new Uint8Array(Int32Array.from(words).buffer);
    writeSync(this.#file, bytes, 0, bytes.length, index * 4);
  }
}

/** A code has one byte for an op, so which texts these were is not known. No model has this text: it always differs. */
const WARNED_TWICE: readonly string[] = ['more than one warning'];

/** The first process must not end, or the kernel panics: so it sleeps while the module's own thread works. */
function rootFiles({ busybox }: Installation, { bytes }: GuestModule): CpioEntry[] {
  const init =
    '#!/bin/busybox sh\n/bin/busybox insmod /refuzz.ko\nwhile :; do /bin/busybox sleep 1000; done\n';
  return [...baseFiles(busybox, init), { kind: 'file', path: 'refuzz.ko', bytes, isProgram: false }];
}

/**
 * A root file system in which a script runs as the first process.
 *
 * @param busybox a path on the host, of a statically linked one: the guest has no libraries
 * @param init the script, its first line being #!/bin/busybox sh
 */
export function baseFiles(busybox: string, init: string): CpioEntry[] {
  return [
    { kind: 'folder', path: 'dev' },
    { kind: 'device', path: 'dev/console', major: 5, minor: 1 },
    { kind: 'folder', path: 'proc' },
    { kind: 'folder', path: 'sys' },
    { kind: 'folder', path: 'bin' },
    { kind: 'file', path: 'bin/busybox', bytes: readBytes(busybox, FILE.binary), isProgram: true },
    { kind: 'file', path: 'init', bytes: Buffer.from(init), isProgram: true },
  ];
}
