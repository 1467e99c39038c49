// refcount-v5.5: inc-zero-value-protects
//
// inc on 0: atomic leaves 1; refcount/v5.5 leaves 0xC0000000, warns "addition on 0; use-after-free".
// The reference goes wrong here and the subject stops it. Source: Documentation/atomic_t.txt;
// include/linux/refcount.h and lib/refcount.c, v5.5 and later.
//
// Subject: refcount/v5.5. Reference: atomic. Start: 0.
//
// Run it with node (20 or later), no arguments. It prints every access in the order of the schedule.
// Exit code 1: the divergence shows. 0: it does not. 2: it cannot be run, or took a path that was not recorded.
// With --reference the ops of the reference run instead, one after another; nothing diverges then.
// Limits: sequentially consistent, one thread of the machine; this program and this schedule only.

const START = 0;
/** By thread: the ops it calls. */
const program = [["inc()"]];
/** The thread of each access. */
const schedule = [0,0];

/** The ops of the subject, as far as this case needs them: decision trees over what the accesses read. */
const subject = {
  "inc()": function* () {
    yield;
    const r0 = fetchAdd(COUNT, 1); // relaxed
    if (r0 !== 0) unrecorded(r0);
    yield;
    store(COUNT, (0xC0000000 | 0)); // relaxed
    return { result: undefined, warnings: ["addition on 0; use-after-free"] };
  },
};

/** The ops of the reference, likewise. */
const reference = {
  "inc()": function* () {
    yield;
    const r0 = fetchAdd(COUNT, 1); // relaxed
    if (r0 !== 0) unrecorded(r0);
    return { result: undefined, warnings: [] };
  },
};

const COUNT = 0;
const words = new Int32Array(new SharedArrayBuffer(4 * 1));

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
  note(access, (value === old ? show(old) : show(old) + ' -> ' + show(value)));
  Object.assign(rows.at(-1), { word, old, value });
  return old;
}

function store(word, value) {
  const old = Atomics.load(words, word);
  Atomics.store(words, word, value);
  noteWord('store ' + show(value), word, old);
}
const fetchAdd = (word, value) =>
  noteWord('fetch_add(' + show(value) + ')', word, Atomics.add(words, word, value));

const threads = program.map((names) => ({ names, results: [], op: undefined, call: undefined }));
/** The ops in the order of their calls. */
const calls = [];
let now = 0;

/** Lets a thread make its next access. An op yields before each, so the first `next` makes none. */
function step(ops, thread) {
  const self = threads[thread];
  const name = self?.names[self.results.length];
  if (name === undefined) throw new Unrecorded('thread ' + thread + ' has no op left');
  running = thread;
  const isCall = !self.op;
  if (isCall) {
    self.op = ops[name]();
    self.op.next();
    self.call = { thread, name, called: now, returned: Infinity };
    calls.push(self.call);
  }
  const { done, value } = self.op.next();
  if (isCall) rows.at(-1).op = name;
  if (done) finish(self, value);
  now++;
}

function finish(self, { result, warnings }) {
  Object.assign(self.call, { returned: now, result, warnings });
  self.results.push(result);
  self.op = undefined;
  rows.at(-1).end = ['= ' + show(result), ...warnings.map((text) => '!! ' + text)].join('  ');
}

/** Runs one op with nothing between its accesses. */
function whole(ops, name, value) {
  const kept = rows;
  rows = [];
  Atomics.store(words, COUNT, value);
  const op = ops[name]();
  let last = op.next();
  while (!last.done) last = op.next();
  rows = kept;
  return { ...last.value, value: Atomics.load(words, COUNT) };
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

const VALUES = 'word';
let final = START;

/** @returns whether it diverges */
function runSubject() {
  Atomics.store(words, COUNT, START);
  for (const thread of schedule) step(subject, thread);
  if (calls.some(({ returned }) => returned === Infinity)) throw new Unrecorded('the schedule ends inside an op');
  final = Atomics.load(words, COUNT);
  printTable();
  console.log('subject:   ' + summary(threads, calls, final));
  console.log('reference: ' + summary(...inOrder()));
  return diverges(subject);
}

/** The reference runs its ops one after another, in the order in which the subject's were called. */
function inOrder() {
  let word = START;
  const sides = program.map(() => ({ results: [] }));
  const done = calls.map(({ thread, name }) => {
    const { result, warnings, value } = whole(reference, name, word);
    word = value;
    sides[thread].results.push(result);
    return { name, result, warnings };
  });
  return [sides, done, word];
}

function runReference() {
  // The subject runs first, unseen: it tells the order of the calls.
  Atomics.store(words, COUNT, START);
  for (const thread of schedule) step(subject, thread);
  const order = calls.splice(0).map(({ thread }) => thread);
  for (const self of threads) self.results = [];
  rows = [];
  Atomics.store(words, COUNT, START);
  for (const thread of order) {
    step(reference, thread);
    while (threads[thread].op) step(reference, thread);
  }
  final = Atomics.load(words, COUNT);
  printTable();
  console.log('reference: ' + summary(threads, calls, final));
  return diverges(reference);
}

function summary(sides, done, word) {
  const results = sides.map((side) => '[' + side.results.map(show).join(', ') + ']').join(' ');
  const warned = done.flatMap(({ warnings }) => warnings);
  return 'results ' + results + ', word ' + show(word) + (warned.length > 0 ? ', warns: ' + warned.join('; ') : '');
}

/** The one op: its result, the word and the warnings against those of the reference. */
function diverges() {
  const [, [expected], word] = inOrder();
  const [seen] = calls;
  const warns = ({ warnings }) => warnings.join('\n');
  return seen.result !== expected.result || final !== word || warns(seen) !== warns(expected);
}

try {
  const flags = process.argv.slice(2);
  if (flags.some((flag) => flag !== '--reference')) throw new Unrecorded('the only flag is --reference');
  const found = flags.length > 0 ? runReference() : runSubject();
  console.log(found ? "DIVERGES (inc: value, protects)" : 'agrees');
  process.exitCode = found ? 1 : 0;
} catch (error) {
  console.error('cannot run: ' + (error instanceof Unrecorded ? error.message : error.stack));
  process.exitCode = 2;
}
