import { roles } from '../example/case.mjs';
import { words } from '../memory.mjs';
import { now, self } from '../turns.mjs';
import { HELD } from './object.mjs';

export function openCall(call) {
  call.called = now;
  // A hold ends when the put begins: from then on the thread may not rely on the object.
  if (roles[call.name] === 'put') words[HELD + self]--;
}
