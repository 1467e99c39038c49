import { parseProgram } from '../fuzz/case/program-text.ts';
import { ScopeChecker } from '../fuzz/check/check-scope.ts';
import { enumerateSchedules } from '../fuzz/explore/bounded-schedules.ts';
import { Explorer } from '../fuzz/explore/explorer.ts';
import { type OutcomeSets, outcomeSets } from '../fuzz/explore/outcomes.ts';
import { stateGraph } from '../fuzz/explore/state-graph.ts';
import { CounterDecider } from '../fuzz/judge/decide-counter.ts';
import type { Program } from '../fuzz/program/program.ts';
import { harnessOf } from '../fuzz/run/harness.ts';
import { Machine } from '../fuzz/run/machine.ts';
import type { Divergence } from '../oracles/divergence.ts';
import { loadBuiltInTargets } from '../targets/target/built-in-targets.ts';
import { measure, type Row } from './measure.ts';

/** What deciding costs: one program, all its schedules; and every program of a size. */
const LIMIT = 4_000_000;
const harness = harnessOf(loadBuiltInTargets().find(({ name }) => name === 'refcount-v5.5')!);
const machine = new Machine(harness.subject);
const explorer = new Explorer(machine);
const decider = new CounterDecider(harness);

/** The mixed program that stateless checkers need 10⁵ to 10⁷ executions for. */
const THREE =
  'inc_not_zero, dec_and_test, inc_not_zero | inc_not_zero, dec_and_test, dec | dec_and_test, inc, dec_not_one';
const FOUR = `${THREE} | inc_not_zero, dec_and_test, dec_if_one`;

const small = parseProgram(harness, '1: inc_not_zero, dec_and_test | dec, inc_not_zero');
const all = { end: '' };
const interleavings = countInterleavings(small);
await measure(`every interleaving of a program that has ${interleavings}`, 'programs', [
  ['enumerated, without a visited set', 1, () => void countInterleavings(small)],
  ['by states', 1, () => void explorer.explore(small, LIMIT, {})],
]);

function countInterleavings(program: Program): number {
  let count = 0;
  all.end = enumerateSchedules(
    machine,
    program,
    { preemptions: Number.POSITIVE_INFINITY, limit: LIMIT },
    () => {
      count++;
      return false;
    },
  );
  return count;
}

const large = parseProgram(harness, `1: ${THREE}`);
let transitions = 0;
explorer.explore(large, LIMIT, {
  step() {
    transitions++;
    return true;
  },
});
await measure('states of 3 threads x 3 ops', 'transitions', [
  ['the machine', transitions, () => void explorer.explore(large, LIMIT, {})],
  ['the machine that judges while it runs', transitionsJudged(large), () => void verdict(large)],
]);

function transitionsJudged(program: Program): number {
  const before = decider.counts.transitions;
  verdict(program);
  return decider.counts.transitions - before;
}

function verdict(program: Program): Divergence | undefined {
  let first: Divergence | undefined;
  decider.decide(program, LIMIT, (divergence) => {
    first ??= divergence;
  });
  return first;
}

function bothOutcomes(program: Program): OutcomeSets | undefined {
  const graphOf = (trees: typeof harness.subject) => stateGraph(new Machine(trees), program, LIMIT)!;
  return outcomeSets(
    { graph: graphOf(harness.reference!), trees: harness.reference! },
    { graph: graphOf(harness.subject), trees: harness.subject },
  );
}

function rowsFor(name: string, text: string): Row[] {
  const program = parseProgram(harness, text);
  const divergence = verdict(program);
  return [
    [`${name}: verdict`, 1, () => void decider.isExplained(program, LIMIT)],
    [`${name}: verdict, all signatures named`, 1, () => void verdict(program)],
    [`${name}: outcome sets of both sides`, 1, () => void bothOutcomes(program)],
    ...(divergence
      ? [[`${name}: minimal witness`, 1, () => void decider.cheapestOfAny(program)] as const]
      : []),
  ];
}

await measure('one program, decided', 'programs', [
  ...rowsFor('3 x 3 from 1', `1: ${THREE}`),
  ...rowsFor('3 x 3 from 0', `0: ${THREE}`),
  ...rowsFor('3 x 3 from INT_MAX', `INT_MAX: ${THREE}`),
]);
await measure('one larger program, decided', 'programs', rowsFor('4 x 3 from 1', `1: ${FOUR}`));

const checker = new ScopeChecker(harness, { threads: 2, ops: 2 }, LIMIT);
const PART = 2_000;
let from = 0;
await measure('every program of 2 threads x 2 ops', 'programs', [
  [
    'decided, one core',
    PART,
    () => {
      checker.check(from, from + PART);
      from = (from + 101 * PART) % (checker.scope.programs - PART);
    },
  ],
]);
