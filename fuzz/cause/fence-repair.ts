import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import { Fact } from '../../oracles/lifetime.ts';
import { askedOracles } from '../../oracles/oracles.ts';
import { Explorer } from '../explore/explorer.ts';
import { schemeComparison } from '../judge/compare-schemes.ts';
import { WatchedMachine } from '../judge/watched-machine.ts';
import { opCount, type Program } from '../program/program.ts';
import { ACCESS_NAMES, Access, IS_PLAIN, WRITES_PLAIN } from '../run/access.ts';
import { type Harness, harnessOf } from '../run/harness.ts';
import { Machine } from '../run/machine.ts';
import { returns } from '../run/non-terminating.ts';
import { whatOf } from '../run/scheme-facts.ts';
import { type Site, type Strength, type Strengthening, strengthened } from './strengthened.ts';

const ORDER_FACTS: readonly number[] = [Fact.UNORDERED_FREE, Fact.RACE];

/** Programs with more states, or more ways to try, are left without a repair. */
const MOST_STATES = 100_000;
const MOST_TRIED = 400;

/** What each strength costs: a full barrier is more than half a one. */
const COSTS: Readonly<Record<Strength, number>> = { acquire: 1, release: 1, full: 2 };

/**
 * The smallest strengthening of a subject's accesses with which a divergence of memory orders is gone from a program: found by
 * trying one access, then two, the cheapest first; proved by exploring the program with it, under every schedule. Where uses
 * and frees are unordered nothing of them may be left; of any other divergence the program must not show it any more.
 *
 *     dec_and_test of refcount/v4.11     acquire behind the compare_exchange of dec_and_test
 *     a put that is atomic_dec alone     release at the fetch_sub of put
 *     a get that looks at a flag behind a relaxed inc     full order of the fetch_add of get
 *
 * @param divergence left out: uses and frees are unordered
 * @returns undefined where none is found
 */
export function fenceRepair(
  harness: Harness,
  program: Program,
  divergence?: Divergence,
): readonly Strengthening[] | undefined {
  const isLeft = isLeftIn(harness, program, divergence);
  const single = strengtheningsOf(sitesOf(harness, program));
  const pairs = single.flatMap((one, at) => single.slice(at + 1).map((other) => [one, other]));
  const tried = [...single.map((one) => [one]), ...pairs.filter(areOfTwoSites)];
  const cost = (edits: readonly Strengthening[]) =>
    edits.reduce((sum, { strength }) => sum + COSTS[strength], 0);
  // One full barrier before two halves, which are two places to change.
  tried.sort((one, other) => one.length - other.length || cost(one) - cost(other));
  return tried.slice(0, MOST_TRIED).find((edits) => isRepaired(harness, program, edits, isLeft));
}

/** Whether a program still has what is to be repaired; undefined with too many states. */
type IsLeft = (harness: Harness, program: Program) => boolean | undefined;

/** What is to be gone: uses out of order, where the program has them, or else the divergence itself. */
function isLeftIn(harness: Harness, program: Program, divergence: Divergence | undefined): IsLeft {
  if (!divergence || harness.target.subject.kind === 'counter' || isUnordered(harness, program))
    return isUnordered;
  const signature = signatureOf(divergence);
  return (changed, renumbered) =>
    schemeComparison(changed, MOST_STATES).compare(renumbered)?.divergences.has(signature);
}

/** `acquire behind the compare_exchange of dec_and_test`, `release at the fetch_sub of put` */
export function repairText(edits: readonly Strengthening[]): string {
  const where = { acquire: 'acquire behind', release: 'release at', full: 'full order of' } as const;
  return edits
    .map(({ op, kind, strength }) => `${where[strength]} the ${ACCESS_NAMES[kind]} of ${op}`)
    .join(', and ');
}

function areOfTwoSites(edits: readonly Strengthening[]): boolean {
  const [one, other] = edits;
  if (!one || !other) return true;
  return (
    one.op !== other.op || one.kind !== other.kind || one.word !== other.word || one.order !== other.order
  );
}

/** The accesses of the program's ops, alike ones once. What runs later is behind a grace period, or a lock. */
function sitesOf(harness: Harness, program: Program): Site[] {
  const { subject: trees, alphabet } = harness;
  const ops = new Set(program.threads.flat().map((call) => alphabet.call(call).op));
  // Grows the trees of the program.
  isUnordered(harness, program);
  const sites = new Map<string, Site>();
  for (let node = 0; node < trees.size; node++) {
    const call = trees.callOf(node);
    const kind = trees.kind[node]!;
    if (call < 0 || !IS_PLAIN[kind]) continue;
    const { op } = alphabet.call(call);
    if (!ops.has(op)) continue;
    const site = { op, kind, word: trees.word[node]!, order: trees.order(node) };
    sites.set(Object.values(site).join(), site);
  }
  return [...sites.values()];
}

/** What an access can be given: a load releases nothing, and a store acquires nothing. */
function strengtheningsOf(sites: readonly Site[]): Strengthening[] {
  return sites.flatMap((site) => {
    const { kind, order } = site;
    if (order === 'full') return [];
    const strengths: Strength[] = [];
    if (kind !== Access.STORE && order !== 'acquire') strengths.push('acquire');
    if (WRITES_PLAIN[kind] && order !== 'release') strengths.push('release');
    strengths.push('full');
    return strengths.map((strength) => ({ ...site, strength }));
  });
}

function isRepaired(
  harness: Harness,
  program: Program,
  edits: readonly Strengthening[],
  isLeft: IsLeft,
): boolean {
  const subject = strengthened(harness.target.subject, edits);
  // Calls are numbered by the ops of both sides, which are the same.
  const repaired = harnessOf({ ...harness.target, subject });
  const renumbered = {
    start: program.start,
    threads: program.threads.map((calls) =>
      calls.map((call) => {
        const { op, a, b } = harness.alphabet.call(call);
        return repaired.alphabet.id(op, a, b);
      }),
    ),
  };
  return isLeft(repaired, renumbered) === false;
}

/** Whether some schedule leaves a use unordered. @returns undefined with too many states */
function isUnordered(harness: Harness, program: Program): boolean | undefined {
  if (opCount(program) === 0) return false;
  let isFound = false;
  const explorer =
    harness.target.subject.kind === 'scheme' ? schemeExplorer(harness) : counterExplorer(harness);
  const states = returns(() =>
    explorer.explorer.explore(program, MOST_STATES, {
      step() {
        isFound ||= explorer.isUnordered();
        return true;
      },
    }),
  );
  return states === undefined ? undefined : isFound;
}

/** An explorer, and what it is asked after each access. */
interface Asked {
  readonly explorer: Explorer;
  isUnordered(): boolean;
}

function counterExplorer(harness: Harness): Asked {
  const machine = new WatchedMachine({ ...harness, oracles: askedOracles(['ordering']) });
  return {
    explorer: new Explorer(machine, { symmetry: true }),
    isUnordered: () => machine.unjudgedCount > 0,
  };
}

function schemeExplorer(harness: Harness): Asked {
  const machine = new Machine(harness.subject);
  return {
    explorer: new Explorer(machine, { symmetry: true }),
    isUnordered: () => ORDER_FACTS.includes(whatOf(machine.fact)),
  };
}
