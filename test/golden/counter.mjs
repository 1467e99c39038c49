// refcount-v5.5: inc-zero-value-protects
//
// inc on 0: atomic leaves 1; refcount/v5.5 leaves 0xC0000000, warns "addition on 0;
// use-after-free". The reference goes wrong here and the subject stops it. Source:
// Documentation/atomic_t.txt; include/linux/refcount.h and lib/refcount.c, v5.5 and later.
//
// Subject: refcount/v5.5. Reference: atomic. Start: 0.
// Case: refcount-v5.5/inc-zero-value-protects.yaml, found by hand.
//
// Run it with node (20 or later), no arguments. Worker threads make the accesses one after another, in the order
// of the schedule, and every access is printed.
// Exit code 1: the divergence shows. 0: it does not. 2: it cannot be run, or took a path that was not recorded.
// With --reference the ops of the reference run instead; nothing diverges then.
// Limits: sequentially consistent, one thread at a time; this program and this schedule only.

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const START = 0;
/** By thread: the ops it calls. */
const program = [["inc()"]];

/** The ops of the subject, as far as this case needs them: decision trees over what the accesses read. */
const subject = {
  "inc()": () => {
    const r0 = fetchAdd(COUNT, 1); // relaxed
    if (r0 !== 0) unrecorded(r0);
    store(COUNT, (0xC0000000 | 0)); // relaxed
    return { result: undefined, warnings: ["addition on 0; use-after-free"] };
  },
};

/** The ops of the reference, likewise. */
const reference = {
  "inc()": () => {
    const r0 = fetchAdd(COUNT, 1); // relaxed
    if (r0 !== 0) unrecorded(r0);
    return { result: undefined, warnings: [] };
  },
};

/** The schedule: the thread of each access. The ops of the reference run one after another. */
const sides = {
  subject: { ops: subject, schedule: [0, 0] },
  reference: { ops: reference, schedule: [0] },
};

const COUNT = 0;
const shared = workerData?.shared ?? new SharedArrayBuffer(8);
/** How many accesses were made so far: that says whose turn it is. */
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

/** The op under way, and the accesses of this thread. */
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
}

/** The same for an access to a word, which held `old` before. */
function noteWord(access, word, old) {
  const value = Atomics.load(words, word);
  note(access, value === old ? show(old) : show(old) + ' -> ' + show(value));
  Object.assign(rows.at(-1), { old, value });
  return old;
}

function store(word, value) {
  takeTurn();
  const old = Atomics.load(words, word);
  Atomics.store(words, word, value);
  noteWord('store ' + show(value), word, old);
}
function fetchAdd(word, value) {
  takeTurn();
  return noteWord('fetch_add(' + show(value) + ')', word, Atomics.add(words, word, value));
}

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


function runThread() {
  const calls = [];
  const end = { thread: self, calls, rows };
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
  const count = program.length;
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


const VALUES = 'word';
let final = START;

/** @returns the calls of a side, in their order, and the rows of its accesses */
async function run(name) {
  Atomics.store(words, COUNT, START);
  const ends = await runThreads(name);
  if (ends.some(({ isStopped }) => isStopped)) throw new Unrecorded('the schedule ends inside an op');
  final = Atomics.load(words, COUNT);
  const calls = ends.flatMap((end) => end.calls).sort((one, other) => one.called - other.called);
  return { calls, rows: ends.flatMap((end) => end.rows).sort((one, other) => one.at - other.at) };
}

/** @returns whether it diverges */
async function runSubject() {
  const { calls, rows } = await run('subject');
  const word = final;
  printTable(rows);
  console.log('subject:   ' + summary(calls, word));
  console.log('reference: ' + summary(...inOrder(calls)));
  final = word;
  return diverges(subject, calls, rows);
}

/** The reference runs its ops one after another, in the order in which the subject's were called. */
function inOrder(calls) {
  let word = START;
  const done = calls.map(({ thread, name }) => {
    const { result, warnings, value } = whole(reference, name, word);
    word = value;
    return { thread, name, result, warnings };
  });
  return [done, word];
}

async function runReference() {
  const { calls, rows } = await run('reference');
  printTable(rows);
  console.log('reference: ' + summary(calls, final));
  return diverges(reference, calls, rows);
}

function summary(calls, word) {
  const results = program.map((_, thread) => calls.filter((one) => one.thread === thread).map(({ result }) => show(result)));
  const warned = calls.flatMap(({ warnings }) => warnings);
  const lists = results.map((list) => '[' + list.join(', ') + ']').join(' ');
  return 'results ' + lists + ', word ' + show(word) + (warned.length > 0 ? ', warns: ' + warned.join('; ') : '');
}

/** The one op: its result, the word and the warnings against those of the reference. */
function diverges(ops, calls) {
  const word = final;
  const [[expected], expectedWord] = inOrder(calls);
  const [seen] = calls;
  const warns = ({ warnings }) => warnings.join('\n');
  return seen.result !== expected.result || word !== expectedWord || warns(seen) !== warns(expected);
}

async function main() {
  const flags = process.argv.slice(2);
  if (flags.some((flag) => flag !== '--reference')) throw new Unrecorded('the only flag is --reference');
  const found = flags.length > 0 ? await runReference() : await runSubject();
  console.log(found ? "DIVERGES (inc: value, protects)" : 'agrees');
  process.exitCode = found ? 1 : 0;
}

if (!isMainThread) runThread();
else {
  main().catch((error) => {
    console.error('cannot run: ' + (error instanceof Unrecorded ? error.message : error.stack));
    process.exitCode = 2;
  });
}
