import { Access } from '../../fuzz/run/access.ts';
import { FACT_NAMES } from '../../oracles/lifetime.ts';
import type { DecisionTrees } from '../reproduce/decision-trees.ts';
import type { NamedWord } from '../reproduce/reproduced-scheme.ts';
import { jsString } from '../reproduce/source-text.ts';
import { wordConstant } from './mjs-syntax.ts';

/**
 * The part of an exported program that is the same for every case, as JavaScript text. Only what the ops of
 * the case use is written out: people read these files.
 */

export const IMPORTS = `import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';`;

/** Kinds of access that some side makes. */
export function kindsOf(sides: readonly (DecisionTrees | undefined)[]): ReadonlySet<number> {
  return new Set(sides.flatMap((side) => [...(side?.kinds ?? [])]));
}

/** The one word of a counter, and the functions that make an access to it. */
export function counterAccesses(kinds: ReadonlySet<number>): string[] {
  return [
    'const COUNT = 0;',
    `const shared = workerData?.shared ?? new SharedArrayBuffer(8);`,
    BATON,
    NOTES(''),
    `/** The same for an access to a word, which held \`old\` before. */
function noteWord(access, word, old) {
  const value = Atomics.load(words, word);
  note(access, value === old ? show(old) : show(old) + ' -> ' + show(value));
  Object.assign(rows.at(-1), { old, value });
  return old;
}
`,
    ...accessors(kinds, () => ''),
  ];
}

/** The words of a scheme and of its object's life, and the functions that make an access. */
export function schemeAccesses(kinds: ReadonlySet<number>, words: readonly NamedWord[]): string[] {
  const names = [...words.map(({ name }) => wordConstant(name)), ...OBJECT_CELLS];
  const cells = names.map((name, at) => `const ${name} = ${at};`);
  const inObject = words.filter(({ isInObject }) => isInObject).map(({ name }) => wordConstant(name));
  const touched = (indent: string) =>
    `\n${indent}if ([${inObject.join(', ')}].includes(word) && words[FREED] > 0) fact('use-after-free');`;
  return [
    '// Words, and below them the life of the object. HELD and INSIDE have a cell for each thread.',
    ...cells,
    `const WORD_NAMES = [${words.map(({ name }) => jsString(name)).join(', ')}];`,
    `const shared = workerData?.shared ?? new SharedArrayBuffer(4 * ${names.length + 1 + 2 * CELLS_PER_THREAD});`,
    BATON,
    NOTES(HOLD_ENDS),
    `/** The same for an access to a word, which held \`old\` before. */
function noteWord(access, word, old) {
  const value = Atomics.load(words, word);
  note(access, WORD_NAMES[word] + ' ' + (value === old ? show(old) : show(old) + ' -> ' + show(value)));${touched('  ')}
  return old;
}
`,
    ...accessors(kinds, touched),
    LIFE,
    ...(kinds.has(Access.RCU_CALL) || kinds.has(Access.IDLE_NOTE) ? [READERS] : []),
  ];
}

const CELLS_PER_THREAD = 5;

const OBJECT_CELLS = [
  'FREED',
  'PENDING',
  'CALL_WAITS',
  'CALLING',
  'NOTED',
  'NOTE_WAITS',
  'FACTS',
  'WARNED',
  'LEFT',
  'HELD',
] as const;

/** The turn-taking: real threads, and one of them at a time. */
const BATON = `/** How many accesses were made so far: that says whose turn it is. */
const baton = new Int32Array(shared, 0, 1);
const words = new Int32Array(shared, 4);

/** What cannot be run here: another path than the recorded one, or a schedule that does not fit. */
class Unrecorded extends Error {}

/** Ends a thread: the schedule is over, or another thread has failed. */
class Stopped extends Error {}

/** Of the program's threads, the one that this thread of Node is. */
const self = workerData?.thread;
const side = sides[workerData?.side];
let now = -1;
let hasTurn = false;

/** Waits until the schedule says that it is this thread's turn, and has the turn until its next access. */
function takeTurn() {
  // Beside the program, the main thread runs whole ops, to judge.
  if (isMainThread) return;
  passTurn();
  for (;;) {
    const at = Atomics.load(baton, 0);
    if (at < 0 || at >= side.schedule.length) throw new Stopped();
    if (side.schedule[at] === self) {
      now = at;
      hasTurn = true;
      return;
    }
    Atomics.wait(baton, 0, at);
  }
}

function passTurn() {
  if (hasTurn) setBaton(now + 1);
  hasTurn = false;
}

function setBaton(value) {
  Atomics.store(baton, 0, value);
  Atomics.notify(baton, 0);
}
`;

/** @param opens what else the first access of an op does */
const NOTES = (opens: string) => `/** The op under way, and the accesses of this thread. */
let call;
const rows = [];

function unrecorded(result) {
  throw new Unrecorded(call.name + ' took a path that was not recorded' + (result === undefined ? '' : ' after reading ' + show(result)));
}

function show(value) {
  if (typeof value !== 'number') return value === undefined ? 'void' : String(value);
  if (Math.abs(value) <= 4096) return String(value);
  return '0x' + (value >>> 0).toString(16).toUpperCase().padStart(8, '0');
}

/** Puts an access into the table. */
function note(access, values = '') {
  const op = call.called === undefined ? call.name : '';
  call.called ??= now;
  rows.push({ at: now, thread: self, op, access, values, end: '' });
${opens}}
`;

/** @param touched what else an access to a word of the object does */
function accessors(kinds: ReadonlySet<number>, touched: (indent: string) => string): string[] {
  return [...kinds]
    .sort((a, b) => a - b)
    .flatMap((kind) => ACCESSORS[kind]?.replace('/* touched */', touched('  ').trim()) ?? []);
}

/** One function for each kind of access. */
const ACCESSORS: Readonly<Record<number, string>> = {
  [Access.LOAD]: `function load(word) {
  takeTurn();
  return noteWord('load', word, Atomics.load(words, word));
}`,
  [Access.STORE]: `function store(word, value) {
  takeTurn();
  const old = Atomics.load(words, word);
  Atomics.store(words, word, value);
  noteWord('store ' + show(value), word, old);
}`,
  [Access.EXCHANGE]: `function exchange(word, value) {
  takeTurn();
  return noteWord('exchange(' + show(value) + ')', word, Atomics.exchange(words, word, value));
}`,
  [Access.FETCH_ADD]: `function fetchAdd(word, value) {
  takeTurn();
  return noteWord('fetch_add(' + show(value) + ')', word, Atomics.add(words, word, value));
}`,
  [Access.FETCH_SUB]: `function fetchSub(word, value) {
  takeTurn();
  return noteWord('fetch_sub(' + show(value) + ')', word, Atomics.sub(words, word, value));
}`,
  [Access.COMPARE_EXCHANGE]: `function compareExchange(word, expected, desired) {
  takeTurn();
  const old = Atomics.compareExchange(words, word, expected, desired);
  return noteWord('cmpxchg(' + show(expected) + ', ' + show(desired) + ')', word, old);
}`,
  [Access.LOCK]: `/** One lock is the lock; others have names. */
const lockName = (word) => (WORD_NAMES[word] === 'lock' ? '' : ' ' + WORD_NAMES[word]);

function lock(word) {
  try {
    takeTurn();
  } catch (stop) {
    // The schedule is over: whether this thread waits for a lock that somebody has.
    call.blocked = stop instanceof Stopped && Atomics.load(words, word) !== 0;
    throw stop;
  }
  const owner = Atomics.compareExchange(words, word, 0, self + 1);
  if (owner !== 0) throw new Unrecorded('thread ' + self + ' waits for a lock that thread ' + (owner - 1) + ' has');
  note('lock' + lockName(word));
  /* touched */
}`,
  [Access.UNLOCK]: `function unlock(word) {
  takeTurn();
  Atomics.store(words, word, 0);
  note('unlock' + lockName(word));
  /* touched */
}`,
  [Access.RCU_LOCK]: `function rcuReadLock() {
  takeTurn();
  words[INSIDE + self]++;
  note('rcu_read_lock');
}`,
  [Access.RCU_UNLOCK]: `function rcuReadUnlock() {
  takeTurn();
  words[INSIDE + self]--;
  note('rcu_read_unlock');
  if (words[INSIDE + self] > 0) return;
  words[CALL_WAITS] &= ~(1 << self);
  words[NOTE_WAITS] &= ~(1 << self);
}`,
  [Access.RCU_CALL]: `function callRcu() {
  takeTurn();
  words[PENDING]++;
  words[CALL_WAITS] |= readers();
  note('call_rcu');
}`,
  [Access.RCU_CALLBACK]: `function rcuCallback() {
  takeTurn();
  if (words[PENDING] === 0 || words[CALL_WAITS] !== 0) throw new Unrecorded('the grace period is not over');
  words[PENDING]--;
  words[CALLING] = 1;
  note('grace period is over');
}`,
  [Access.IDLE_NOTE]: `function noteIdle() {
  takeTurn();
  words[NOTED] = 1;
  words[NOTE_WAITS] = readers();
  note('note idle');
}`,
  [Access.IDLE_CLEAR]: `function clearIdle() {
  takeTurn();
  words[NOTED] = 0;
  words[NOTE_WAITS] = 0;
  note('clear idle note');
}`,
  [Access.IDLE_CHECK]: `/** 0: no idle note. 1: noted, and RCU readers of that time are still inside. 2: noted, and they have left. */
function checkIdle() {
  takeTurn();
  const answer = words[NOTED] === 0 ? 0 : words[NOTE_WAITS] === 0 ? 2 : 1;
  note('check idle note', String(answer));
  return answer;
}`,
  [Access.USE]: `function use() {
  takeTurn();
  note('use');
  if (words[FREED] > 0) fact('use-after-free');
}`,
  [Access.FREE]: `function free() {
  takeTurn();
  note('free');
  if (words[FREED] > 0) fact('double-free');
  else if (words.subarray(HELD, HELD + ${CELLS_PER_THREAD}).some((held) => held > 0)) fact('freed-while-held');
  words[FREED]++;
}`,
};

const LIFE = `
const INSIDE = HELD + ${CELLS_PER_THREAD};
const FACT_NAMES = [${FACT_NAMES.map(jsString).join(', ')}];

/** A fact about the object's life, shown on the access that brought it. */
function fact(name) {
  const bit = 1 << FACT_NAMES.indexOf(name);
  if (!(words[FACTS] & bit) && rows.length > 0) rows.at(-1).end += ' !! ' + name;
  words[FACTS] |= bit;
}`;

const READERS = `
/** Threads inside an RCU read section, a bit each. */
function readers() {
  let bits = 0;
  for (let thread = 0; thread < ${CELLS_PER_THREAD}; thread++) if (words[INSIDE + thread] > 0) bits |= 1 << thread;
  return bits;
}`;

/** What a thread of a counter's program does. */
export const COUNTER_THREAD = `
/** Calls the ops of one thread. */
function runOps(done) {
  for (const name of program[self]) {
    call = { thread: self, name };
    done.push(call);
    const { result, warnings } = side.ops[name]();
    Object.assign(call, { returned: now, result, warnings });
    rows.at(-1).end = ['= ' + show(result), ...warnings.map((text) => '!! ' + text)].join('  ');
  }
}

/** Runs one op with nothing between its accesses. */
function whole(ops, name, value) {
  Atomics.store(words, COUNT, value);
  call = { name };
  const outcome = ops[name]();
  return { ...outcome, value: Atomics.load(words, COUNT) };
}
`;

export const SCHEME_THREAD = `
const RCU = program.length;
/** The results of this thread, and a copy at each moment at which there was a new one. */
const results = [];
const moments = [];

/** Calls the ops of one thread. The last thread is RCU, whose only op is the callback. */
function runOps(done) {
  if (self === RCU) for (;;) runOp('callback', done);
  skipVoid(false);
  while (results.length < program[self].length) runOp(program[self][results.length], done);
}

function runOp(name, done) {
  call = { thread: self, name };
  done.push(call);
  const { result, warnings } = side.ops[name]();
  Object.assign(call, { returned: now, result, warnings });
  const row = rows.at(-1);
  if (self !== RCU) row.end = ' = ' + result + row.end;
  row.end += warnings.map((text) => ' !! ' + text).join('');
  words[WARNED] += warnings.length;
  if (self === RCU) {
    words[CALLING] = 0;
    if (result !== undefined) fact('crash');
  } else complete(roles[name], result);
  noteLeak();
}

function complete(role, result) {
  if (result === 'granted' && (role === 'get' || role === 'enter')) {
    words[HELD + self]++;
    if (role === 'get' && (words[FREED] > 0 || words[PENDING] > 0)) fact('resurrection');
  }
  const isClass = ['granted', 'refused', 'void'].includes(result);
  if (!isClass) fact('crash');
  push(isClass ? result : 'void', true);
  skipVoid(true);
}

/** A put or a use by a thread that holds nothing is not made. */
function skipVoid(noted) {
  const needsHold = () => ['put', 'use'].includes(roles[program[self][results.length]]);
  while (needsHold() && words[HELD + self] === 0) push('void', noted);
}

function push(result, noted) {
  results.push(result);
  if (!noted) return;
  words[LEFT]--;
  moments.push({ at: now, thread: self, results: [...results] });
}

/** Unlinked, held by nobody, not freed, and nobody is going to free it. A scheme that warned has said so. */
function noteLeak() {
  if (words[LEFT] > 0 || words[WARNED] > 0) return;
  const isDue = words[PENDING] > 0 || words[FREED] > 0 || words[CALLING] > 0;
  const isHeld = words.subarray(HELD, INSIDE).some((held) => held > 0);
  if (words[LIST] === 0 && !isHeld && !isDue) fact('leak');
}
`;

/** A hold ends when the put begins: the thread may not rely on the object from then on. */
const HOLD_ENDS = `  if (op !== '' && roles[op] === 'put') words[HELD + self]--;\n`;

/** @param isScheme whether there is a thread for RCU, and what the object's life was is handed back */
export const THREADS = (isScheme: boolean) => `
function runThread() {
  const calls = [];
  const end = { thread: self, calls, rows${isScheme ? ', results, moments' : ''} };
  try {
    runOps(calls);
    if (side.schedule.includes(self, now + 1)) throw new Unrecorded('thread ' + self + ' has no op left');
    passTurn();
  } catch (error) {
    if (error instanceof Stopped) end.isStopped = true;
    else {
      end.failure = error instanceof Unrecorded ? error.message : error.stack;
      setBaton(-1);
    }
  }
  parentPort.postMessage(end);
}

/** Runs a side on real threads, which take turns as its schedule says. */
async function runThreads(name) {
  const { schedule } = sides[name];
  const count = program.length${isScheme ? ' + Number(schedule.includes(RCU))' : ''};
  const foreign = schedule.find((thread) => thread >= count);
  if (foreign !== undefined) throw new Unrecorded('there is no thread ' + foreign);
  setBaton(0);
  const start = (thread) =>
    new Promise((done, fail) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: { shared, side: name, thread } });
      worker.once('message', done);
      worker.once('error', fail);
    });
  const ends = await Promise.all(Array.from({ length: count }, (_, thread) => start(thread)));
  const failed = ends.find(({ failure }) => failure);
  if (failed) throw new Unrecorded(failed.failure);
  return ends;
}

function printTable(rows) {
  const head = { thread: 'thread', op: 'op', access: 'access', values: VALUES, end: '' };
  const columns = ['thread', 'op', 'access', 'values'];
  const name = ({ thread }) => (thread === program.length ? 'RCU' : String(thread));
  const lines = [head, ...rows.map((row) => ({ ...row, thread: name(row) }))];
  const width = (column) => Math.max(...lines.map((line) => line[column].length));
  for (const line of lines) {
    console.log([...columns.map((column) => line[column].padEnd(width(column))), line.end.trim()].join('  ').trimEnd());
  }
  console.log();
}
`;

/** For concurrent cases of counters: linearizability, in the plainest way. */
export const SOME_ORDER = `
/**
 * Whether some order of whole ops, one that returned before another was called going first, gives each op what
 * it gave here. If there is none, an op was seen half-way.
 */
function isExplained(ops, value, left, dead = new Set()) {
  if (left.length === 0) return !COMPARED.word || value === final;
  const key = value + ' ' + left.map(({ called }) => called);
  if (dead.has(key)) return false;
  const explained = left.some((op) => {
    if (left.some((other) => other.returned < op.called)) return false;
    const would = whole(ops, op.name, value);
    return sameAnswer(would, op) && isExplained(ops, would.value, left.filter((other) => other !== op), dead);
  });
  if (!explained) dead.add(key);
  return explained;
}

function sameAnswer(one, other) {
  if (one.result !== other.result) return false;
  return !COMPARED.warnings || one.warnings.join('\\n') === other.warnings.join('\\n');
}
`;

/** Runs, prints the verdict, and turns it into the exit code. */
export const MAIN = (what: string) => `
async function main() {
  const flags = process.argv.slice(2);
  if (flags.some((flag) => flag !== '--reference')) throw new Unrecorded('the only flag is --reference');
  const found = flags.length > 0 ? await runReference() : await runSubject();
  console.log(found ? ${jsString(`DIVERGES (${what})`)} : 'agrees');
  process.exitCode = found ? 1 : 0;
}

if (!isMainThread) runThread();
else {
  main().catch((error) => {
    console.error('cannot run: ' + (error instanceof Unrecorded ? error.message : error.stack));
    process.exitCode = 2;
  });
}`;
