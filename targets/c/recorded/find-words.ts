import { InputError } from '../../subject/input-error.ts';
import type { Declarations } from './c-declarations.ts';
import type { DeclaredTime } from './declared-time.ts';
import type { Layout, Place } from './layout.ts';
import type { Field } from './object-fields.ts';
import type { Places } from './places.ts';
import { pointsTo } from './pointer-names.ts';
import { Asked, SoughtObject } from './sought-object.ts';
import { Astray, SearchAnew, SoughtPlaces } from './sought-places.ts';
import { type SoughtValue, SoughtValues } from './sought-values.ts';
import type { Surroundings } from './surroundings.ts';
import { type Extent, WordNames } from './word-names.ts';

/** Runs of ops in one search. The largest protocols that are known take some thousands. */
const MOST_RUNS = 20_000;
/** Below it nothing lies: see regions.ts. */
const NULL_PAGE = 4096;
/** Searches: each begins with one more place known. */
const MOST_SEARCHES = 100;

/** What runs the ops of a source. */
export interface OpRunner {
  layOut(layout: Layout, time: DeclaredTime, places?: Places): void;
  /** Runs a function. */
  run(index: number, around: Surroundings, args: readonly number[]): unknown;
  /** Runs a function that an op has queued or armed. */
  runLater(around: Surroundings, which: number): unknown;
  /** Where the op stands that an access has stopped; undefined when it has come to its end. */
  continuation(): string | undefined;
}

/**
 * The words that ops share beside those that the source declares: whatever they write in the object or in static variables,
 * and whatever a state sets there that they look at.
 *
 *     static int found;                       a word: lookup writes it
 *     static int step = 3;                    none: nobody writes it, so 3 is what it holds
 *     struct peer { int kind; … };            a word if some state sets it and some op reads it
 *
 * They follow from the source alone: each op is run alone from each of its accesses on with every value that a state, or
 * any op, has left in the word, until nothing new comes of it. Of words whose values have no end, such as counts, some are
 * tried, so a write that needs a particular large count may be missed. It is refused when it is met: a word too few is an
 * error, and never a wrong answer.
 *
 * Values are kept by word, and not by state of all words. So a run may see two that never go together, and a word may be found
 * that no program writes. It does no harm but for the room that it takes.
 *
 * @param path of the source, for messages
 * @returns none for a counter, which has one word
 * @throws InputError where there is no end of them, and for a pointer that threads could not share
 */
export function findWords(
  path: string,
  declared: Declarations,
  fields: readonly Field[],
  runner: OpRunner,
): Place[] {
  if (declared.kind === 'counter') return [];
  const names = new WordNames(declared.layout, fields);
  let met: readonly Extent[] = [];
  for (let search = 0; ; search++) {
    const places = new SoughtPlaces(declared.layout, names, declared.memory, met);
    try {
      const values = new WordSearch(declared, places, runner).run();
      refuseLocals(
        path,
        declared.layout,
        fields,
        (place) => numbers(values.of(places.at(place.address)!)),
        places.list,
      );
      const isPointer = (place: Place) => {
        const held = numbers(values.of(places.at(place.address)!)).filter((value) => value !== 0);
        return (
          held.length > 0 && held.every((value) => pointsTo(value, declared.layout, fields) !== undefined)
        );
      };
      const found = places.found().map((place) => (isPointer(place) ? { ...place, isPointer: true } : place));
      return named(found, declared.layout.places);
    } catch (thrown) {
      if (!(thrown instanceof SearchAnew)) throw thrown;
      if (search === MOST_SEARCHES) throw tooMany(path);
      met = places.met;
    }
  }
}

/** Values of 8 bytes are no pointers, which have 4. */
function numbers(values: readonly SoughtValue[]): number[] {
  return values.filter((value) => typeof value === 'number');
}

/**
 * Each run of an op has a stack of its own, at the same addresses. So what one thread leaves of its stack in a pointer, another
 * would take for its own: a waiter that queues himself, say.
 */
function refuseLocals(
  path: string,
  { statics }: Layout,
  fields: readonly Field[],
  valuesOf: (place: Place) => readonly number[],
  places: readonly Place[],
): void {
  const isPointer = (place: Place) =>
    fields.some(({ address, type }) => address === place.address && /\*$/.test(type));
  const isLocal = (value: number) => value >= NULL_PAGE && value < statics.from;
  const wrong = places.find((place) => isPointer(place) && valuesOf(place).some(isLocal));
  if (!wrong) return;
  const text = `an op leaves the address of a local variable in "${wrong.name}", where others would find it; refuzz can follow none`;
  throw new InputError(path, text);
}

function tooMany(path: string): InputError {
  const text =
    'its ops share more than refuzz finds; declare the words that matter with REFUZZ_WORD and REFUZZ_FIELD';
  return new InputError(path, text);
}

/** Names are of use only where each means one word. */
function named(found: readonly Place[], declared: readonly Place[]): Place[] {
  const taken = new Set(declared.map(({ name }) => name));
  return found.map((place) => {
    let { name } = place;
    for (let more = 2; taken.has(name); more++) name = `${place.name} (${more})`;
    taken.add(name);
    return { ...place, name };
  });
}

/**
 * An access of an op, with the answers that lead to it, and which answers of its own have been tried. There is one for each place
 * where an op can stand, as for the nodes of a transition tree: two ways to one continuation go on alike.
 */
interface Stopped {
  readonly op: number;
  readonly answers: readonly SoughtValue[];
  readonly possible: readonly SoughtValue[];
  tried: number;
}

/** A function that is run, and what it is given beside the object. */
interface SoughtCall {
  readonly op: string;
  readonly index: number;
  readonly args: readonly number[];
}

/** Where a source lists no values for an argument, a target may; these are those that programs have most. */
const USUAL: readonly number[] = [0, 1, 2];

function callsOf({ ops, conserves }: Declarations): SoughtCall[] {
  const calls = ops.flatMap(({ name, index, arity, values = USUAL }) => {
    const one = arity > 0 ? values : [0];
    const other = arity > 1 ? values : [0];
    const lists = one.flatMap((a) => other.map((b) => [a, b].slice(0, arity)));
    return lists.map((args) => ({ op: name, index, args }));
  });
  if (conserves === undefined) return calls;
  return [...calls, { op: 'REFUZZ_CONSERVES', index: conserves, args: [] }];
}

class WordSearch {
  readonly #declared: Declarations;
  readonly #runner: OpRunner;
  readonly #values: SoughtValues;
  readonly #object: SoughtObject;
  /** Calls by number: the ops, each with its arguments, and what the count is asked to be. */
  readonly #calls: readonly SoughtCall[];
  readonly #stopped: Stopped[] = [];
  /** Where ops have stood. */
  readonly #seen = new Set<string>();
  #runs = 0;

  constructor(declared: Declarations, places: SoughtPlaces, runner: OpRunner) {
    this.#declared = declared;
    this.#runner = runner;
    this.#values = new SoughtValues(places, declared.memory);
    this.#object = new SoughtObject(places, this.#values);
    this.#calls = callsOf(declared);
    runner.layOut(declared.layout, declared.time, places);
  }

  /** @returns what words have held @throws SearchAnew */
  run(): SoughtValues {
    for (const call of this.#calls.keys()) this.#go(call, []);
    const { later } = this.#declared.time;
    // The next owner of memory that is reused comes when it is free, and nobody calls him.
    for (const [which, { kind }] of later.entries()) if (kind === 'reuse') this.#values.later.add(which);
    const hasRun = new Set<number>();
    for (let grows = true; grows && this.#runs < MOST_RUNS; ) {
      grows = this.#tryMore();
      for (const which of this.#values.later) {
        if (hasRun.has(which)) continue;
        hasRun.add(which);
        grows = true;
        this.#go(this.#calls.length + which, []);
      }
    }
    return this.#values;
  }

  /**
   * Tries the answers that have come up since. A word may get another value at any time, from an op that was looked at before
   * or after; so all accesses are gone through until a round brings nothing.
   *
   * @returns whether there were any
   */
  #tryMore(): boolean {
    const before = this.#runs;
    for (const stopped of this.#stopped) {
      const { op, answers, possible } = stopped;
      while (stopped.tried < possible.length && this.#runs < MOST_RUNS)
        this.#go(op, [...answers, possible[stopped.tried++]!]);
    }
    return this.#runs > before;
  }

  /** Numbers behind those of the calls stand for what runs later. */
  #run(number: number): void {
    const object = this.#object;
    const { words, locks, wide, pairs } = object;
    const around = { words, locks, wide, pairs, object };
    const call = this.#calls[number];
    if (!call) this.#runner.runLater({ ...around, op: 'what runs later' }, number - this.#calls.length);
    else {
      const given = [this.#declared.layout.object.from, ...call.args];
      this.#runner.run(call.index, { ...around, op: call.op }, given);
    }
  }

  #go(op: number, answers: readonly SoughtValue[]): void {
    this.#runs++;
    this.#object.begin(answers);
    try {
      this.#run(op);
    } catch (thrown) {
      // What an op may not do is said when a run comes to it: here it may come of values that never meet.
      if (thrown instanceof InputError || thrown instanceof Astray) return;
      if (!(thrown instanceof Asked)) throw thrown;
      const state = this.#runner.continuation();
      if (state === undefined || this.#seen.has(`${op} ${state}`)) return;
      this.#seen.add(`${op} ${state}`);
      this.#stopped.push({ op, answers, possible: thrown.answers, tried: 0 });
    }
  }
}
