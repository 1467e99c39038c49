import { basename } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { InputError } from '../subject/input-error.ts';
import { FILE, readBytes } from '../subject/read-file.ts';
import { baseFiles } from './booted-kernel.ts';
import type { CpioEntry } from './cpio.ts';
import { GuestMachine } from './guest-machine.ts';
import type { Installation } from './installation.ts';

/** What came of inserting a module. */
export interface LoadedModule {
  readonly path: string;
  /** insmod's exit code; undefined when the guest did not come so far, or did not come back from it. */
  readonly exitCode: number | undefined;
  /** What insmod said, and then what the kernel logged, without time stamps. */
  readonly log: readonly string[];
}

/** What one boot came to. */
export interface LoadEnd {
  readonly modules: readonly LoadedModule[];
  /** How the guest ended, if not by itself: with the last lines of its console. */
  readonly failure: { readonly how: 'panic' | 'hang' | 'exit'; readonly log: readonly string[] } | undefined;
}

/** How the guest is booted, and how long it may keep silent. */
export interface LoadOptions {
  readonly cpus: number;
  /** Milliseconds without a word from the guest, after which it is ended; after ten times as long it is in any case. */
  readonly patience: number;
}

/** Begins the lines of the report that the script wrote itself. */
const MARK = '@refuzz';
/** Of the console, for a failure. */
const LAST_LINES = 60;
/** Patiences after which a guest is ended, however much it has to say. */
const MOST_TURNS = 10;

/**
 * Boots a kernel, inserts modules one after another, and returns what the kernel logged at each. A WARN_ONCE warns again
 * in the next module: the kernel is asked to forget (/sys/kernel/debug/clear_warn_once). Modules are removed if possible.
 *
 * @param paths on the host; all go into one root file system, numbered, as names may be equal
 * @throws InputError for a file that cannot be read
 */
export async function loadModules(
  installation: Installation,
  paths: readonly string[],
  { cpus, patience }: LoadOptions,
): Promise<LoadEnd> {
  const machine = new GuestMachine(installation, {
    cpus,
    files: [...baseFiles(installation.busybox, script(paths)), ...paths.map(moduleFile)],
    parameters: ['printk.time=0', 'ignore_loglevel'],
  });
  let isHung = false;
  let heard = -1;
  let turns = 0;
  const timer = setInterval(() => {
    // One that floods the console has a word all the time.
    isHung = machine.log.bytes === heard || ++turns === MOST_TURNS;
    heard = machine.log.bytes;
    if (isHung) void machine.end();
  }, patience);
  try {
    await machine.exited;
    return endOf(paths, machine, isHung);
  } finally {
    clearInterval(timer);
    await machine.stop();
  }
}

function moduleFile(path: string, at: number): CpioEntry {
  const bytes = readBytes(path, FILE.binary);
  // What insmod says of it would take a boot to learn.
  if (Buffer.from(bytes).toString('latin1', 0, 4) !== '\x7fELF')
    throw new InputError(path, 'is no kernel module');
  return { kind: 'file', path: `${at}.ko`, bytes, isProgram: false };
}

/**
 * For each module a part on the second serial port: a line with its number, what insmod said, its exit code, the log.
 *
 *     @refuzz module 0
 *     insmod: can't insert '/0.ko': invalid module format
 *     @refuzz exit 1
 *     hello: disagrees about version of symbol module_layout
 *     @refuzz end
 *
 * `dmesg -c` first, so that a log begins with the module's own lines, and not with the boot or the module before. The
 * console is not read for that: a module may flood it, and others write there as well.
 */
function script(paths: readonly string[]): string {
  const parts = paths.map((path, at) => {
    const name = basename(path, '.ko').replaceAll(/[^A-Za-z0-9]/g, '_');
    return `
busybox dmesg -c >/dev/null
echo ${MARK} module ${at}
busybox insmod /${at}.ko 2>&1
echo ${MARK} exit $?
busybox rmmod ${name} 2>/dev/null
busybox dmesg -c
echo 1 >/sys/kernel/debug/clear_warn_once`;
  });
  return `#!/bin/busybox sh
export PATH=/bin
busybox mount -t devtmpfs dev /dev
busybox mount -t proc proc /proc
busybox mount -t sysfs sys /sys
busybox mount -t debugfs debug /sys/kernel/debug
busybox stty -F /dev/ttyS1 raw
exec >/dev/ttyS1
${parts.join('\n')}
echo ${MARK} end
busybox sync
busybox poweroff -f
`;
}

/** A report without its last line is one of a guest that went down; modules that it lacks were not reached. */
function endOf(paths: readonly string[], machine: GuestMachine, isHung: boolean): LoadEnd {
  const report = machine.report();
  const parts = new Map<number, LoadedModule>();
  for (const part of report.split(`${MARK} module `).slice(1)) {
    const [number, ...lines] = part.split('\n');
    const at = Number(number);
    const exit = lines.findIndex((line) => line.startsWith(`${MARK} exit `));
    const log = lines.filter((line) => line !== '' && !line.startsWith(MARK));
    const exitCode = exit < 0 ? undefined : Number(lines[exit]!.slice(`${MARK} exit `.length));
    parts.set(at, { path: paths[at]!, exitCode, log });
  }
  const modules = paths.map((path, at) => parts.get(at) ?? { path, exitCode: undefined, log: [] });
  if (report.includes(`${MARK} end`)) return { modules, failure: undefined };
  const log = [...machine.log.tail(LAST_LINES), ...(machine.complaint === '' ? [] : [machine.complaint])];
  const isPanic = log.some((line) => line.includes('Kernel panic'));
  return { modules, failure: { how: isHung ? 'hang' : isPanic ? 'panic' : 'exit', log } };
}
