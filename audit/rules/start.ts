import type { Counter, Site } from '../census/counter.ts';
import { valueSet } from './movement.ts';

/** The values that a counter is given, by who gives them. */
export interface Starts {
  /** New objects start at 1 or more. */
  readonly positive: readonly Site[];
  /** New objects are set to 0 in so many words. */
  readonly zero: readonly Site[];
  readonly negative: readonly Site[];
  /** New objects start at what is no constant: `set(&x, n)`. */
  readonly named: readonly Site[];
  /** Objects that are in use already are set to something. */
  readonly later: readonly Site[];
  /** Nothing sets a new object to anything but 0: zeroed memory, or a `set(0)`. */
  readonly atZero: boolean;
}

/**
 * Names of functions that make an object ready, for when the scan saw no allocation: many objects are allocated by one
 * function and set up by the next.
 */
const MAKES =
  /alloc|creat|new|init|setup|set_up|probe|open|clone|dup|copy|fork|register|attach|build|prepare|make|start|ctor|construct|setparam|mount|fill_super|get_|_get|add|insert|load|connect|enable|begin|submit|bind/i;
const UNMAKES =
  /uninit|deinit|unregister|destroy|free|release|exit|reset|remove|stop|close|teardown|disconnect/i;

/** A `set` that gives a new object its first value. The scan says so if it saw the allocation; else the name decides. */
function isFirst(site: Site): boolean {
  if (site.op === 'init') return true;
  if (site.op !== 'set') return false;
  return site.isCreation === true || (MAKES.test(site.fn) && !UNMAKES.test(site.fn));
}

/**
 * A `set` to 1 or more in a function that has done nothing else with the counter yet: there, nobody holds it so far.
 *
 *     atomic_set(&io->pending, 1);          its own reference, for the time in which it hands out others
 *     for (…) { atomic_inc(&io->pending); submit(io); }
 *     if (!atomic_dec_and_test(&io->pending))
 *             wait_for_completion(&io->done);
 */
function isLone(site: Site, sites: readonly Site[]): boolean {
  const value = valueSet(site);
  if (site.op !== 'set' || typeof value !== 'number' || value < 1) return false;
  return sites.every(
    ({ op, fn, file, from }) =>
      fn !== site.fn || file !== site.file || from > site.from || op === 'set' || op === 'init',
  );
}

/**
 * What a counter starts at. A counter may be given values by several functions: most make an object (1, mostly), some
 * make it ready again, and one or the other sets a live object, which is the dangerous kind.
 */
export function startsOf({ sites, type }: Counter): Starts {
  const first = new Set(sites.filter((site) => isFirst(site) || isLone(site, sites)));
  const having = (isIn: (value: number) => boolean) =>
    [...first].filter((site) => {
      const value = valueSet(site);
      return typeof value === 'number' && isIn(value);
    });
  const named = [...first].filter((site) => typeof valueSet(site) === 'string');
  const positive = having((value) => value > 0);
  const negative = having((value) => value < 0);
  const later = sites.filter((site) => site.op === 'set' && !first.has(site));
  const atZero = type !== 'kref' && positive.length + negative.length + named.length === 0;
  return { positive, negative, named, later, zero: having((value) => value === 0), atZero };
}
