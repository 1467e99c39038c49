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

const W_COUNT = 0;
const W_LIST = 1;
const WORDS = 2;
const WORD_NAMES = ["count", "list"];
const IN_OBJECT = [W_COUNT];
const COMPARED = "warnings";
const OPS_TO_MAKE = 1;
const DIVERGES = "DIVERGES (put: warning, false-alarm; inet-peer-naive from one)";
/** By thread: the ops it calls. */
const program = [["put()"]];
/** get: 'granted' makes the caller a holder. enter: of the RCU section. put, use: only by a holder. */
const roles = {
  "put()": "put",
};
/** The thread of each access; 1 is RCU. The reference runs without preemptions. */
const schedules = {
  subject: [0, 0],
  reference: [0],
};
/** The state one. The list: 0 nowhere, 1 the live structure, 2 the trash. */
const starts = {
  subject: { words: [[W_COUNT, 1], [W_LIST, 1]], noted: 0, held: [1, 0, 0, 0], inside: [0, 0, 0, 0] },
  reference: { words: [[W_COUNT, 1], [W_LIST, 1]], noted: 0, held: [1, 0, 0, 0], inside: [0, 0, 0, 0] },
};
/**
 * All warnings that the reference can give. Recorded, because they come from
 * every schedule of the reference, which cannot be explored again here.
 */
const allowed = new Set([
]);

/** A cell for the turns, one for each word, and enough of them for the life of a scheme's object. */
const shared = workerData?.shared ?? new SharedArrayBuffer(4 * (1 + WORDS + 32));
/** The accesses made so far: the place in the schedule. -1 when a thread has failed. */
const baton = new Int32Array(shared, 0, 1);
/** The shared memory of the ops. */
const words = new Int32Array(shared, 4);

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

// The life of the object that the scheme counts references to, in the cells behind the words.
/** How often it was freed. */
const FREED = WORDS;
/** Callbacks queued by call_rcu, the readers they wait for (a bit each), and whether one is running. */
const PENDING = WORDS + 1;
const CALL_WAITS = WORDS + 2;
const CALLING = WORDS + 3;
/** Whether idleness was noted, and the readers of then that are still inside (a bit each). */
const NOTED = WORDS + 4;
const NOTE_WAITS = WORDS + 5;
/** The facts so far, a bit each; warnings so far; ops that the threads still have to make. */
const FACTS = WORDS + 6;
const WARNED = WORDS + 7;
const LEFT = WORDS + 8;
/** A cell for each thread: references held, and RCU read sections that it is inside of. */
const SLOTS = 5;
const HELD = WORDS + 9;
const INSIDE = HELD + SLOTS;

function isHeld() {
  return words.subarray(HELD, HELD + SLOTS).some((held) => held > 0);
}

function openCall(call) {
  call.called = now;
  // A hold ends when the put begins: from then on the thread may not rely on the object.
  if (roles[call.name] === 'put') words[HELD + self]--;
}

/** A value as the table shows it: small ones in decimal, others so that their bits can be read. */
function show(value) {
  if (typeof value !== 'number') return value === undefined ? 'void' : String(value);
  if (Math.abs(value) <= 4096) return String(value);
  return `0x${(value >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
}

/** No verdict: another path than the recorded one, or a schedule that does not fit. */
class Unrecorded extends Error {}

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

/** What can go wrong in the life of an object. */
const FACT_NAMES = [
  'use-after-free',
  'double-free',
  'freed-while-held',
  'resurrection',
  'leak',
  'stuck',
  'crash',
];

/** Notes a fact about the object's life behind the access that brought it about. */
function noteFact(name) {
  const bit = 1 << FACT_NAMES.indexOf(name);
  if (!(words[FACTS] & bit) && rows.length > 0) rows.at(-1).end += ` !! ${name}`;
  words[FACTS] |= bit;
}

/** The results of this thread, and a copy of them at each moment at which there was a new one. */
const results = [];
const moments = [];

/** Adds a result of this thread. The run has begun, except for ops that are skipped before it does. */
function push(result, hasBegun) {
  results.push(result);
  if (!hasBegun) return;
  words[LEFT]--;
  moments.push({ at: now, thread: self, results: [...results] });
}

/** An access to a word that lies in the object. */
function touch(word) {
  if (IN_OBJECT.includes(word) && words[FREED] > 0) noteFact('use-after-free');
}

/** Notes an access to a word, which held `old` before. Returns that. */
function noteWord(access, word, old) {
  const value = Atomics.load(words, word);
  note(access, `${WORD_NAMES[word]} ${value === old ? show(old) : `${show(old)} -> ${show(value)}`}`);
  touch(word);
  return old;
}

function store(word, value) {
  takeTurn();
  const old = Atomics.load(words, word);
  Atomics.store(words, word, value);
  noteWord(`store ${show(value)}`, word, old);
}

function fetchSub(word, value) {
  takeTurn();
  return noteWord(`fetch_sub(${show(value)})`, word, Atomics.sub(words, word, value));
}

/** The ops of the subject, as far as this case needs them: decision trees over what the accesses read. */
const subject = {
  "put()": () => {
    const r0 = fetchSub(W_COUNT, 1); // release
    if (r0 !== 1) unrecorded(r0);
    store(W_COUNT, (0xC0000000 | 0)); // relaxed
    return { result: "void", warnings: ["decrement hit 0; leaking memory"] };
  },
};

/** The ops of the reference, likewise. */
const reference = {
  "put()": () => {
    const r0 = fetchSub(W_COUNT, 1); // relaxed
    if (r0 !== 1) unrecorded(r0);
    return { result: "void", warnings: [] };
  },
};

const ops = { subject, reference };

/** The thread after those of the program. */
const RCU = program.length;

/** Calls the ops of one thread. The last thread is RCU, whose only op is the callback. */
function runOps(side, calls) {
  if (self === RCU) for (;;) runOp(side, 'callback', calls);
  skipVoid(false);
  while (results.length < program[self].length) runOp(side, program[self][results.length], calls);
}

function runOp(side, name, calls) {
  const call = beginCall(name);
  calls.push(call);
  const { result, warnings } = ops[side][name]();
  Object.assign(call, { returned: now, result, warnings });
  const row = rows.at(-1);
  if (self !== RCU) row.end = ` = ${result}${row.end}`;
  row.end += warnings.map((text) => ` !! ${text}`).join('');
  words[WARNED] += warnings.length;
  if (self === RCU) {
    words[CALLING] = 0;
    if (result !== undefined) noteFact('crash');
  } else complete(roles[name], result);
  noteLeak();
}

/** What the result of an op means for the object. */
function complete(role, result) {
  if (result === 'granted' && (role === 'get' || role === 'enter')) {
    words[HELD + self]++;
    if (role === 'get' && words[FREED] > 0) noteFact('resurrection');
  }
  const isClass = ['granted', 'refused', 'void'].includes(result);
  if (!isClass) noteFact('crash');
  push(isClass ? result : 'void', true);
  skipVoid(true);
}

/** A put or a use by a thread that holds nothing is not made. */
function skipVoid(hasBegun) {
  const needsHold = () => ['put', 'use'].includes(roles[program[self][results.length]]);
  while (needsHold() && words[HELD + self] === 0) push('void', hasBegun);
}

/** Unlinked, held by nobody, not freed, and nobody is going to free it. A scheme that warned has said so. */
function noteLeak() {
  if (words[LEFT] > 0 || words[WARNED] > 0) return;
  const isDue = words[PENDING] > 0 || words[FREED] > 0 || words[CALLING] > 0;
  if (words[W_LIST] === 0 && !isHeld() && !isDue) noteFact('leak');
}

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

function putAtStart(start) {
  for (const [word, value] of start.words) Atomics.store(words, word, value);
  words[NOTED] = start.noted;
  words.set(start.held, HELD);
  words.set(start.inside, INSIDE);
  words[LEFT] = OPS_TO_MAKE;
}

/** The schedule may end with threads that wait for each other's locks. Half an op would make no verdict. */
function checkEnd(ends) {
  // RCU never ends by itself: it may be stopped between two callbacks.
  const early = ends.filter(
    ({ thread, isStopped, calls }) => isStopped && (thread < RCU || calls.at(-1).called !== undefined),
  );
  if (early.some(({ calls }) => !calls.at(-1).blocked))
    throw new Unrecorded('the schedule ends inside an op');
  if (early.length > 0) noteFact('stuck');
}

/** The results of all threads after each op, as far as they were known then. */
function vectorsOf(ends) {
  const inOrder = ends.flatMap((end) => end.moments).sort((one, other) => one.at - other.at);
  // Ops that were skipped before the run began have a result and no moment.
  const seen = program.map((_, thread) => {
    const end = ends[thread];
    return end.results.slice(0, end.results.length - end.moments.length);
  });
  return inOrder.map((moment) => {
    seen[moment.thread] = moment.results;
    return seen.map((list) => list.join(', ')).join(' | ');
  });
}

function warningsOf(ends) {
  return ends
    .flatMap(({ calls }) => calls.filter((one) => one.warnings))
    .sort((one, other) => one.returned - other.returned)
    .flatMap((one) => one.warnings);
}

/** @returns whether it diverges: something is seen that the reference gives in no schedule */
async function run(side) {
  putAtStart(starts[side]);
  const count = program.length + Number(schedules[side].includes(RCU));
  const ends = await runThreads(side, count, import.meta.url);
  checkEnd(ends);
  const rows = ends.flatMap((end) => end.rows).sort((one, other) => one.at - other.at);
  printTable('values', rows);
  const seen = {
    results: vectorsOf(ends),
    warnings: warningsOf(ends),
    facts: FACT_NAMES.filter((_, bit) => words[FACTS] & (1 << bit)),
  };
  console.log(`results:  ${seen.results.at(-1) ?? 'none'}`);
  console.log(`warnings: ${seen.warnings.join('; ') || 'none'}`);
  console.log(`facts:    ${seen.facts.join(', ') || 'none'}`);
  const strange = new Set(seen[COMPARED].filter((one) => !allowed.has(one)));
  for (const one of strange) console.log(`the reference never gives: ${one}`);
  return strange.size > 0;
}

// The threads run this file as well.
if (isMainThread) main(run);
else runThread(runOps, { results, moments });
