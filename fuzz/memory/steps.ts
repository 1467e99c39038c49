import { placesOf, sourcesOf } from './candidates.ts';
import { isAccess, type WriteEvent } from './event.ts';
import { beginGrace, canEndGrace, endGrace } from './grace-periods.ts';
import { carriedBy, isPlainWrite, knownFromWrite, pushedBy } from './knowledge.ts';
import { isRacing } from './races.ts';
import {
  isComputable,
  isDone,
  join,
  type Setting,
  type State,
  type View,
  valuesOf,
  type Write,
  wordOf,
  writtenBy,
} from './state.ts';

/** One thing that happens, and what comes of it. */
export interface Step {
  readonly thread: number;
  readonly place: number;
  readonly did: 'read' | 'wrote' | 'fenced' | 'began' | 'ended';
  /** Of a read: the write that it took. */
  readonly source: Write | undefined;
  readonly isRace: boolean;
  readonly after: State;
}

/**
 * Everything that can happen next. An empty list means that the program is over, or stuck.
 *
 * Some things need not be weighed against others. A write that can be done is done at once, wherever it may go: until
 * somebody reads it nobody knows of it, and to be done later would only leave it fewer places. A fence that tells nobody
 * anything new is done at once as well. What is left to weigh is when reads are done, and when fences are. Two kinds of
 * writes are weighed too: the first access of a reader's section, as a grace period that begins later has to wait for that
 * section; and one behind a pointer that is still to be read, as it may turn out to point to the same word.
 */
export function stepsFrom(setting: Setting, state: State): readonly Step[] {
  const ready = readyEvents(setting, state);
  for (const [thread, place] of ready)
    if (eventAt(setting, thread, place).kind === 'write' && !isToBeWeighed(setting, state, thread, place))
      return write(setting, state, thread, place);
  const steps: Step[] = [];
  for (const [thread, place] of ready) {
    const { kind } = eventAt(setting, thread, place);
    if (kind === 'write') steps.push(...write(setting, state, thread, place));
    if (kind === 'read') steps.push(...read(setting, state, thread, place));
    if (kind === 'fence') {
      const step = fence(setting, state, thread, place);
      if (step.after.known === state.known) return [step];
      steps.push(step);
    }
    if (kind === 'grace') steps.push(...grace(setting, state, thread, place));
  }
  return steps;
}

function isToBeWeighed(setting: Setting, state: State, thread: number, place: number): boolean {
  return (
    beginsSection(setting, state, thread, place) ||
    earlierMarked(setting, state, thread, place).some(
      (at) => wordOf(setting, state, thread, at) === undefined,
    )
  );
}

/** The places of marked accesses before one that are still to be done. */
function earlierMarked({ program }: Setting, state: State, thread: number, place: number): number[] {
  const { events } = program.threads[thread]!;
  return events
    .slice(0, place)
    .flatMap((event, at) =>
      isAccess(event) && event.order !== 'plain' && !isDone(state, thread, at) ? [at] : [],
    );
}

/** Whether an access before a marked write has turned out to be of the same word, and must be done first. */
function waitsForWord(setting: Setting, state: State, thread: number, place: number): boolean {
  const event = eventAt(setting, thread, place);
  if (event.kind !== 'write' || event.order === 'plain' || !setting.rules.has('same-word')) return false;
  const word = wordOf(setting, state, thread, place);
  return earlierMarked(setting, state, thread, place).some(
    (at) => wordOf(setting, state, thread, at) === word,
  );
}

/** Whether a section begins with this access, and a grace period is still to begin. */
function beginsSection(
  { sections, program, base }: Setting,
  state: State,
  thread: number,
  place: number,
): boolean {
  return sections.some(
    (section) =>
      section.thread === thread &&
      (section.inside & (1 << place)) !== 0 &&
      (section.inside & state.done[thread]!) === 0 &&
      program.threads.some(({ events }, other) =>
        events.some(
          (event, at) =>
            event.kind === 'grace' &&
            event.domain === section.domain &&
            state.awaited[base[other]! + at] === undefined,
        ),
      ),
  );
}

/** Whether every access is done; a fence behind the last one makes no difference. */
export function isOver(setting: Setting, state: State): boolean {
  return setting.program.threads.every(({ events }, thread) =>
    events.every((event, place) => !isAccess(event) || isDone(state, thread, place)),
  );
}

function eventAt({ program }: Setting, thread: number, place: number) {
  return program.threads[thread]!.events[place]!;
}

/** What waits for nothing any more. */
function readyEvents(setting: Setting, state: State): (readonly [thread: number, place: number])[] {
  return setting.orderings.flatMap(({ before, spans }, thread) =>
    before.flatMap((set, place) => {
      const isStep = spans[place] !== undefined || isAccess(eventAt(setting, thread, place));
      const waits = (set & ~state.done[thread]!) !== 0;
      if (!isStep || waits || isDone(state, thread, place)) return [];
      return waitsForWord(setting, state, thread, place) ? [] : [[thread, place] as const];
    }),
  );
}

function done(state: State, thread: number, place: number): readonly number[] {
  return state.done.with(thread, state.done[thread]! | (1 << place));
}

/** One step for each place where the write can go. A race is the same wherever it goes. */
function write(setting: Setting, state: State, thread: number, place: number): Step[] {
  const event = eventAt(setting, thread, place) as WriteEvent;
  const word = wordOf(setting, state, thread, place);
  if (word === undefined) return [];
  const number = setting.base[thread]! + place;
  const history = state.histories[word]!;
  const written = event.value.of(valuesOf(setting, state, thread));
  const before: State = { ...state, value: state.value.with(number, written) };
  const carried = state.carried.with(number, carriedBy(setting, before, thread, place));
  return placesOf(setting, state, thread, place).map((at) => ({
    thread,
    place,
    did: 'wrote',
    source: undefined,
    isRace: isRacing(setting, state, thread, place, history, at),
    after: {
      ...before,
      done: done(state, thread, place),
      carried,
      histories: state.histories.with(word, history.toSpliced(at, 0, number)),
    },
  }));
}

function read(setting: Setting, state: State, thread: number, place: number): Step[] {
  const word = wordOf(setting, state, thread, place);
  if (word === undefined) return [];
  const history = state.histories[word]!;
  return sourcesOf(setting, state, thread, place).flatMap((source): Step[] => {
    const number = setting.base[thread]! + place;
    const value = history.includes(source)
      ? writtenBy(setting, state, source)
      : forwarded(setting, state, thread, source);
    const after: State = {
      ...state,
      done: done(state, thread, place),
      source: state.source.with(number, source),
      value: state.value.with(number, value),
      known: state.known.with(thread, learned(setting, state, thread, place, source)),
    };
    if (!keepsToPath(setting, after, thread, place)) return [];
    const isRace =
      history.includes(source) && isRacing(setting, state, thread, place, history, history.indexOf(source));
    return [{ thread, place, did: 'read', source, isRace, after }];
  });
}

/** What a write that is not done will write. */
function forwarded(setting: Setting, state: State, thread: number, source: Write): number {
  const event = eventAt(setting, thread, source - setting.base[thread]!) as WriteEvent;
  return event.value.of(valuesOf(setting, state, thread));
}

/** Reading another thread's write means that it, and what it carries, has reached this one. */
function learned(setting: Setting, state: State, thread: number, place: number, source: Write): View {
  const event = eventAt(setting, thread, place);
  const tells =
    source >= 0 &&
    setting.thread[source] !== thread &&
    !isPlainWrite(setting, source) &&
    event.kind === 'read' &&
    event.order !== 'plain';
  const known = state.known[thread]!;
  return tells ? join(state, known, knownFromWrite(setting, state, source)) : known;
}

/** Whether the checks that this read completes hold. */
function keepsToPath(setting: Setting, state: State, thread: number, place: number): boolean {
  return setting.program.threads[thread]!.checks.every(
    (check) =>
      !check.reads.includes(place) ||
      !isComputable(state, thread, check) ||
      check.holds(valuesOf(setting, state, thread)),
  );
}

/** What lies before a full fence reaches everybody. */
function fence(setting: Setting, state: State, thread: number, place: number): Step {
  const view = pushedBy(setting, state, thread, place);
  const after = { ...pushed(setting, state, view), done: done(state, thread, place) };
  return { thread, place, did: 'fenced', source: undefined, isRace: false, after };
}

/** Everybody knows of a view. The same state when everybody did. */
function pushed(setting: Setting, state: State, view: View): State {
  if (!setting.rules.has('push')) return state;
  const known = state.known.map((one) => join(state, one, view));
  const isNews = known.some((one, thread) => one.some((write, word) => write !== state.known[thread]![word]));
  return isNews ? { ...state, known } : state;
}

/** A grace period begins, which makes everybody see what is before it, and ends when the readers before it have ended. */
function grace(setting: Setting, state: State, thread: number, place: number): Step[] {
  const number = setting.base[thread]! + place;
  const step = { thread, place, source: undefined, isRace: false };
  if (state.awaited[number] === undefined) {
    const view = pushedBy(setting, state, thread, place);
    return [
      { ...step, did: 'began', after: beginGrace(setting, pushed(setting, state, view), thread, place) },
    ];
  }
  if (!canEndGrace(setting, state, number)) return [];
  const after = pushed(setting, state, endGrace(setting, state, number));
  return [{ ...step, did: 'ended', after: { ...after, done: done(state, thread, place) } }];
}
