import { knownBefore, nothingKnown } from './knowledge.ts';
import { join, type Setting, type State, type View } from './state.ts';

/*
 * The law of RCU, for a reader's section C and a grace period G. One of two holds:
 *
 *     C ends before G does, and what has reached C's thread by then reaches everybody before G ends
 *     G begins before C does, and what has reached G's thread by then reaches everybody before C begins
 *
 * Here a grace period that begins makes everybody see what its thread knows, so the second holds for every section that
 * begins later. The sections that have begun by then are noted; for these the first must hold.
 */

/** @returns the state in which the grace period has begun, and knows whom it waits for */
export function beginGrace(setting: Setting, state: State, thread: number, place: number): State {
  const event = setting.program.threads[thread]!.events[place]!;
  if (event.kind !== 'grace') throw new Error('internal: no grace period stands there');
  const awaited = setting.sections.flatMap((section, index) => {
    const hasBegun = (state.done[section.thread]! & section.inside) !== 0;
    return section.domain === event.domain && hasBegun && setting.rules.has('grace') ? [index] : [];
  });
  return { ...state, awaited: state.awaited.with(setting.base[thread]! + place, awaited) };
}

/** Whether every section that it waits for has ended. */
export function canEndGrace({ sections }: Setting, state: State, number: number): boolean {
  return state.awaited[number]!.every((index) => {
    const { thread, ahead } = sections[index]!;
    return (ahead & ~state.done[thread]!) === 0;
  });
}

/** @returns what everybody sees when it has ended: what those sections saw */
export function endGrace(setting: Setting, state: State, number: number): View {
  let view = nothingKnown(setting);
  if (!setting.rules.has('grace-push')) return view;
  for (const index of state.awaited[number]!) {
    const { thread, leave } = setting.sections[index]!;
    view = join(state, view, knownBefore(setting, state, thread, leave));
  }
  return view;
}
