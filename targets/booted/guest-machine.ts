import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FILE, readIfThere } from '../subject/read-file.ts';
import { ConsoleLog } from './console-log.ts';
import { type CpioEntry, cpioArchive } from './cpio.ts';
import type { Installation } from './installation.ts';

/** What one run of QEMU is given. */
export interface MachineOptions {
  readonly cpus: number;
  /** What the guest's root file system holds, `/init` among it. */
  readonly files: readonly CpioEntry[];
  /** Added to the kernel's command line. */
  readonly parameters: readonly string[];
  /** Bytes of a file that host and guest share as memory; without it there is none. */
  readonly sharedBytes?: number;
}

/**
 * Runs QEMU ("$@") and ends it when standard input ends. That happens however the process at the other end dies, so no
 * guest is left behind; nor is its folder ($DIR).
 *
 * A shell gives what it runs in the background an empty standard input; hence descriptor 3. The guard takes the folder
 * away before it ends the guest, and the outer shell does so again when the guest has ended: a guest that is only
 * starting may have made a file there after all was removed. SIGTERM ends the guest alone, and leaves the folder.
 */
export const GUARD = `
exec 3<&0
"$@" </dev/null & guest=$!
abandoned=
trap 'abandoned=1' USR1
trap 'kill "$guest"' TERM
(trap - USR1 TERM; read -r _ <&3; kill -USR1 $$; rm -rf -- "$DIR"; kill "$guest" 2>/dev/null) & guard=$!
exec 3<&-
# A signal ends the wait, and not yet the guest.
while :; do
  wait "$guest" 2>/dev/null; status=$?
  kill -0 "$guest" 2>/dev/null || break
done
if [ -n "$abandoned" ]; then wait "$guard"; rm -rf -- "$DIR"; fi
# One that has only just begun may lose any other signal, and would then take the folder of a guest that has ended by itself.
kill -KILL "$guard" 2>/dev/null
exit "$status"
`;

/**
 * A panic ends QEMU: -no-reboot makes an end of the reboot that panic=-1 asks for. An oops is a panic. What the kernel
 * does against faults of processors costs time in a guest that nobody attacks. A hang is for the host to notice, since a
 * guest that races on fewer processors than it believes to have looks hung to itself.
 */
const PARAMETERS =
  'console=ttyS0 panic=-1 oops=panic mitigations=off nokaslr tsc=reliable nowatchdog rcupdate.rcu_cpu_stall_suppress=1 cryptomgr.notests';
/** The guest's RAM. Shared memory is that of a device and comes on top. */
const MEMORY = '256M';
/** Shared memory is not to be written to a disk. */
const MEMORY_FOLDER = '/dev/shm';
/** Characters of QEMU's own errors after which no more chunks are kept. */
const MOST_COMPLAINT = 4096;

/** A virtual machine that runs a kernel, in a temporary folder of its own. */
export class GuestMachine {
  readonly log = new ConsoleLog();
  /** The shared file: there from the start, all zeros. */
  readonly sharedPath: string;
  /** Settles when QEMU has ended, whatever the reason. */
  readonly exited: Promise<void>;
  readonly #folder: string;
  readonly #process: ChildProcess;
  #hasExited = false;
  #complaint = '';

  constructor(installation: Installation, options: MachineOptions) {
    this.#folder = mkdtempSync(join(existsSync(MEMORY_FOLDER) ? MEMORY_FOLDER : tmpdir(), 'refuzz-guest-'));
    this.sharedPath = join(this.#folder, 'shared');
    const initrd = join(this.#folder, 'initrd');
    try {
      writeFileSync(initrd, cpioArchive(options.files));
      closeSync(openSync(this.sharedPath, 'w'));
      truncateSync(this.sharedPath, options.sharedBytes ?? 0);
      const command = [installation.qemu, ...this.#arguments(installation, options, initrd)];
      // A group of its own: Ctrl-C is for refuzz, which then ends the guest.
      this.#process = spawn('/bin/sh', ['-c', GUARD, 'sh', ...command], {
        detached: true,
        env: { ...process.env, DIR: this.#folder },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
    } catch (error) {
      rmSync(this.#folder, { recursive: true, force: true });
      throw error;
    }
    // The guest may have ended before it is told to.
    this.#process.stdin!.on('error', () => {});
    this.#process.stdout!.on('data', (bytes: Buffer) => this.log.add(bytes));
    this.#process.stderr!.on('data', (bytes: Buffer) => {
      if (this.#complaint.length < MOST_COMPLAINT) this.#complaint += bytes.toString();
    });
    this.exited = new Promise((resolve) => {
      this.#process.on('error', (error) => {
        this.#complaint += String(error);
        this.#hasExited = true;
        resolve();
      });
      // Not at 'exit': what the guest wrote last may still be on its way.
      this.#process.on('close', () => {
        this.#hasExited = true;
        resolve();
      });
    });
  }

  get hasExited(): boolean {
    return this.#hasExited;
  }

  /** What QEMU itself had to say, not the guest. */
  get complaint(): string {
    return this.#complaint.trim();
  }

  /** What the guest has written to its second serial port so far; gone after `stop`. */
  report(): string {
    const path = join(this.#folder, 'report');
    return (readIfThere(path, FILE.journal) ?? '').replaceAll('\r', '');
  }

  /** Ends the guest, without a shutdown; what it reported is still there. */
  async end(): Promise<void> {
    this.#process.kill('SIGTERM');
    await this.exited;
  }

  /** Ends the guest and removes what was temporary. */
  async stop(): Promise<void> {
    this.#process.stdin!.end();
    await this.exited;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /**
   * The first -serial is ttyS0, the console, and the second ttyS1. Without thread=multi one thread of the host would
   * run all virtual processors in turn, and no two accesses would ever be made at the same time.
   */
  #arguments({ image, accel }: Installation, options: MachineOptions, initrd: string): string[] {
    const parameters = [PARAMETERS, ...options.parameters].join(' ');
    const shared =
      options.sharedBytes === undefined
        ? []
        : [
            [
              '-object',
              `memory-backend-file,id=shared,share=on,size=${options.sharedBytes},mem-path=${this.sharedPath}`,
            ],
            ['-device', 'ivshmem-plain,memdev=shared'],
          ];
    return [
      ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
      ['-machine', 'pc', '-m', MEMORY, '-smp', String(options.cpus)],
      accel === 'kvm' ? ['-accel', 'kvm', '-cpu', 'host'] : ['-accel', 'tcg,thread=multi'],
      ['-kernel', image, '-initrd', initrd, '-append', parameters],
      ['-serial', 'stdio'],
      ['-chardev', `file,id=report,path=${join(this.#folder, 'report')}`, '-serial', 'chardev:report'],
      ...shared,
    ].flat();
  }
}
