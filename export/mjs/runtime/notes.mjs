import { openCall } from './example/open-call.mjs';
import { show, Unrecorded } from './text.mjs';
import { now, self } from './turns.mjs';

/** The call under way, and the accesses of this thread. */
export let call;
export const rows = [];

export function beginCall(name) {
  call = { thread: self, name };
  return call;
}

/** Puts an access into the table. A call begins with its first access. */
export function note(access, values = '') {
  const isFirst = call.called === undefined;
  if (isFirst) openCall(call);
  rows.push({ at: now, thread: self, op: isFirst ? call.name : '', access, values, end: '' });
}

/** The ops hold the branches that this case takes, and no others. */
export function unrecorded(result) {
  const after = result === undefined ? '' : ` after reading ${show(result)}`;
  throw new Unrecorded(`${call.name} took a path that was not recorded${after}`);
}
