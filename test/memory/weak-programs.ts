import { Explorer, type ExplorerOptions } from '../../fuzz/explore/explorer.ts';
import { Alphabet } from '../../fuzz/program/alphabet.ts';
import { SCHEME_WORDS } from '../../fuzz/run/access.ts';
import { Machine } from '../../fuzz/run/machine.ts';
import { whatOf } from '../../fuzz/run/scheme-facts.ts';
import { schemeLayout } from '../../fuzz/run/scheme-layout.ts';
import { TransitionTrees } from '../../fuzz/run/transition-trees.ts';
import { Fact } from '../../oracles/lifetime.ts';
import type { RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Scheme, SchemeOp } from '../../targets/subject/subject.ts';
import { type Instruction, observedIn, type SmallProgram } from './small-language.ts';

/*
 * The small language on a scheme: an op for each thread, its words the scheme's own, its registers words of the thread's own.
 * So a program goes the whole way that the C of a protocol goes, and what it can come to is read off its last states.
 */

const REGISTERS = 3;

/** What random programs are left with: no reads whose address depends on another read, as words have no addresses here. */
export function withoutAddresses({ words, threads }: SmallProgram): SmallProgram {
  const plain = (one: Instruction): Instruction =>
    'address' in one && one.address ? ({ ...one, address: undefined } as Instruction) : one;
  return { words, threads: threads.map((thread) => thread.map(plain)) };
}

/**
 * Whether the scheme can say all of it: it has no grace periods without callbacks, and no barriers that lean on atomics or
 * locks. Nor does it know which read-modify-writes return nothing, whose reads LKMM has smp_rmb not order.
 */
export function isSayable({ threads }: SmallProgram): boolean {
  return threads.every((thread) => {
    const firstInc = thread.findIndex(({ op }) => op === 'inc');
    return thread.every((one, at) => {
      if (one.op === 'enter' || one.op === 'leave' || one.op === 'sync') return false;
      if (one.op !== 'fence') return true;
      if (one.name === 'rmb') return firstInc < 0 || firstInc > at;
      return one.name === 'mb' || one.name === 'wmb';
    });
  });
}

const FENCES = { mb: 'full', rmb: 'acquire', wmb: 'release' } as const;

/** @param orders which account is kept of them; words that are accessed plainly are payload */
export function schemeOf(program: SmallProgram, orders: 'uses' | 'reads' = 'reads'): Scheme {
  const words = program.words.filter((word) => word !== 'lock' && word !== 'other');
  const op = (instructions: readonly Instruction[]): SchemeOp => ({
    role: 'other',
    run(object) {
      for (const one of instructions) made(object, one, words);
      return 'void';
    },
  });
  return {
    kind: 'scheme',
    name: 'small',
    about: 'made for a test',
    bias: 0,
    orders,
    words: words.map((name) => ({
      name,
      isInObject: false,
      ...(isPlain(program, name) && { isPayload: true }),
    })),
    threadWords: Array.from({ length: REGISTERS }, (_, at) => ({ name: `r${at}` })),
    states: { zero: { count: 1, list: 0, holders: [] } },
    ops: Object.fromEntries(program.threads.map((thread, at) => [`p${at}`, op(thread)])),
    callback() {},
  };
}

/** Whether a program accesses a word plainly. */
function isPlain({ threads }: SmallProgram, word: string): boolean {
  return threads.flat().some((one) => 'order' in one && one.order === 'plain' && one.word === word);
}

function made(object: RcuObject, one: Instruction, words: readonly string[]): void {
  const word = (name: string) => object.words[words.indexOf(name)]!;
  const register = (name: string) => object.threadWords[Number(name.slice(1))]!;
  const lock = (name: string) => (name === 'lock' ? object.lock : object.mutex);
  switch (one.op) {
    case 'load':
      register(one.to).store(word(one.word).load(one.order === 'acquire' ? 'acquire' : 'relaxed'));
      return;
    case 'store':
      if (one.control !== undefined && register(one.control).load() === 0) return;
      word(one.word).store(one.value, one.order === 'release' ? 'release' : 'relaxed');
      return;
    case 'xchg':
      register(one.to).store(word(one.word).exchange(one.value, one.order));
      return;
    case 'inc':
      word(one.word).fetchAdd(1, 'relaxed');
      return;
    case 'cmpxchg':
      register(one.to).store(word(one.word).compareExchange(one.expected, one.value, one.order));
      return;
    case 'fence':
      object.count.fence(FENCES[one.name as keyof typeof FENCES]);
      return;
    case 'lock':
      lock(one.word).acquire();
      return;
    case 'unlock':
      lock(one.word).release();
      return;
    default:
      throw new Error(`no program has ${one.op}`);
  }
}

/** Each state in which a program can end, as the judge writes them. @param change of the machine, for planted faults */
export function endsOf(
  program: SmallProgram,
  options: ExplorerOptions = {},
  change: (machine: Machine) => void = () => {},
): Set<string> {
  const scheme = schemeOf(program);
  const alphabet = new Alphabet(scheme);
  const machine = new Machine(new TransitionTrees(scheme, alphabet));
  change(machine);
  const layout = schemeLayout(scheme);
  const words = (scheme.words ?? []).map(({ name }) => name);
  const valueAt = (name: string): number => {
    const [thread, register] = name.split(':r');
    if (register === undefined) return machine.words[SCHEME_WORDS + words.indexOf(name)]!;
    return machine.words[layout.threadWords + Number(register) * layout.threadWordCells + Number(thread)]!;
  };
  const ends = new Set<string>();
  const calls = program.threads.map((_, at) => [alphabet.id(`p${at}`)]);
  const states = new Explorer(machine, options).explore({ start: 'zero', threads: calls }, 400_000, {
    state(_, stuck) {
      if (stuck && machine.isOver())
        ends.add(
          observedIn(program)
            .map((name) => `${name}=${valueAt(name)};`)
            .join(' '),
        );
    },
  });
  if (states === undefined) throw new Error('too many states');
  return ends;
}

/** Whether plain accesses of a program race in some run. @param orders see `schemeOf` */
export function racesIn(
  program: SmallProgram,
  orders: 'uses' | 'reads',
  options: ExplorerOptions = {},
): boolean {
  const scheme = schemeOf(program, orders);
  const alphabet = new Alphabet(scheme);
  const machine = new Machine(new TransitionTrees(scheme, alphabet));
  const calls = program.threads.map((_, at) => [alphabet.id(`p${at}`)]);
  let isRace = false;
  const states = new Explorer(machine, options).explore({ start: 'zero', threads: calls }, 400_000, {
    begin() {
      isRace = false;
      machine.outOfOrder = 0;
    },
    state() {
      isRace ||= whatOf(machine.fact) === Fact.RACE;
    },
  });
  if (states === undefined) throw new Error('too many states');
  return isRace || machine.outOfOrder !== 0;
}
