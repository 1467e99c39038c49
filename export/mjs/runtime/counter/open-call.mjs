import { now } from '../turns.mjs';

export function openCall(call) {
  call.called = now;
}
