import { BootError, BootedKernel, type BootOptions, type Death } from '../../targets/booted/booted-kernel.ts';
import type { Installation } from '../../targets/booted/installation.ts';

/** A booted kernel, and another one whenever the last has died. One user at a time: nothing keeps two boots apart. */
export class KernelSession {
  readonly #installation: Installation;
  readonly #options: BootOptions;
  #kernel: BootedKernel | undefined;
  /** Calls off the boot that is under way. */
  #booting: AbortController | undefined;
  #isClosed = false;
  /** How many guests have come up. */
  boots = 0;

  constructor(installation: Installation, options: BootOptions = {}) {
    this.#installation = installation;
    this.#options = options;
  }

  /** The kernel that runs; boots one if there is none. @throws InputError, BootError */
  async kernel(): Promise<BootedKernel> {
    if (this.#isClosed) throw new Error('internal: the kernel session is closed');
    if (this.#kernel) return this.#kernel;
    const booting = new AbortController();
    this.#booting = booting;
    try {
      this.#kernel = await BootedKernel.boot(this.#installation, this.#options, booting.signal);
    } catch (error) {
      throw booting.signal.aborted ? new BootError('the boot was called off', []) : error;
    } finally {
      this.#booting = undefined;
    }
    this.boots++;
    return this.#kernel;
  }

  /**
   * Ends the kernel that runs or boots, if one does: whoever waits for it gets a death, or a BootError. The next is a
   * fresh one. Whoever finds a kernel dead has to call this.
   */
  async end(): Promise<void> {
    this.#booting?.abort();
    const kernel = this.#kernel;
    this.#kernel = undefined;
    await kernel?.stop();
  }

  /** Ends the kernel for good: `kernel` throws from then on. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.end();
  }
}

/** `panic: Kernel panic - not syncing: …`, for one line. An oops comes first: the panic after it names no cause. */
export function deathLine({ how, log }: Death): string {
  const told =
    log.find((line) => /\b(BUG|Oops): /.test(line)) ?? log.find((line) => line.includes('Kernel panic'));
  const line = told?.replace(/^\[ *[\d.]+\] /, '');
  return how === 'hang'
    ? 'hang: the guest made no more progress'
    : `${how}: ${line ?? 'nothing on its console'}`;
}
