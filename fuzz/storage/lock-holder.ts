import { readlinkSync, type Stats, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { readIfThere } from '../../targets/subject/read-file.ts';
import { parsedJson } from './stored-json.ts';

/** Who holds a lock: enough to tell whether it still runs, also when its number has been given to another process. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, in the kernel's own count; absent where that is not known. */
  readonly since?: string;
  /** Of the kernel that it runs on, another after each boot; and of its numbering of processes (a container has its own). */
  readonly boot?: string;
  readonly pidNamespace?: string;
  /** When it took the lock, for people. It touches the lock every `BEAT` from then on; absent in those of 0.4. */
  readonly at?: string;
}

/** Milliseconds between two signs of a holder. */
export const BEAT = 10_000;
/** Milliseconds after its last sign from which a holder that cannot be looked up counts as gone. */
const SILENT = 60_000;

/** This process, as a holder. @param at see `Holder` */
export function ownHolder(at: string): Holder {
  const own = { since: statusOf(process.pid)?.since, boot: bootId(), pidNamespace: pidNamespace() };
  const known = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return { pid: process.pid, host: hostname(), ...known, at };
}

/** @returns undefined for a text that names no process */
export function parsedHolder(text: string): Holder | undefined {
  const holder = parsedJson(text) as Partial<Holder> | null | undefined;
  const isHolder = Number.isInteger(holder?.pid) && typeof holder?.host === 'string';
  return isHolder ? (holder as Holder) : undefined;
}

/**
 * Whether a holder still runs, other than this process: one process does not lock itself out.
 *
 *     same kernel, same numbers of processes    looked up: gone, a zombie, another one with its number, or alive
 *     another machine, another container        by its last sign: alive for a minute after it
 *     the same, of refuzz 0.4, without signs    believed
 *
 * @param silence milliseconds since its last sign, by the clock of the file system
 */
export function isAlive(holder: Holder, silence: number): boolean {
  if (!canLookUp(holder)) return holder.at === undefined || silence < SILENT;
  if (holder.pid === process.pid) return false;
  const { since, pid } = holder;
  const status = statusOf(pid);
  if (status === undefined) return statusOf(process.pid) === undefined && answersSignals(pid);
  // A zombie has ended, and waits for a parent that may never ask.
  return status.isRunning && (since === undefined || status.since === since);
}

/** Milliseconds since a file was written to. @param now as `mtimeMs` of a file that was written just now beside it */
export function silenceOf(file: string, now: number): number {
  const found: Stats | undefined = statSync(file, { throwIfNoEntry: false });
  return found ? Math.max(0, now - found.mtimeMs) : Number.POSITIVE_INFINITY;
}

/** `process 4711 on elsewhere, since 2026-11-30T04:50:00.000Z, last sign 12 s ago`. @param silence milliseconds */
export function holderText({ pid, host, at }: Holder, silence: number): string {
  const where = host === hostname() ? '' : ` on ${host}`;
  const sign = Number.isFinite(silence) ? `, last sign ${Math.round(silence / 1000)} s ago` : '';
  return `process ${pid}${where}${at === undefined ? '' : `, since ${at}${sign}`}`;
}

/** Whether its number means here what it means to the holder. */
function canLookUp({ host, boot, pidNamespace: namespace }: Holder): boolean {
  if (boot === undefined) return host === hostname();
  return boot === bootId() && namespace === pidNamespace();
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** @returns undefined where there is no such process, or no /proc */
function statusOf(
  pid: number,
): { readonly isRunning: boolean; readonly since: string | undefined } | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name of the program, in brackets, may hold spaces. The state is the first field after it, the start the 20th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { isRunning: !['Z', 'X', 'x'].includes(fields[0]!), since: fields[19] };
}

function bootId(): string | undefined {
  return textOf('/proc/sys/kernel/random/boot_id')?.trim();
}

function pidNamespace(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readIfThere(path);
  } catch {
    return undefined;
  }
}
