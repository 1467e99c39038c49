// inet-peer-naive: put-zero-warning-false-alarm
//
// Starting from one, put ends as in the original, but warns: "decrement hit 0; leaking
// memory". The reference is right here: the subject objects to sound use. Source:
// net/ipv4/inetpeer.c, before and after v4.13.
//
// Subject: inet-peer-naive. Reference: inet-peer. Start: state one.
// Case: inet-peer-naive/put-zero-warning-false-alarm.yaml, found by random.
//
// Run it with node (20 or later), no arguments. Worker threads make the accesses one after another, in the order
// of the schedule, and every access is printed.
// Exit code 1: the divergence shows. 0: it does not. 2: it cannot be run, or took a path that was not recorded.
// With --reference the ops of the reference run instead; nothing diverges then.
// Limits: sequentially consistent, one thread at a time; this program and this schedule only.

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** By thread: the ops it calls. */
const program = [["put()"]];
/** get: 'granted' makes the caller a holder. enter: of the RCU section. put, use: only by a holder. */
const roles = {
  "put()": "put",
};

/** The ops of the subject, as far as this case needs them: decision trees over what the accesses read. */
const subject = {
  "put()": () => {
    const r0 = fetchSub(COUNT, 1); // release
    if (r0 !== 1) unrecorded(r0);
    store(COUNT, (0xC0000000 | 0)); // relaxed
    return { result: "void", warnings: ["decrement hit 0; leaking memory"] };
  },
};

/** The ops of the reference, likewise. */
const reference = {
  "put()": () => {
    const r0 = fetchSub(COUNT, 1); // relaxed
    if (r0 !== 1) unrecorded(r0);
    return { result: "void", warnings: [] };
  },
};

/** The schedule: the thread of each access; 1 is RCU. The reference runs without preemptions. */
const sides = {
  subject: { ops: subject, schedule: [0, 0] },
  reference: { ops: reference, schedule: [0] },
};

// Words, and below them the life of the object. HELD and INSIDE have a cell for each thread.
const COUNT = 0;
const LIST = 1;
const FREED = 2;
const PENDING = 3;
const CALL_WAITS = 4;
const CALLING = 5;
const NOTED = 6;
const NOTE_WAITS = 7;
const FACTS = 8;
const WARNED = 9;
const LEFT = 10;
const HELD = 11;
const WORD_NAMES = ["count", "list"];
const shared = workerData?.shared ?? new SharedArrayBuffer(4 * 23);
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
  if (op !== '' && roles[op] === 'put') words[HELD + self]--;
}

/** The same for an access to a word, which held `old` before. */
function noteWord(access, word, old) {
  const value = Atomics.load(words, word);
  note(access, WORD_NAMES[word] + ' ' + (value === old ? show(old) : show(old) + ' -> ' + show(value)));
  if ([COUNT].includes(word) && words[FREED] > 0) fact('use-after-free');
  return old;
}

function store(word, value) {
  takeTurn();
  const old = Atomics.load(words, word);
  Atomics.store(words, word, value);
  noteWord('store ' + show(value), word, old);
}
function fetchSub(word, value) {
  takeTurn();
  return noteWord('fetch_sub(' + show(value) + ')', word, Atomics.sub(words, word, value));
}

const INSIDE = HELD + 5;
const FACT_NAMES = ["use-after-free", "double-free", "freed-while-held", "resurrection", "leak", "deadlock", "crash"];

/** A fact about the object's life, shown on the access that brought it. */
function fact(name) {
  const bit = 1 << FACT_NAMES.indexOf(name);
  if (!(words[FACTS] & bit) && rows.length > 0) rows.at(-1).end += ' !! ' + name;
  words[FACTS] |= bit;
}

/** Where each side starts: the state one. The list: 0 nowhere, 1 the live structure, 2 the trash. */
const starts = {
  subject: { words: [[COUNT, 1], [LIST, 1]], noted: 0, held: [1, 0, 0, 0], inside: [0, 0, 0, 0] },
  reference: { words: [[COUNT, 1], [LIST, 1]], noted: 0, held: [1, 0, 0, 0], inside: [0, 0, 0, 0] },
};
/**
 * All warnings that the reference can give. Recorded, because they come from
 * every schedule of the reference, which cannot be explored again here.
 */
const allowed = new Set([
]);

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


function runThread() {
  const calls = [];
  const end = { thread: self, calls, rows, results, moments };
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
  const count = program.length + Number(schedule.includes(RCU));
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


const VALUES = 'values';

/** @returns whether it diverges: something is seen that the reference gives in no schedule */
async function run(name) {
  const start = starts[name];
  for (const [word, value] of start.words) Atomics.store(words, word, value);
  words[NOTED] = start.noted;
  words.set(start.held, HELD);
  words.set(start.inside, INSIDE);
  words[LEFT] = 1;
  const ends = await runThreads(name);
  const isEarly = ({ thread, isStopped, calls }) => isStopped && (thread < RCU || calls.at(-1).called !== undefined);
  if (ends.some(isEarly)) throw new Unrecorded('the schedule ends inside an op');
  printTable(ends.flatMap(({ rows }) => rows).sort((one, other) => one.at - other.at));
  const facts = FACT_NAMES.filter((_, bit) => words[FACTS] & (1 << bit));
  const warnings = ends
    .flatMap(({ calls }) => calls.filter((one) => one.warnings))
    .sort((one, other) => one.returned - other.returned)
    .flatMap((one) => one.warnings);
  const vectors = vectorsOf(ends);
  console.log('results:  ' + (vectors.at(-1) ?? 'none'));
  console.log('warnings: ' + (warnings.join('; ') || 'none'));
  console.log('facts:    ' + (facts.join(', ') || 'none'));
  const strange = warnings.filter((one) => !allowed.has(one));
  for (const one of new Set(strange)) console.log('the reference never gives: ' + one);
  return strange.length > 0;
}

const runSubject = () => run('subject');
const runReference = () => run('reference');

/** The results of all threads after each op, as far as they were known then. */
function vectorsOf(ends) {
  const moments = ends.flatMap((end) => end.moments).sort((one, other) => one.at - other.at);
  const now = program.map((_, thread) => ends[thread].results.slice(0, ends[thread].results.length - moments.filter((one) => one.thread === thread).length));
  return moments.map(({ thread, results }) => {
    now[thread] = results;
    return now.map((list) => list.join(', ')).join(' | ');
  });
}

async function main() {
  const flags = process.argv.slice(2);
  if (flags.some((flag) => flag !== '--reference')) throw new Unrecorded('the only flag is --reference');
  const found = flags.length > 0 ? await runReference() : await runSubject();
  console.log(found ? "DIVERGES (put: warning, false-alarm; inet-peer-naive from one)" : 'agrees');
  process.exitCode = found ? 1 : 0;
}

if (!isMainThread) runThread();
else {
  main().catch((error) => {
    console.error('cannot run: ' + (error instanceof Unrecorded ? error.message : error.stack));
    process.exitCode = 2;
  });
}
