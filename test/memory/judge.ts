import { Algebra, type Relation } from './relations.ts';
import type { Instruction, SmallProgram } from './small-language.ts';

/*
 * A judge of small programs by the axioms of the kernel's memory model: it makes every candidate (which write each read
 * takes, how the writes of a word follow each other) and keeps those that no axiom forbids. It knows nothing of how
 * refuzz explores.
 */

/** An event, tagged as linux-kernel.bell has it. */
interface Event {
  thread: number;
  kind: 'R' | 'W' | 'F';
  tags: readonly string[];
  word?: string;
  /** Of a write. */
  value?: (read: (register: string) => number) => number;
  /** Of a read: where it goes, and what it must find. */
  to?: string;
  finds?: (value: number) => boolean;
  address?: readonly number[];
  data?: readonly number[];
  control?: readonly number[];
  /** Of the write of a read-modify-write: its read. */
  of?: number;
}

interface Trace {
  events: Event[];
  /** Which read a register is from. */
  registers: Map<string, number>;
  guards: { register: number; isTaken: boolean }[];
}

/** The ways of a thread, events numbered from 0. */
function tracesOf(instructions: readonly Instruction[], thread: number): Trace[] {
  let traces: Trace[] = [{ events: [], registers: new Map(), guards: [] }];
  for (const one of instructions) traces = traces.flatMap((trace) => after(trace, one, thread));
  return traces;
}

function after(trace: Trace, one: Instruction, thread: number): Trace[] {
  const at = trace.events.length;
  const register = (name: string | undefined) => (name === undefined ? [] : [trace.registers.get(name)!]);
  const go = (
    events: Omit<Event, 'thread'>[],
    to?: { name: string; place: number },
    guards: Trace['guards'] = [],
  ) => ({
    events: [...trace.events, ...events.map((event) => ({ thread, ...event }))],
    registers: to ? new Map(trace.registers).set(to.name, to.place) : trace.registers,
    guards: [...trace.guards, ...guards],
  });
  switch (one.op) {
    case 'load':
      return [
        go([{ kind: 'R', tags: [one.order], word: one.word, address: register(one.address), to: one.to }], {
          name: one.to,
          place: at,
        }),
      ];
    case 'store': {
      const store: Omit<Event, 'thread'> = {
        kind: 'W',
        tags: [one.order],
        word: one.word,
        value: () => one.value,
        address: register(one.address),
        data: register(one.data),
        control: register(one.control),
      };
      if (one.control === undefined) return [go([store])];
      const guard = trace.registers.get(one.control)!;
      return [
        go([store], undefined, [{ register: guard, isTaken: true }]),
        go([], undefined, [{ register: guard, isTaken: false }]),
      ];
    }
    case 'xchg':
      return [go(...update(at, one.word, one.order, one.to, () => one.value))];
    case 'inc':
      return [
        go([
          { kind: 'R', tags: ['noreturn', 'rmw'], word: one.word, to: `inc${at}` },
          {
            kind: 'W',
            tags: ['once', 'rmw'],
            word: one.word,
            value: (read) => read(`${at}`) + 1,
            data: [at],
            of: at,
          },
        ]),
      ];
    case 'cmpxchg': {
      const [events, to] = update(at, one.word, one.order, one.to, () => one.value);
      const isRead = (event: Omit<Event, 'thread'>) => event.kind === 'R';
      const done = events.map((event) =>
        isRead(event) ? { ...event, finds: (value: number) => value === one.expected } : event,
      );
      const failed: Omit<Event, 'thread'> = {
        kind: 'R',
        tags: ['once', 'rmw'],
        word: one.word,
        to: one.to,
        finds: (value) => value !== one.expected,
      };
      return [go(done, to), go([failed], { name: one.to, place: at })];
    }
    case 'fence':
      return [go([{ kind: 'F', tags: [one.name] }])];
    case 'lock':
      return [
        go([
          { kind: 'R', tags: ['acquire', 'LKR'], word: one.word, finds: (value) => value === 0 },
          { kind: 'W', tags: ['once', 'LKW'], word: one.word, value: () => 1, of: at },
        ]),
      ];
    case 'unlock':
      return [go([{ kind: 'W', tags: ['release', 'UL'], word: one.word, value: () => 0 }])];
    default:
      return [go([{ kind: 'F', tags: [one.op] }])];
  }
}

type Update = [Omit<Event, 'thread'>[], { name: string; place: number }];

function update(at: number, word: string, order: string, to: string, value: () => number): Update {
  const isFull = order === 'full';
  const place = isFull ? at + 1 : at;
  const fence = { kind: 'F' as const, tags: ['mb'] };
  const read: Omit<Event, 'thread'> = {
    kind: 'R',
    tags: [order === 'acquire' ? 'acquire' : 'once', 'rmw'],
    word,
    to,
  };
  const write: Omit<Event, 'thread'> = {
    kind: 'W',
    tags: [order === 'release' ? 'release' : 'once', 'rmw'],
    word,
    value,
    of: place,
  };
  return [isFull ? [fence, read, write, fence] : [read, write], { name: to, place }];
}

export interface Verdict {
  /** Each state in which a program can end, as text. */
  states: Set<string>;
  /** How many executions there are. */
  executions: number;
  /** Whether plain accesses race in one of them. */
  isRace: boolean;
}

/** The most events of a program: a row of a relation is a number of 32 bits. */
export const MOST_EVENTS = 31;

/** What of the axioms' executions is asked for. */
export interface Asked {
  /**
   * Those alone in which accesses and barriers can be put in one order that program order, reads-from and coherence agree with,
   * and a barrier tells those behind it in that order what came before it.
   */
  readonly isInOrder?: boolean;
  /** Every write waits for each earlier read of its thread, as if it stood behind branches on all of them. */
  readonly areDependent?: boolean;
}

/** Everything that the axioms allow; undefined of a program with too many events. */
export function judge(
  program: SmallProgram,
  observed: readonly string[],
  asked: Asked = {},
): Verdict | undefined {
  const verdict: Verdict = { states: new Set(), executions: 0, isRace: false };
  const choices = program.threads.map((instructions, thread) => tracesOf(instructions, thread));
  const longest = choices.map((traces) => Math.max(...traces.map(({ events }) => events.length)));
  if (longest.reduce((sum, one) => sum + one, program.words.length) > MOST_EVENTS) return undefined;
  for (const traces of product(choices)) judgeTraces(program, traces, observed, verdict, asked);
  return verdict;
}

function* product<T>(lists: readonly (readonly T[])[]): Generator<T[]> {
  const [first, ...rest] = lists;
  if (!first) yield [];
  else for (const one of first) for (const others of product(rest)) yield [one, ...others];
}

/** Candidates of one choice of traces. Events are numbered anew: first what the words hold at first, then thread by thread. */
function judgeTraces(
  { words }: SmallProgram,
  traces: readonly Trace[],
  observed: readonly string[],
  verdict: Verdict,
  asked: Asked,
): void {
  const events: Event[] = words.map((word) => ({
    thread: -1,
    kind: 'W',
    tags: ['init'],
    word,
    value: () => 0,
  }));
  const registers = new Map<string, number>();
  const guards: Trace['guards'] = [];
  for (const [thread, trace] of traces.entries()) {
    const base = events.length;
    const moved = (all?: readonly number[]) => all?.map((one) => one + base);
    for (const [name, place] of trace.registers) registers.set(`${thread}:${name}`, place + base);
    for (const guard of trace.guards) guards.push({ ...guard, register: guard.register + base });
    for (const event of trace.events)
      events.push({
        ...event,
        ...(event.address && { address: moved(event.address)! }),
        ...(event.data && { data: moved(event.data)! }),
        ...(event.control && { control: moved(event.control)! }),
        ...(event.of !== undefined && { of: event.of + base }),
      });
  }
  const axioms = new Axioms(events, asked);
  for (const chosen of product(words.map((_, word) => coherent(events, word)))) {
    const rf = new Map(chosen.flatMap((one) => [...one.rf]));
    const values = valuesOf(events, rf);
    if (!values) continue;
    if (events.some((event, i) => event.finds?.(values[i]!) === false)) continue;
    if (guards.some(({ register, isTaken }) => (values[register] !== 0) !== isTaken)) continue;
    const orders = chosen.map((one) => one.order);
    const allowed = axioms.allow(rf, orders);
    if (!allowed || (asked.isInOrder && !axioms.areInOrder(rf, orders))) continue;
    verdict.executions++;
    verdict.isRace ||= allowed.isRace;
    const state = observed.map((name) => {
      const word = words.indexOf(name);
      const register = registers.get(name);
      if (word < 0) return `${name}=${register === undefined ? 0 : values[register]};`;
      return `${name}=${values[chosen[word]!.order.at(-1)!]};`;
    });
    verdict.states.add(state.join(' '));
  }
}

/** How the writes of a word follow each other, the initial one first, and which of them each read takes. */
interface OfWord {
  order: readonly number[];
  rf: ReadonlyMap<number, number>;
}

/** The axioms of a single word, coherence and atomicity, which leave few candidates. Events of a word's own are ordered. */
function coherent(events: readonly Event[], word: number): OfWord[] {
  const mine = events.flatMap((event, i) => (event.word === events[word]!.word ? [i] : []));
  const writes = mine.filter((i) => events[i]!.kind === 'W' && i !== word);
  const reads = mine.filter((i) => events[i]!.kind === 'R');
  const orders = permutations(writes).filter((order) => isInProgramOrder(events, order));
  return orders.flatMap((rest) => {
    const order = [word, ...rest];
    const stands = (i: number) => order.indexOf(i);
    const found: OfWord[] = [];
    const choose = (index: number, rf: ReadonlyMap<number, number>): void => {
      const read = reads[index];
      if (read === undefined) {
        found.push({ order, rf });
        return;
      }
      for (const source of order)
        if (agrees(read, source, rf)) choose(index + 1, new Map(rf).set(read, source));
    };
    const agrees = (read: number, source: number, rf: ReadonlyMap<number, number>) =>
      mine.every((other) => {
        const { thread, kind, of } = events[other]!;
        if (thread !== events[read]!.thread || other === read) return true;
        if (of === read && stands(other) !== stands(source) + 1) return false;
        const from = kind === 'W' ? other : rf.get(other);
        if (from === undefined) return true;
        if (other < read) return stands(from) <= stands(source);
        return kind === 'W' ? stands(source) < stands(from) : stands(source) <= stands(from);
      });
    choose(0, new Map());
    return found;
  });
}

function permutations(all: readonly number[]): number[][] {
  if (all.length === 0) return [[]];
  return all.flatMap((one) =>
    permutations(all.filter((other) => other !== one)).map((rest) => [one, ...rest]),
  );
}

function isInProgramOrder(events: readonly Event[], order: readonly number[]): boolean {
  return order.every((one, at) =>
    order.slice(at + 1).every((other) => events[one]!.thread !== events[other]!.thread || one < other),
  );
}

/** What each read and write has; undefined when values depend on themselves, which no axiom lets happen. */
function valuesOf(events: readonly Event[], rf: ReadonlyMap<number, number>): number[] | undefined {
  const values: number[] = [];
  let open = events.flatMap((event, i) => (event.kind === 'F' ? [] : [i]));
  while (open.length > 0) {
    const left = open.filter((i) => {
      const event = events[i]!;
      if (event.kind === 'R') {
        const from = values[rf.get(i)!];
        if (from === undefined) return true;
        values[i] = from;
        return false;
      }
      if (event.data?.some((read) => values[read] === undefined)) return true;
      values[i] = event.value!(() => values[event.of!]!);
      return false;
    });
    if (left.length === open.length) return undefined;
    open = left;
  }
  return values;
}

function memoized<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** linux-kernel.cat, lock.cat and linux-kernel.bell of Linux 6.12. */
class Axioms {
  readonly #a: Algebra;
  readonly #areDependent: boolean;
  readonly #isInOrder: boolean;
  readonly #events: readonly Event[];
  readonly #po: Relation;
  readonly #int: Relation;
  readonly #ext: Relation;
  readonly #loc: Relation;
  readonly #rmw: Relation;
  readonly #has: (tag: string) => (i: number) => boolean;

  constructor(events: readonly Event[], asked: Asked) {
    this.#areDependent = asked.areDependent === true;
    this.#isInOrder = asked.isInOrder === true;
    const a = new Algebra(events.length);
    this.#a = a;
    this.#events = events;
    const isSame = (i: number, j: number) => events[i]!.thread === events[j]!.thread;
    const isInit = (i: number) => events[i]!.thread < 0;
    this.#po = a.of((i, j) => !isInit(i) && isSame(i, j) && i < j);
    this.#int = a.of((i, j) => !isInit(i) && isSame(i, j));
    this.#ext = a.of((i, j) => isInit(i) || isInit(j) || !isSame(i, j));
    this.#loc = a.of((i, j) => events[i]!.word !== undefined && events[i]!.word === events[j]!.word);
    this.#rmw = a.of((i, j) => events[j]!.of === i);
    this.#has = (tag) => (i) => events[i]!.tags.includes(tag);
  }

  /**
   * @param orders of each word, the initial write first; coherent and atomic already
   * @returns undefined for an execution that an axiom forbids
   */
  allow(
    rfMap: ReadonlyMap<number, number>,
    orders: readonly (readonly number[])[],
  ): { readonly isRace: boolean } | undefined {
    const a = this.#a;
    const { rf, co } = this.#readsAndWrites(rfMap, orders);
    const fr = a.minus(a.seq(a.inverse(rf), co), a.id());
    return this.#judged(rf, co, fr);
  }

  /** Whether program order, reads-from and coherence have no circle: no load buffering, and no write ahead of an earlier one. */
  areInOrder(rfMap: ReadonlyMap<number, number>, orders: readonly (readonly number[])[]): boolean {
    const { rf, co } = this.#readsAndWrites(rfMap, orders);
    return this.#a.isAcyclic(this.#a.or(this.#po, rf, co));
  }

  #readsAndWrites(rfMap: ReadonlyMap<number, number>, orders: readonly (readonly number[])[]) {
    const a = this.#a;
    const place = new Map<number, number>();
    for (const order of orders) for (const [at, write] of order.entries()) place.set(write, at);
    return {
      rf: a.of((i, j) => rfMap.get(j) === i),
      co: a.of((i, j) => (this.#loc[i]! & (1 << j)) !== 0 && place.get(i)! < place.get(j)!),
    };
  }

  /** What comes before a full barrier, and behind one that comes later in the one order of all accesses. */
  #barriersInOrder(rf: Relation, co: Relation): Relation {
    const a = this.#a;
    const barrier = a.id(this.#has('mb'));
    const later = a.plus(a.or(this.#po, rf, co));
    return a.seq(this.#fixed().M, this.#po, barrier, later, barrier, this.#po, this.#fixed().M);
  }

  /** What does not depend on who reads what. */
  readonly #fixed = memoized(() => {
    const a = this.#a;
    const po = this.#po;
    const has = this.#has;
    const M = a.id((i) => this.#events[i]!.kind !== 'F');
    const W = a.id((i) => this.#events[i]!.kind === 'W');
    const R4rmb = a.id((i) => this.#events[i]!.kind === 'R' && !has('noreturn')(i));
    const set = (tag: string) => a.id(has(tag));
    const fencerel = (tag: string) => a.seq(po, set(tag), po);
    const RMW = set('rmw');
    const mb = a.or(
      a.seq(M, fencerel('mb'), M),
      a.seq(M, fencerel('mb__before_atomic'), RMW, a.maybe(po), M),
      a.seq(M, a.maybe(po), RMW, fencerel('mb__after_atomic'), M),
      a.seq(M, a.maybe(po), set('LKW'), fencerel('mb__after_spinlock'), M),
    );
    const dependency = (which: 'address' | 'data' | 'control') =>
      a.of((i, j) => this.#events[j]![which]?.includes(i) === true);
    return {
      M,
      W,
      R: a.id((i) => this.#events[i]!.kind === 'R'),
      Marked: a.id((i) => !has('plain')(i)),
      Plain: set('plain'),
      R4rmb,
      toReads: fencerel('rmb'),
      rmb: a.seq(R4rmb, fencerel('rmb'), R4rmb),
      wmb: a.seq(W, fencerel('wmb'), W),
      mb,
      acqPo: a.seq(set('acquire'), po, M),
      poRel: a.seq(M, po, set('release')),
      gp: a.seq(po, set('sync'), a.maybe(po)),
      toUnlock: a.seq(po, set('UL')),
      fromLock: a.seq(set('LKR'), po),
      toFence: a.seq(set('mb__after_unlock_lock'), po, M),
      addr: dependency('address'),
      data: dependency('data'),
      ctrl: dependency('control'),
    };
  });

  /** Happens-before, propagation, RCU, and then plain accesses. */
  #judged(rf: Relation, co: Relation, fr: Relation): { readonly isRace: boolean } | undefined {
    const a = this.#a;
    const [rfe, rfi] = [a.and(rf, this.#ext), a.and(rf, this.#int)];
    const overwrite = a.or(co, fr);
    const { M, W, R, Marked, Plain, rmb, wmb, acqPo, poRel, gp, ...fixed } = this.#fixed();
    const poUnlockLockPo = a.seq(fixed.toUnlock, a.or(this.#po, rf), fixed.fromLock);
    const mb = a.or(fixed.mb, a.seq(M, poUnlockLockPo, fixed.toFence));
    const strong = a.or(mb, gp);
    const nonRw = a.or(strong, poRel, acqPo);
    const fence = a.or(nonRw, wmb, rmb);
    const carry = a.star(a.seq(fixed.data, rfi));
    const [addr, data, ctrl] = [fixed.addr, fixed.data, fixed.ctrl].map((one) => a.seq(carry, one)) as [
      Relation,
      Relation,
      Relation,
    ];
    const dep = a.or(addr, data);
    const toW = a.or(a.seq(a.or(dep, ctrl), W), a.and(overwrite, this.#int), a.seq(addr, Plain, wmb));
    const toR = a.or(a.seq(addr, R), a.seq(dep, Marked, rfi));
    const waits = this.#areDependent ? a.seq(R, this.#po, W) : a.empty();
    const ppo = a.or(waits, toR, toW, a.and(fence, this.#int), a.and(poUnlockLockPo, this.#int));
    const cumul = a.seq(a.maybe(a.seq(rfe, Marked)), a.or(strong, poRel));
    const rmwSequence = a.star(a.seq(rf, this.#rmw));
    const cumulFence = a.seq(Marked, a.or(cumul, wmb, poUnlockLockPo), Marked, rmwSequence);
    const prop = a.seq(
      Marked,
      a.maybe(a.and(overwrite, this.#ext)),
      a.star(cumulFence),
      Marked,
      a.maybe(rfe),
      Marked,
    );
    const hb = a.seq(Marked, a.or(ppo, rfe, a.and(a.minus(prop, a.id()), this.#int)), Marked);
    if (!a.isAcyclic(hb)) return undefined;
    const hbs = a.star(hb);
    const pb = a.seq(
      prop,
      this.#isInOrder ? a.or(strong, this.#barriersInOrder(rf, co)) : strong,
      hbs,
      Marked,
    );
    if (!a.isAcyclic(pb)) return undefined;
    const pbs = a.star(pb);
    const rcuFence = this.#rcuFence(hbs, pbs, prop);
    const rb = a.seq(prop, rcuFence, hbs, pbs, Marked);
    if (!a.isIrreflexive(rb)) return undefined;
    if (a.isEmpty(Plain)) return { isRace: false };
    return this.#plain({
      ...{ rf, co, fr, rfe, addr, rmwSequence, cumulFence },
      strong: a.or(strong, rcuFence),
      nonRw: a.or(nonRw, rcuFence),
      fence: a.or(fence, rcuFence),
      xbs: a.star(a.or(hb, pb, rb)),
    });
  }

  /** The last part of linux-kernel.cat: coherence of plain accesses, and races. */
  #plain(
    of: Record<
      | 'rf'
      | 'co'
      | 'fr'
      | 'rfe'
      | 'addr'
      | 'rmwSequence'
      | 'cumulFence'
      | 'strong'
      | 'nonRw'
      | 'fence'
      | 'xbs',
      Relation
    >,
  ) {
    const a = this.#a;
    const { rf, co, fr, rfe, addr, rmwSequence, cumulFence, strong, nonRw, fence, xbs } = of;
    const { Marked, R4rmb, toReads } = this.#fixed();
    const vis = a.seq(
      a.star(cumulFence),
      a.maybe(rfe),
      Marked,
      a.or(a.seq(strong, Marked, xbs), a.and(xbs, this.#int)),
    );
    const noReturn = a.id((i) => !this.#has('noreturn')(i));
    const wPre = a.seq(Marked, a.maybe(a.or(addr, fence)));
    const rPre = a.seq(Marked, a.maybe(a.or(addr, nonRw, a.seq(R4rmb, toReads, noReturn))));
    const wPost = a.seq(a.maybe(fence), Marked, rmwSequence);
    const rPost = a.seq(a.maybe(a.or(nonRw, a.seq(noReturn, toReads, R4rmb))), Marked);
    const wwVis = a.or(fence, a.seq(strong, xbs, wPre), a.seq(wPost, vis, wPre));
    const wrVis = a.or(fence, a.seq(strong, xbs, rPre), a.seq(wPost, vis, rPre));
    const rwXb = a.or(fence, a.seq(rPost, xbs, wPre));
    const isPlain = this.#has('plain');
    const isAccess = (i: number) => this.#events[i]!.kind !== 'F';
    const isInit = (i: number) => this.#events[i]!.thread < 0;
    const pre = a.and(
      this.#ext,
      a.of((i, j) => (isPlain(i) && isAccess(j)) || (isAccess(i) && !isInit(i) && isPlain(j))),
    );
    const incoherent = a.or(
      a.and(a.and(pre, rf), a.inverse(rwXb)),
      a.and(a.and(pre, fr), a.inverse(wrVis)),
      a.and(a.and(pre, co), a.inverse(wwVis)),
    );
    if (!a.isEmpty(incoherent)) return undefined;
    const wwNonRace = a.of(
      (i, j) =>
        (wwVis[i]! & (1 << j)) !== 0 &&
        (!isPlain(i) || (rwXb[i]! & (1 << j)) !== 0) &&
        (!isPlain(j) || (wrVis[i]! & (1 << j)) !== 0),
    );
    const races = a.or(
      a.minus(a.and(pre, co), wwNonRace),
      a.minus(a.minus(a.and(pre, a.seq(a.maybe(co), rf)), wrVis), a.inverse(rwXb)),
      a.minus(a.and(pre, fr), rwXb),
    );
    return { isRace: !a.isEmpty(races) };
  }

  #rcuFence(hbs: Relation, pbs: Relation, prop: Relation): Relation {
    const a = this.#a;
    const gp = a.id(this.#has('sync'));
    if (a.isEmpty(gp)) return a.empty();
    const sections = this.#sections();
    const link = a.seq(a.maybe(this.#po), hbs, pbs, prop, this.#po);
    let order = gp;
    for (;;) {
      const next = a.or(
        gp,
        a.seq(gp, link, sections),
        a.seq(sections, link, gp),
        a.seq(gp, link, order, link, sections),
        a.seq(sections, link, order, link, gp),
        a.seq(order, link, order),
        order,
      );
      if (a.equal(next, order)) break;
      order = next;
    }
    return a.seq(this.#po, order, a.maybe(this.#po));
  }

  /** From each `rcu_read_unlock` to its `rcu_read_lock`. */
  #sections(): Relation {
    const open: number[] = [];
    const pairs = new Map<number, number>();
    for (const [i, { tags, thread }] of this.#events.entries()) {
      if (tags.includes('enter')) open.push(i);
      const begin = tags.includes('leave')
        ? open.findLast((one) => this.#events[one]!.thread === thread)
        : undefined;
      if (begin === undefined) continue;
      pairs.set(i, begin);
      open.splice(open.indexOf(begin), 1);
    }
    return this.#a.of((i, j) => pairs.get(i) === j);
  }
}
