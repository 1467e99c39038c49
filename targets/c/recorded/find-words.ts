import { InputError } from '../../subject/input-error.ts';
import type { Declarations } from './c-declarations.ts';
import type { Place } from './layout.ts';
import type { Field } from './object-fields.ts';
import { Asked, SoughtObject, SoughtValues } from './sought-object.ts';
import { SearchAnew, SoughtPlaces } from './sought-places.ts';
import type { Surroundings } from './surroundings.ts';
import { type Extent, WordNames } from './word-names.ts';

/** Runs of ops in one search. The largest protocols that are known take some thousands. */
const MOST_RUNS = 20_000;
/** Searches: each begins with one more place known. */
const MOST_SEARCHES = 100;

/** What runs the ops of a source in the world that `layOut` has made. */
export interface OpRunner {
  layOut(places: SoughtPlaces): void;
  /** Runs an op by its number; one more stands for the RCU callback. */
  runOp(op: number, around: Surroundings): void;
  /** Where the op stands that an access has stopped; undefined when it has come to its end. */
  continuation(): string | undefined;
}

/**
 * The words that ops share beside those that the source declares: whatever they write in the object or in static variables,
 * and whatever a state sets there that they look at.
 *
 * They follow from the source alone: each op is run alone from each of its accesses on with every value that a state, or
 * any op, has left in the word, until nothing new comes of it. Of words whose values have no end, such as counts, some are
 * tried, so a write that needs a particular large count may be missed. It is refused when it is met.
 */
export function findWords(declared: Declarations, fields: readonly Field[], runner: OpRunner): Place[] {
  const names = new WordNames(declared.layout, fields);
  let met: readonly Extent[] = [];
  for (let search = 0; ; search++) {
    const places = new SoughtPlaces(declared.layout, names, declared.memory, met);
    try {
      new WordSearch(declared, places, runner).run();
      return named(places.found(), declared.layout.places);
    } catch (thrown) {
      if (!(thrown instanceof SearchAnew) || search === MOST_SEARCHES) throw thrown;
      met = places.met;
    }
  }
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

/** An access of an op, with the answers that lead to it, and which answers of its own have been tried. */
interface Stopped {
  readonly op: number;
  readonly answers: readonly number[];
  readonly possible: readonly number[];
  tried: number;
}

class WordSearch {
  readonly #declared: Declarations;
  readonly #runner: OpRunner;
  readonly #values: SoughtValues;
  readonly #object: SoughtObject;
  readonly #stopped: Stopped[] = [];
  /** Where ops have stood. */
  readonly #seen = new Set<string>();
  #runs = 0;

  constructor(declared: Declarations, places: SoughtPlaces, runner: OpRunner) {
    this.#declared = declared;
    this.#runner = runner;
    this.#values = new SoughtValues(places, declared.memory);
    this.#object = new SoughtObject(places, this.#values);
    runner.layOut(places);
  }

  /** @throws SearchAnew */
  run(): void {
    const { ops } = this.#declared;
    for (const op of ops.keys()) this.#go(op, []);
    let hasRunCallback = false;
    for (let grows = true; grows && this.#runs < MOST_RUNS; ) {
      grows = this.#tryMore();
      if (!this.#values.isCallbackQueued || hasRunCallback) continue;
      hasRunCallback = true;
      grows = true;
      this.#go(ops.length, []);
    }
  }

  /** Tries the answers that have come up since. @returns whether there were any */
  #tryMore(): boolean {
    const before = this.#runs;
    for (const stopped of this.#stopped) {
      const { op, answers, possible } = stopped;
      while (stopped.tried < possible.length && this.#runs < MOST_RUNS)
        this.#go(op, [...answers, possible[stopped.tried++]!]);
    }
    return this.#runs > before;
  }

  #go(op: number, answers: readonly number[]): void {
    this.#runs++;
    this.#object.begin(answers);
    const name = this.#declared.ops[op]?.name ?? 'the RCU callback';
    const object = this.#object;
    try {
      this.#runner.runOp(op, { op: name, words: object.words, locks: object.locks, object });
    } catch (thrown) {
      // What an op may not do is said when a run comes to it: here it may come of values that never meet.
      if (thrown instanceof InputError) return;
      if (!(thrown instanceof Asked)) throw thrown;
      const state = this.#runner.continuation();
      if (state === undefined || this.#seen.has(`${op} ${state}`)) return;
      this.#seen.add(`${op} ${state}`);
      this.#stopped.push({ op, answers, possible: thrown.answers, tried: 0 });
    }
  }
}
