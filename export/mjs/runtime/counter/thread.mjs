import { program } from '../example/case.mjs';
import { ops } from '../example/counter-ops.mjs';
import { beginCall, rows } from '../notes.mjs';
import { show } from '../text.mjs';
import { now, self } from '../turns.mjs';

/** Calls the ops of one thread. */
export function runOps(side, calls) {
  for (const name of program[self]) {
    const call = beginCall(name);
    calls.push(call);
    const { result, warnings } = ops[side][name]();
    Object.assign(call, { returned: now, result, warnings });
    rows.at(-1).end = [`= ${show(result)}`, ...warnings.map((text) => `!! ${text}`)].join('  ');
  }
}
