import { Access, SCHEME_WORDS, WordIndex, wordNamesOf } from '../fuzz/access.ts';
import type { Subject } from '../targets/subject.ts';
import { wordConstant } from './op-code.ts';

/**
 * The part of an exported program that is the same for every case, as JavaScript text. Only what the ops of
 * the case use is written out: people read these files.
 */

/** Words, the table of accesses, and the functions that make an access. */
export function accessCode(kinds: ReadonlySet<number>, words: ReadonlySet<number>, subject: Subject): string {
  const isScheme = subject.kind === 'scheme';
  const names = [...new Set([WordIndex.COUNT, ...(isScheme ? [WordIndex.LIST] : []), ...words])].sort(
    (a, b) => a - b,
  );
  const used = [...kinds].sort((a, b) => a - b).flatMap((kind) => ACCESSORS[kind] ?? []);
  return [
    ...names.map((word) => `const ${wordConstant(wordNamesOf(subject)[word]!)} = ${word};`),
    `const words = new Int32Array(new SharedArrayBuffer(4 * ${Math.max(...names) + 1}));`,
    NOTE(isScheme, ownNames(subject), inObject(subject)),
    ...used,
  ].join('\n');
}

/** The scheme's own words by number, as the rest of an object literal. */
function ownNames(subject: Subject): string {
  const own = subject.kind === 'scheme' ? (subject.words ?? []) : [];
  return own.map(({ name }, at) => `, ${SCHEME_WORDS + at}: '${name} '`).join('');
}

function inObject(subject: Subject): string {
  const own = subject.kind === 'scheme' ? (subject.words ?? []) : [];
  const words = own.flatMap(({ isInObject }, at) => (isInObject ? [SCHEME_WORDS + at] : []));
  return words.length === 0 ? 'word === COUNT' : `[COUNT, ${words.join(', ')}].includes(word)`;
}

const NOTE = (isScheme: boolean, own: string, objectWord: string) => `
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

/** The same for an access to a word, which held \`old\` before. */
function noteWord(access, word, old) {
  const value = Atomics.load(words, word);
  note(access, ${isScheme ? (own ? `({ 0: 'count ', 1: 'list '${own} })[word] + ` : "['count ', 'list '][word] + ") : ''}(value === old ? show(old) : show(old) + ' -> ' + show(value)));
  Object.assign(rows.at(-1), { word, old, value });
${isScheme ? `  if (${objectWord} && object.freed > 0) fact('use-after-free');\n` : ''}  return old;
}
`;

/** One function for each kind of access. */
const ACCESSORS: Readonly<Record<number, string>> = {
  [Access.LOAD]: `const load = (word) => noteWord('load', word, Atomics.load(words, word));`,
  [Access.STORE]: `function store(word, value) {
  const old = Atomics.load(words, word);
  Atomics.store(words, word, value);
  noteWord('store ' + show(value), word, old);
}`,
  [Access.EXCHANGE]: `const exchange = (word, value) =>
  noteWord('exchange(' + show(value) + ')', word, Atomics.exchange(words, word, value));`,
  [Access.FETCH_ADD]: `const fetchAdd = (word, value) =>
  noteWord('fetch_add(' + show(value) + ')', word, Atomics.add(words, word, value));`,
  [Access.FETCH_SUB]: `const fetchSub = (word, value) =>
  noteWord('fetch_sub(' + show(value) + ')', word, Atomics.sub(words, word, value));`,
  [Access.COMPARE_EXCHANGE]: `const compareExchange = (word, expected, desired) =>
  noteWord(
    'cmpxchg(' + show(expected) + ', ' + show(desired) + ')',
    word,
    Atomics.compareExchange(words, word, expected, desired),
  );`,
  [Access.LOCK]: `class Blocked extends Unrecorded {}
const LOCK_NAMES = { 2: '', 3: ' mutex', 15: ' timer' };
function lock(word) {
  const owner = Atomics.compareExchange(words, word, 0, running + 1);
  if (owner !== 0) throw new Blocked('thread ' + running + ' waits for a lock that thread ' + (owner - 1) + ' has');
  note('lock' + (LOCK_NAMES[word] ?? ''));
}`,
  [Access.UNLOCK]: `function unlock(word) {
  Atomics.store(words, word, 0);
  note('unlock' + (LOCK_NAMES[word] ?? ''));
}`,
  [Access.RCU_LOCK]: `function rcuReadLock() {
  object.inside[running]++;
  note('rcu_read_lock');
}`,
  [Access.RCU_UNLOCK]: `function rcuReadUnlock() {
  object.inside[running]--;
  note('rcu_read_unlock');
  if (object.inside[running] > 0) return;
  object.callWaits.delete(running);
  object.idleWaits.delete(running);
}`,
  [Access.RCU_CALL]: `function callRcu() {
  object.pending++;
  for (const thread of readers()) object.callWaits.add(thread);
  note('call_rcu');
}`,
  [Access.RCU_CALLBACK]: `function rcuCallback() {
  if (object.pending === 0 || object.callWaits.size > 0) throw new Unrecorded('the grace period is not over');
  object.pending--;
  note('grace period is over');
}`,
  [Access.IDLE_NOTE]: `function noteIdle() {
  object.idle = true;
  object.idleWaits = new Set(readers());
  note('note idle');
}`,
  [Access.IDLE_CLEAR]: `function clearIdle() {
  object.idle = false;
  object.idleWaits.clear();
  note('clear idle note');
}`,
  [Access.IDLE_CHECK]: `/** 0: no idle note. 1: noted, and RCU readers of that time are still inside. 2: noted, and they have left. */
function checkIdle() {
  const answer = !object.idle ? 0 : object.idleWaits.size > 0 ? 1 : 2;
  note('check idle note', String(answer));
  return answer;
}`,
  [Access.USE]: `function use() {
  note('use');
  if (object.freed > 0) fact('use-after-free');
}`,
  [Access.FREE]: `function free() {
  note('free');
  if (object.freed > 0) fact('double-free');
  else if (object.held.some((held) => held > 0)) fact('freed-while-held');
  object.freed++;
}`,
};

/** The life of a scheme's object, beside its words. */
export const OBJECT = `
/** A fact about the object's life, shown on the access that brought it. */
function fact(name) {
  if (!object.facts.has(name)) rows.at(-1).end += ' !! ' + name;
  object.facts.add(name);
}

/** Threads inside an RCU read section. */
function readers() {
  return object.inside.flatMap((depth, thread) => (depth > 0 ? [thread] : []));
}`;

/** Stepping threads. A counter's ops take effect by their accesses alone. */
export const COUNTER_STEPS = `
const threads = program.map((names) => ({ names, results: [], op: undefined, call: undefined }));
/** The ops in the order of their calls. */
const calls = [];
let now = 0;

/** Lets a thread make its next access. An op yields before each, so the first \`next\` makes none. */
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
}`;

export const SCHEME_STEPS = `
/** The last thread is RCU, whose only op is the callback. */
const threads = [...program, []].map((names) => ({ names, results: [], op: undefined }));
const RCU = program.length;
const warnings = [];
/** The results of all threads after each op, as far as they were known then. */
const vectors = [];

/** Lets a thread make its next access. An op yields before each, so the first \`next\` makes none. */
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
}`;

export const DEADLOCK = `
/** Whether every thread that is not done waits for a lock. */
function noteDeadlock() {
  const left = threads.slice(0, RCU).flatMap(({ names, results }, at) => (results.length < names.length ? [at] : []));
  const isBlocked = (thread) => {
    try {
      step(thread);
    } catch (error) {
      if (error instanceof Blocked) return true;
      throw error;
    }
    return false;
  };
  if (left.length > 0 && left.every(isBlocked)) fact('deadlock');
}`;

export const TABLE = `
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
}`;

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
}`;
