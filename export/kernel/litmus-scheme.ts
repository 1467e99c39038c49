import type { Case } from '../../fuzz/case/case.ts';
import { programOf } from '../../fuzz/case/program-text.ts';
import type { Program } from '../../fuzz/program/program.ts';
import { Access, IS_OF_LOCK, IS_PLAIN, WordIndex } from '../../fuzz/run/access.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { Machine } from '../../fuzz/run/machine.ts';
import { fencesBehind } from '../../fuzz/run/ordered-access.ts';
import { PayloadPlaces } from '../../fuzz/run/payload-places.ts';
import { ageOf, isBarrierTurn, threadOf } from '../../fuzz/run/turn.ts';
import { wordNameAt } from '../../fuzz/run/wide-seen.ts';
import { type Kind, signatureOf } from '../../oracles/divergence.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { callText, headOf, Inexpressible } from '../reproduce/reproduced-case.ts';
import { commentText } from '../reproduce/source-text.ts';
import { accessText, fenceLines, type LitmusWord } from './litmus-accesses.ts';

/**
 * The run of a protocol's case of memory orders as a litmus test: each thread makes the accesses that it made, those of an op
 * within the conditions that its reads have met, and the `exists` clause asks for what was read and for what is out of order.
 *
 *     unordered-free    each thread writes a word of its own before it puts, and who frees writes them all: `use0=1` says that
 *                       the use of thread 0 came last
 *     race              the payload is accessed plainly: the test is flagged as a data race
 *     anything else     a read takes an older value
 *
 * What call_rcu queues is a thread that waits for a grace period once it has been queued, and so does who finds the idle note old
 * enough. A wait for a word is the access that ends it.
 *
 * @param harness of the kernel's memory model
 * @throws Inexpressible for a case that interleavings show, and for a run with more than words, spinlocks and RCU
 */
export function exportSchemeLitmus(harness: Harness, stored: Case): string {
  const { divergence } = stored.expect;
  if (stored.memory !== 'kernel')
    throw new Inexpressible(
      'a litmus test has no words for the life of an object: held, freed, queued for RCU; only cases of memory orders can be said',
    );
  const program = programOf(harness, stored.program);
  const schedule = stored.schedule ?? [];
  const run = new LitmusRun(harness, program, divergence.kind);
  for (const turn of schedule) run.step(turn);
  const name = `${stored.target}+${signatureOf(divergence)}`.replace(/[^A-Za-z0-9+.-]+/g, '-');
  const text = [
    ...headOf({ harness, stored, program, schedule }),
    '',
    'Check it:  refuzz litmus repro.litmus',
    'or:        herd7 -conf linux-kernel.cfg repro.litmus   (in tools/memory-model of a kernel tree)',
    '',
    'The exists clause is what the recorded run has read, and what is out of order in it.',
  ];
  const comment = ['(*', ...text.map((line) => ` * ${commentText(line)}`.trimEnd()), ' *)'];
  return `${[`C ${name}`, '', ...comment, '', ...run.lines()].join('\n')}\n`;
}

/** What a thread of the test does, in the making. */
interface Body {
  readonly lines: string[];
  readonly registers: string[];
  /** How many conditions of the op under way are open. */
  depth: number;
}

const QUEUED: LitmusWord = { name: 'queued', kind: 'plain', start: 0 };

/**
 * Follows a run, and writes down what its threads do.
 *
 *     put()                          gc()                                      callback
 *     WRITE_ONCE(*use0, 1);          r0 = atomic_cmpxchg(count, 0, -1);        r0 = smp_load_acquire(queued);
 *     r0 = atomic_fetch_sub…         if (r0 == 0) {                            if (r0 == 1) {
 *                                    	smp_store_release(queued, 1);          	synchronize_rcu();
 *                                    }                                        	WRITE_ONCE(*use0, 2);
 *                                                                             }
 *     exists (0:r0=1 /\ 1:r0=0 /\ 2:r0=1 /\ (use0=1))
 */
class LitmusRun {
  readonly #machine: Machine;
  readonly #harness: Harness;
  readonly #kind: Kind;
  readonly #payload: PayloadPlaces;
  readonly #startOfNote: number;
  readonly #bodies: readonly Body[];
  readonly #words = new Map<string, LitmusWord>();
  /**
   * What was read, and what is out of order, as terms of the exists clause. Threads that do nothing are left out of the test, so
   * their numbers are known at the end alone.
   */
  readonly #conditions: ((numberOf: (thread: number) => number) => string)[] = [];
  /** Threads that have used the object. */
  readonly #used = new Set<number>();

  constructor(harness: Harness, program: Program, kind: Kind) {
    this.#harness = harness;
    this.#kind = kind;
    this.#machine = new Machine(harness.subject);
    this.#machine.start(program);
    this.#startOfNote = this.#machine.words[WordIndex.NOTED]! === 0 ? 0 : 1;
    this.#payload = new PayloadPlaces(harness.subject.subject as Scheme, harness.subject);
    this.#bodies = Array.from({ length: this.#machine.schedulable }, () => ({
      lines: [],
      registers: [],
      depth: 0,
    }));
  }

  /** Makes an access of the run. A barrier that is passed ahead of its access stands where the access does. */
  step(turn: number): void {
    const machine = this.#machine;
    if (isBarrierTurn(turn)) {
      machine.step(turn);
      return;
    }
    const { trees } = machine;
    const thread = threadOf(turn);
    const node = machine.node[thread]!;
    const body = this.#bodies[thread]!;
    if (trees.isRoot[node]) this.#begin(thread, node, body);
    this.#add(body, fenceLines(trees.fence(node)));
    const word = this.#wordAt(node);
    const met = this.#met(thread, node, ageOf(turn));
    const hasReturned = machine.step(turn) >= 0;
    this.#access(thread, node, met, word);
    if (!hasReturned) return;
    this.#close(body);
    this.#add(body, fenceLines(fencesBehind(trees, node, met)));
  }

  /** What the word of an access holds, or held; of a look at the idle note 2 where a grace period is over since, as `IDLE_CHECK` has it. */
  #met(thread: number, node: number, age: number): number {
    const { words, trees } = this.#machine;
    if (age > 0) return this.#machine.olderValue(thread, age);
    if (trees.kind[node] !== Access.IDLE_CHECK) return words[trees.word[node]!]!;
    if (words[WordIndex.NOTED] === 0) return 0;
    return words[WordIndex.NOTE_WAITS] === 0 ? 2 : 1;
  }

  /** An op begins. A put is the last use of the object. */
  #begin(thread: number, node: number, body: Body): void {
    const { trees } = this.#machine;
    const call = trees.callOf(node);
    body.lines.push(`/* ${commentText(callText(this.#harness, call))} */`);
    if (call < 0) return;
    const { role } = (trees.subject as Scheme).ops[this.#harness.alphabet.call(call).op]!;
    if (role === 'put') this.#use(thread);
  }

  /** The thread uses the object, and perhaps for the last time. */
  #use(thread: number): void {
    if (this.#kind !== 'unordered-free') return;
    this.#used.add(thread);
    this.#mark(thread, `use${thread}`, 1);
  }

  /** A write of a word that the test adds. */
  #mark(thread: number, name: string, value: number): void {
    this.#named({ name, kind: 'plain', start: 0 });
    this.#add(this.#bodies[thread]!, [`WRITE_ONCE(*${name}, ${value});`]);
  }

  /** What an access is in the test. @param met as `#met` gives it @param word that it is of, if it is of one */
  #access(thread: number, node: number, met: number, word: LitmusWord | undefined): void {
    const kind = this.#machine.trees.kind[node]!;
    const body = this.#bodies[thread]!;
    switch (kind) {
      case Access.RETURN:
        return;
      case Access.FREE:
        this.#free(thread);
        return;
      case Access.RCU_CALL:
        this.#add(body, [`smp_store_release(${this.#named(QUEUED).name}, 1);`]);
        return;
      case Access.RCU_CALLBACK:
        this.#reads(thread, `smp_load_acquire(${this.#named(QUEUED).name})`, 1);
        this.#add(body, ['synchronize_rcu();']);
        return;
      case Access.IDLE_NOTE:
        this.#add(body, [`smp_store_release(${this.#noted()}, 1);`]);
        return;
      case Access.IDLE_CLEAR:
        this.#add(body, [`WRITE_ONCE(*${this.#noted()}, 0);`]);
        return;
      case Access.IDLE_CHECK:
        this.#reads(thread, `smp_load_acquire(${this.#noted()})`, Math.min(met, 1));
        if (met === 2) this.#add(body, ['synchronize_rcu();']);
        return;
      case Access.USE:
        this.#use(thread);
    }
    const register = `r${body.registers.length}`;
    const { lines, reads } = accessText(this.#machine.trees, node, { register, word, met });
    if (reads !== undefined)
      this.#reads(thread, lines[0]!.replace(/^\S+ = (.*);$/, '$1'), reads === 'value' ? met : reads);
    else this.#add(body, lines);
  }

  /** The idle note, as a word. */
  #noted(): string {
    return this.#named({ name: 'noted', kind: 'plain', start: this.#startOfNote }).name;
  }

  /** Something is read, and what comes behind depends on it. */
  #reads(thread: number, text: string, value: number): void {
    const body = this.#bodies[thread]!;
    const register = `r${body.registers.length}`;
    body.registers.push(register);
    this.#conditions.push((numberOf) => `${numberOf(thread)}:${register}=${value}`);
    this.#add(body, [`${register} = ${text};`, `if (${register} == ${value}) {`]);
    body.depth++;
  }

  /** Who frees writes what the others wrote while they used the object: the later of the two is left. */
  #free(thread: number): void {
    const others = [...this.#used].filter((one) => one !== thread);
    if (others.length === 0) return;
    for (const other of others) this.#mark(thread, `use${other}`, 2);
    this.#conditions.push(() => `(${others.map((other) => `use${other}=1`).join(' \\/ ')})`);
  }

  /** The word that an access is of, by a name that C has; undefined for one of none. */
  #wordAt(node: number): LitmusWord | undefined {
    const { trees, words } = this.#machine;
    const kind = trees.kind[node]!;
    const place = this.#payload.placeOf(node);
    if (kind === Access.USE)
      return place < 0 ? undefined : this.#named({ name: 'payload', kind: 'plain', start: 0 });
    if (!IS_PLAIN[kind] && !IS_OF_LOCK[kind]) return undefined;
    const index = trees.word[node]!;
    const name = wordNameAt(trees, index).replace(/[^A-Za-z0-9]+/g, '_');
    if (IS_OF_LOCK[kind]) return this.#named({ name, kind: 'lock', start: 0 });
    return this.#named({ name, kind: place < 0 ? 'atomic' : 'plain', start: words[index]! });
  }

  /** @param word as it is when it is met first: nobody has changed it before */
  #named(word: LitmusWord): LitmusWord {
    const known = this.#words.get(word.name) ?? word;
    this.#words.set(word.name, known);
    return known;
  }

  /** An op is over: the conditions that it stood in decide nothing of the next. */
  #close(body: Body): void {
    while (body.depth > 0) {
      body.depth--;
      // The grammar of herd7 has no empty blocks.
      if (body.lines.at(-1)!.endsWith('{')) body.lines.pop();
      else this.#add(body, ['}']);
    }
  }

  /** Lines as deep as the conditions that are open. */
  #add(body: Body, lines: readonly string[]): void {
    for (const line of lines) body.lines.push(`${'\t'.repeat(body.depth)}${line}`);
  }

  /**
   * The initial state, the threads, and the clause. Every thread is given every word, whether it needs it or not: the tests of the
   * kernel name those alone that they use, and herd7 takes either.
   */
  lines(): string[] {
    const words = [...this.#words.values()];
    const types = { atomic: 'atomic_t', plain: 'int', lock: 'spinlock_t' } as const;
    const parameters = words.map(({ name, kind }) => `${types[kind]} *${name}`).join(', ');
    const starts = words.flatMap(({ name, kind, start }) => {
      if (kind === 'lock') return [];
      return [kind === 'atomic' ? `\tatomic_t ${name} = ATOMIC_INIT(${start});` : `\t${name} = ${start};`];
    });
    const bodies = this.#bodies.filter(({ lines }) => lines.length > 0);
    const numberOf = (thread: number) => bodies.indexOf(this.#bodies[thread]!);
    return [
      ...['{', ...starts, '}', ''],
      ...bodies.flatMap((body, thread) => this.#function(body, thread, parameters)),
      `exists (${this.#conditions.map((text) => text(numberOf)).join(' /\\ ')})`,
    ];
  }

  #function(body: Body, thread: number, parameters: string): string[] {
    this.#close(body);
    const registers = body.registers.map((name) => `\tint ${name};`);
    const lines = body.lines.map((line) => `\t${line}`);
    return [`P${thread}(${parameters})`, '{', ...registers, ...lines, '}', ''];
  }
}
