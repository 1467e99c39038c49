// inet-peer-naive: put-zero-warning-false-alarm
//
// Starting from one, put ends as in the original, but warns: "decrement hit 0; leaking memory". The
// reference is right here: the subject objects to sound use. Source: net/ipv4/inetpeer.c, before and
// after v4.13.
//
// Subject: inet-peer-naive. Reference: inet-peer. Start: state one.
//
// Run it with node (20 or later), no arguments. It prints every access in the order of the schedule.
// Exit code 1: the divergence shows. 0: it does not. 2: it cannot be run, or took a path that was not recorded.
// Limits: sequentially consistent, one thread of the machine; this program and this schedule only.

/** By thread: the ops it calls. */
const program = [["put()"]];
/** The thread of each access; 1 is RCU. */
const schedule = [0,0];
/** get: 'granted' makes the caller a holder. enter: of the RCU section. put, use: only by a holder. */
const roles = {"put()":"put"};

/** The state "one". The list: 0 nowhere, 1 the live structure, 2 the trash. */
const start = { count: 1, list: 1 };
const object = {
  freed: 0,
  /** By thread: references held, and RCU read sections inside of. The last place is for RCU. */
  held: [1,0,0,0,0],
  inside: [0,0,0,0,0],
  /** Callbacks queued by call_rcu, and the readers they wait for. */
  pending: 0,
  callWaits: new Set(),
  idle: false,
  idleWaits: new Set(),
  facts: new Set(),
};

/** The ops of the subject, as far as this case needs them: decision trees over what the accesses read. */
const subject = {
  "put()": function* () {
    yield;
    const r0 = fetchSub(COUNT, 1); // release
    if (r0 !== 1) unrecorded(r0);
    yield;
    store(COUNT, (0xC0000000 | 0)); // relaxed
    return { result: "void", warnings: ["decrement hit 0; leaking memory"] };
  },
};

/**
 * All warnings that the reference can give. Recorded, because they come from
 * every schedule of the reference, which cannot be explored again here.
 */
const reference = new Set([]);

const COUNT = 0;
const LIST = 1;
const words = new Int32Array(new SharedArrayBuffer(4 * 2));

/** What cannot be run here: another path than the recorded one, or a schedule that does not fit. */
class Unrecorded extends Error {}

function unrecorded(result) {
  const name = threads[running].names[threads[running].results.length] ?? 'callback';
  const seen = result === undefined ? '' : ' after reading ' + show(result);
  throw new Unrecorded(name + ' took a path that was not recorded' + seen);
}

let rows = [];
let running = 0;

function show(value) {
  if (typeof value !== 'number') return value === undefined ? 'void' : String(value);
  if (Math.abs(value) <= 4096) return String(value);
  return '0x' + (value >>> 0).toString(16).toUpperCase().padStart(8, '0');
}

/** Puts an access into the table. */
function note(access, values = '') {
  rows.push({ thread: running, op: '', access, values, end: '' });
}

/** The same for an access to a word, which held `old` before. */
function noteWord(access, word, old) {
  const value = Atomics.load(words, word);
  note(access, ['count ', 'list '][word] + (value === old ? show(old) : show(old) + ' -> ' + show(value)));
  Object.assign(rows.at(-1), { word, old, value });
  if (word === COUNT && object.freed > 0) fact('use-after-free');
  return old;
}

function store(word, value) {
  const old = Atomics.load(words, word);
  Atomics.store(words, word, value);
  noteWord('store ' + show(value), word, old);
}
const fetchSub = (word, value) =>
  noteWord('fetch_sub(' + show(value) + ')', word, Atomics.sub(words, word, value));

/** A fact about the object's life, shown on the access that brought it. */
function fact(name) {
  if (!object.facts.has(name)) rows.at(-1).end += ' !! ' + name;
  object.facts.add(name);
}

/** The last thread is RCU, whose only op is the callback. */
const threads = [...program, []].map((names) => ({ names, results: [], op: undefined }));
const RCU = program.length;
const warnings = [];
/** The results of all threads after each op, as far as they were known then. */
const vectors = [];

/** Lets a thread make its next access. An op yields before each, so the first `next` makes none. */
function step(thread) {
  const self = threads[thread];
  const name = thread === RCU ? 'callback' : self?.names[self.results.length];
  if (name === undefined) throw new Unrecorded('thread ' + thread + ' has no op left');
  running = thread;
  const isCall = !self.op;
  if (isCall) {
    self.op = subject[name]();
    self.op.next();
    // A hold ends when the put begins: the thread may not rely on the object from then on.
    if (roles[name] === 'put') object.held[thread]--;
  }
  const { done, value } = self.op.next();
  if (isCall) rows.at(-1).op = name;
  if (done) finish(thread, name, value);
}

function finish(thread, name, { result, warnings: texts }) {
  const row = rows.at(-1);
  if (thread !== RCU) row.end = ' = ' + result + row.end;
  row.end += texts.map((text) => ' !! ' + text).join('');
  warnings.push(...texts);
  threads[thread].op = undefined;
  if (thread !== RCU) complete(thread, roles[name], result);
  noteLeak();
}

function complete(thread, role, result) {
  if (result === 'granted' && (role === 'get' || role === 'enter')) {
    object.held[thread]++;
    if (role === 'get' && (object.freed > 0 || object.pending > 0)) fact('resurrection');
  }
  threads[thread].results.push(result);
  vectors.push(vectorNow());
  skipVoid(thread, true);
}

/** A put or a use by a thread that holds nothing is not made. */
function skipVoid(thread, noted) {
  const { names, results } = threads[thread];
  const needsHold = () => ['put', 'use'].includes(roles[names[results.length]]);
  while (needsHold() && object.held[thread] === 0) {
    results.push('void');
    if (noted) vectors.push(vectorNow());
  }
}

function vectorNow() {
  return threads.slice(0, RCU).map(({ results }) => results.join(', ')).join(' | ');
}

function isFinished() {
  return threads.slice(0, RCU).every(({ names, results }) => results.length === names.length);
}

/** Unlinked, held by nobody, not freed, and nobody is going to free it. A scheme that warned has said so. */
function noteLeak() {
  if (!isFinished() || warnings.length > 0) return;
  const isDue = object.pending > 0 || object.freed > 0 || threads[RCU].op;
  const isHeld = object.held.some((held) => held > 0);
  if (Atomics.load(words, LIST) === 0 && !isHeld && !isDue) fact('leak');
}

function printTable() {
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
function runSubject() {
  Atomics.store(words, COUNT, start.count);
  Atomics.store(words, LIST, start.list);
  for (let thread = 0; thread < RCU; thread++) skipVoid(thread, false);
  for (const thread of schedule) step(thread);
  if (threads.some(({ op }) => op)) throw new Unrecorded('the schedule ends inside an op');
  printTable();
  console.log('results:  ' + vectorNow());
  console.log('warnings: ' + (warnings.join('; ') || 'none'));
  console.log('facts:    ' + ([...object.facts].join(', ') || 'none'));
  const strange = warnings.filter((one) => !reference.has(one));
  for (const one of new Set(strange)) console.log('the reference never gives: ' + one);
  return strange.length > 0;
}

function runReference() {
  throw new Unrecorded('the reference of a scheme is a set of outcomes over all schedules; it cannot be run');
}

try {
  const flags = process.argv.slice(2);
  if (flags.some((flag) => flag !== '--reference')) throw new Unrecorded('the only flag is --reference');
  const found = flags.length > 0 ? runReference() : runSubject();
  console.log(found ? "DIVERGES (put: warning, false-alarm; inet-peer-naive from one)" : 'agrees');
  process.exitCode = found ? 1 : 0;
} catch (error) {
  console.error('cannot run: ' + (error instanceof Unrecorded ? error.message : error.stack));
  process.exitCode = 2;
}
