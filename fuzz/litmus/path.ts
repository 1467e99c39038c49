import type {
  Check,
  Domain,
  Fence,
  MemoryEvent,
  Operand,
  ReadEvent,
  WriteEvent,
  Written,
} from '../memory/event.ts';

/** A thread up to some statement, with every branch so far decided. It is never changed; what comes next makes another. */
export interface Path {
  readonly events: readonly MemoryEvent[];
  readonly checks: readonly Check[];
  readonly registers: ReadonlyMap<string, Operand>;
  /** The reads that decided the branches within which it stands now. As in LKMM, a branch decides nothing behind its end. */
  readonly control: readonly number[];
  /** Where the `rcu_read_lock`s stand that are not given back. */
  readonly sections: readonly number[];
}

/** A path, and what an expression is there. */
export interface Valued {
  readonly path: Path;
  readonly value: Operand;
}

/*
 * Paths are made by the functions below and never changed. Two ways on from one `if` share all that comes before it, and an op
 * that may fail makes two paths of one without asking who else holds it.
 */

/** Nothing is done yet. */
export function emptyPath(registers: ReadonlyMap<string, Operand>): Path {
  return { events: [], checks: [], registers, control: [], sections: [] };
}

/** Goes on with one event. */
export function withEvent(path: Path, event: MemoryEvent): Path {
  return { ...path, events: [...path.events, event] };
}

/** Goes on with a fence. */
export function withFence(path: Path, fence: Fence, at: Written): Path {
  return withEvent(path, { kind: 'fence', fence, at });
}

/** Goes on with a read; the value is what it reads. */
export function withRead(
  path: Path,
  address: Operand,
  order: ReadEvent['order'],
  at: Written,
  more: Partial<Pick<ReadEvent, 'takesLock' | 'isNoReturn' | 'isAtomic'>> = {},
): Valued {
  const place = path.events.length;
  const usual = { takesLock: false, isNoReturn: false, isAtomic: false };
  const event: ReadEvent = { kind: 'read', order, address, ...usual, at, ...more };
  return { path: withEvent(path, event), value: { reads: [place], of: (value) => value(place) } };
}

/** Goes on with a write. */
export function withWriteOf(
  path: Path,
  address: Operand,
  value: Operand,
  order: WriteEvent['order'],
  at: Written,
  more: Partial<Pick<WriteEvent, 'of' | 'lock'>> = {},
): Path {
  return withEvent(path, {
    kind: 'write',
    order,
    address,
    value,
    control: path.control,
    of: undefined,
    lock: undefined,
    at,
    ...more,
  });
}

/** Goes on where something holds of what was read. */
export function withCheck(path: Path, value: Operand, holds: (value: number) => boolean): Path {
  const check: Check = { reads: value.reads, holds: (read) => holds(value.of(read)) };
  return { ...path, checks: [...path.checks, check] };
}

/** The value of something that is computed from others. */
export function computed(parts: readonly Operand[], of: (...values: number[]) => number): Operand {
  const reads = [...new Set(parts.flatMap((part) => part.reads))];
  return { reads, of: (value) => of(...parts.map((part) => part.of(value))) };
}

/** Goes on with `rcu_read_lock` or `srcu_read_lock`. */
export function withEnter(path: Path, domain: Domain, at: Written): Path {
  return withEvent(path, { kind: 'enter', domain, of: undefined, at });
}

/** Goes on with the end of the section that begins at a place. */
export function withLeave(path: Path, domain: Domain, of: number | undefined, at: Written): Path {
  return withEvent(path, { kind: 'leave', domain, of, at });
}
