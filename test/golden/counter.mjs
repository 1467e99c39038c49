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

const W_COUNT = 0;
const WORDS = 1;
const START = 0;
const DIVERGES = "DIVERGES (inc: value, protects)";
/** By thread: the ops it calls. */
const program = [["inc()"]];
/** The thread of each access. The ops of the reference run one after another. */
const schedules = {
  subject: [0, 0],
  reference: [0],
};

/** A cell for the turns, one for each word, and enough of them for the life of a scheme's object. */
const shared = workerData?.shared ?? new SharedArrayBuffer(4 * (1 + WORDS + 32));
/** The accesses made so far: the place in the schedule. -1 when a thread has failed. */
const baton = new Int32Array(shared, 0, 1);
/** The shared memory of the ops. */
const words = new Int32Array(shared, 4);

/** Prints accesses in the order in which they were made. */
function printTable(values, rows) {
  const head = { thread: 'thread', op: 'op', access: 'access', values, end: '' };
  const columns = ['thread', 'op', 'access', 'values'];
  const name = ({ thread }) => (thread === program.length ? 'RCU' : String(thread));
  const lines = [head, ...rows.map((row) => ({ ...row, thread: name(row) }))];
  const width = (column) => Math.max(...lines.map((line) => line[column].length));
  for (const line of lines) {
    const cells = columns.map((column) => line[column].padEnd(width(column)));
    console.log([...cells, line.end.trim()].join('  ').trimEnd());
  }
  console.log();
}

/** A value as the table shows it: small ones in decimal, others so that their bits can be read. */
function show(value) {
  if (typeof value !== 'number') return value === undefined ? 'void' : String(value);
  if (Math.abs(value) <= 4096) return String(value);
  return `0x${(value >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
}

/** No verdict: another path than the recorded one, or a schedule that does not fit. */
class Unrecorded extends Error {}

/** Ends a thread: the schedule is over, or another thread has failed. */
class Stopped extends Error {}

/** The number of this thread in the program. The main thread, which runs whole ops to judge, has none. */
const self = workerData?.thread;
const schedule = schedules[workerData?.side];
/** The place in the schedule of this thread's latest access. */
let now = -1;
let hasTurn = false;

/**
 * Waits until the schedule names this thread. The thread then has the turn until its next access, so that all it does
 * in between happens at once as far as the others can see.
 */
function takeTurn() {
  if (isMainThread) return;
  passTurn();
  for (;;) {
    const at = Atomics.load(baton, 0);
    if (at < 0 || at >= schedule.length) throw new Stopped();
    if (schedule[at] === self) {
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

function openCall(call) {
  call.called = now;
}

/** The call under way, and the accesses of this thread. */
let call;
const rows = [];

function beginCall(name) {
  call = { thread: self, name };
  return call;
}

/** Puts an access into the table. A call begins with its first access. */
function note(access, values = '') {
  const isFirst = call.called === undefined;
  if (isFirst) openCall(call);
  rows.push({ at: now, thread: self, op: isFirst ? call.name : '', access, values, end: '' });
}

/** The ops hold the branches that this case takes, and no others. */
function unrecorded(result) {
  const after = result === undefined ? '' : ` after reading ${show(result)}`;
  throw new Unrecorded(`${call.name} took a path that was not recorded${after}`);
}

/** What a thread does: it makes its ops, and hands back what it saw. */
function runThread(runOps, more = {}) {
  const end = { thread: self, calls: [], rows, ...more };
  try {
    runOps(workerData.side, end.calls);
    if (schedule.includes(self, now + 1)) throw new Unrecorded(`thread ${self} has no op left`);
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

/** Runs a side on so many real threads, which take turns as its schedule says. */
async function runThreads(side, count, url) {
  const foreign = schedules[side].find((thread) => thread >= count);
  if (foreign !== undefined) throw new Unrecorded(`there is no thread ${foreign}`);
  setBaton(0);
  const start = (thread) =>
    new Promise((done, fail) => {
      const worker = new Worker(new URL(url), { workerData: { shared, side, thread } });
      worker.once('message', done);
      worker.once('error', fail);
    });
  const ends = await Promise.all(Array.from({ length: count }, (_, thread) => start(thread)));
  const failed = ends.find(({ failure }) => failure);
  if (failed) throw new Unrecorded(failed.failure);
  return ends;
}

/** @returns the calls of a side in their order, the rows of its accesses, and the word when all threads were done */
async function runSide(side, url) {
  Atomics.store(words, W_COUNT, START);
  const ends = await runThreads(side, program.length, url);
  if (ends.some(({ isStopped }) => isStopped)) throw new Unrecorded('the schedule ends inside an op');
  const calls = ends.flatMap((end) => end.calls).sort((one, other) => one.called - other.called);
  const rows = ends.flatMap((end) => end.rows).sort((one, other) => one.at - other.at);
  printTable('word', rows);
  return { side, calls, rows, final: Atomics.load(words, W_COUNT) };
}

/** The results by thread, the word and the warnings. */
function summary(calls, word) {
  const results = program.map((_, thread) => calls.filter((one) => one.thread === thread));
  const lists = results.map((list) => `[${list.map(({ result }) => show(result)).join(', ')}]`).join(' ');
  const warned = calls.flatMap(({ warnings }) => warnings);
  return `results ${lists}, word ${show(word)}${warned.length > 0 ? `, warns: ${warned.join('; ')}` : ''}`;
}

/** Notes an access to the word, which held `old` before. Returns that. */
function noteWord(access, word, old) {
  const value = Atomics.load(words, word);
  note(access, value === old ? show(old) : `${show(old)} -> ${show(value)}`);
  Object.assign(rows.at(-1), { old, value });
  return old;
}

function store(word, value) {
  takeTurn();
  const old = Atomics.load(words, word);
  Atomics.store(words, word, value);
  noteWord(`store ${show(value)}`, word, old);
}

function fetchAdd(word, value) {
  takeTurn();
  return noteWord(`fetch_add(${show(value)})`, word, Atomics.add(words, word, value));
}

/** The ops of the subject, as far as this case needs them: decision trees over what the accesses read. */
const subject = {
  "inc()": () => {
    const r0 = fetchAdd(W_COUNT, 1); // relaxed
    if (r0 !== 0) unrecorded(r0);
    store(W_COUNT, (0xC0000000 | 0)); // relaxed
    return { result: undefined, warnings: ["addition on 0; use-after-free"] };
  },
};

/** The ops of the reference, likewise. */
const reference = {
  "inc()": () => {
    const r0 = fetchAdd(W_COUNT, 1); // relaxed
    if (r0 !== 0) unrecorded(r0);
    return { result: undefined, warnings: [] };
  },
};

const ops = { subject, reference };

/** Calls the ops of one thread. */
function runOps(side, calls) {
  for (const name of program[self]) {
    const call = beginCall(name);
    calls.push(call);
    const { result, warnings } = ops[side][name]();
    Object.assign(call, { returned: now, result, warnings });
    rows.at(-1).end = [`= ${show(result)}`, ...warnings.map((text) => `!! ${text}`)].join('  ');
  }
}

/** Runs one op with nothing between its accesses. */
function whole(side, name, value) {
  Atomics.store(words, W_COUNT, value);
  beginCall(name);
  const { result, warnings } = ops[side][name]();
  return { result, warnings, value: Atomics.load(words, W_COUNT) };
}

/** The reference runs its ops one after another, in the order in which the subject's were called. */
function inOrder(calls) {
  let word = START;
  const done = calls.map(({ thread, name }) => {
    const { result, warnings, value } = whole('reference', name, word);
    word = value;
    return { thread, name, result, warnings };
  });
  return { calls: done, word };
}

/** The one op: its result, the word and its warnings against those of the reference. */
function diverges({ calls, final }) {
  const [seen] = calls;
  const expected = inOrder(calls);
  const warns = ({ warnings }) => warnings.join('\n');
  const [{ result }] = expected.calls;
  return seen.result !== result || final !== expected.word || warns(seen) !== warns(expected.calls[0]);
}

function printExpected(seen) {
  const { calls, word } = inOrder(seen);
  console.log(`reference: ${summary(calls, word)}`);
}

/** @returns whether it diverges */
async function runReference(url) {
  const run = await runSide('reference', url);
  console.log(`reference: ${summary(run.calls, run.final)}`);
  return diverges(run);
}

/** Runs a side, prints the verdict, and turns it into the exit code. */
async function main(run) {
  try {
    const flags = process.argv.slice(2);
    if (flags.some((flag) => flag !== '--reference')) throw new Unrecorded('the only flag is --reference');
    const found = await run(flags.length > 0 ? 'reference' : 'subject');
    console.log(found ? DIVERGES : 'agrees');
    process.exitCode = found ? 1 : 0;
  } catch (error) {
    console.error(`cannot run: ${error instanceof Unrecorded ? error.message : error.stack}`);
    process.exitCode = 2;
  }
}

/** @returns whether it diverges */
async function runSubject(url) {
  const run = await runSide('subject', url);
  console.log(`subject:   ${summary(run.calls, run.final)}`);
  printExpected(run.calls);
  return diverges(run);
}

// The threads run this file as well.
if (isMainThread)
  main((side) => (side === 'subject' ? runSubject(import.meta.url) : runReference(import.meta.url)));
else runThread(runOps);
