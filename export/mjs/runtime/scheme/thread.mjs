import { program, roles, W_LIST } from '../example/case.mjs';
import { ops } from '../example/scheme-ops.mjs';
import { words } from '../memory.mjs';
import { beginCall, rows } from '../notes.mjs';
import { now, self } from '../turns.mjs';
import { noteFact } from './facts.mjs';
import { CALLING, FREED, HELD, isHeld, LEFT, PENDING, WARNED } from './object.mjs';
import { push, results } from './results.mjs';

/** The thread after those of the program. */
export const RCU = program.length;

/** Calls the ops of one thread. The last thread is RCU, whose only op is the callback. */
export function runOps(side, calls) {
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
