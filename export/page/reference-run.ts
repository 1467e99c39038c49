import { isDeepStrictEqual } from 'node:util';
import type { Observed } from '../../fuzz/case/case.ts';
import { factsAtEnd, onReference } from '../../fuzz/case/observe.ts';
import { cheapestPath } from '../../fuzz/explore/cheapest-path.ts';
import { STATE_LIMIT } from '../../fuzz/explore/explorer.ts';
import { stateGraph } from '../../fuzz/explore/state-graph.ts';
import { resultClasses } from '../../fuzz/judge/scheme-outcomes.ts';
import type { Program } from '../../fuzz/program/program.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { Machine } from '../../fuzz/run/machine.ts';
import { returns } from '../../fuzz/run/non-terminating.ts';
import type { AccessSeen } from '../../fuzz/run/trace.ts';
import { formatValue } from '../../targets/subject/values.ts';
import { sideNames } from '../../targets/target/sides.ts';
import { resultText } from '../show/access-table.ts';
import type { EndData, RunData, StepData } from './page-data.ts';
import { inTurn, opText, runData } from './run-data.ts';

/*
 * The reference has no schedule of its own in a case: a schedule is a list of threads, an access each, and
 * the reference makes other accesses. `observe` therefore says what it comes to, and not how. To draw it,
 * a way to that end is looked for:
 *
 *     counter, by another counter     its ops one after another: how `observe` had it
 *     counter, by the ideal           the same, but it has no accesses: an op is one step
 *     scheme                          the cheapest of all schedules that end as `observe` says
 *
 * What is drawn comes to what `observe` has said, and a test holds that for every shipped case.
 */

const OF_COUNTER = 'The reference ran its ops one after another, in the order in which the subject’s began.';
const OF_SCHEME =
  'The reference under the cheapest schedule that ends nearest to the subject, among all schedules.';

/**
 * The run of the reference that lies nearest to what the subject did: what `show` tells the outcome of, as accesses.
 *
 * @param observed what `observe` says of the reference @param accesses of the subject
 * @returns undefined where no schedule can be shown: the reference goes round for ever
 */
export function referenceRun(
  harness: Harness,
  program: Program,
  observed: Observed,
  accesses: readonly AccessSeen[],
): RunData | undefined {
  const { reference } = harness;
  const isScheme = harness.target.subject.kind === 'scheme';
  // The order in which the subject's ops began. RCU has no op, and runs by itself when its time has come.
  const order = accesses.filter(({ first, call }) => first && call >= 0).map(({ thread }) => thread);
  const head = {
    side: 'reference' as const,
    name: sideNames(harness.target).reference,
    schedule: isScheme ? 'nearest' : 'one op after another',
    note: isScheme ? OF_SCHEME : OF_COUNTER,
    end: endData(observed),
  };
  if (!reference) return { ...head, ...idealRun(harness, program, order) };
  const schedule = isScheme
    ? nearestSchedule(harness, program, observed)
    : returns(() => inTurn(reference, program, order));
  return schedule && runData(harness, reference, program, schedule, head);
}

/** What a side came to, as text. */
export function endData({ results, warnings, facts = [], final }: Observed): EndData {
  return {
    results: results.map((list) => list.map((one) => resultText(one as Parameters<typeof resultText>[0]))),
    warnings,
    facts,
    ...(final !== undefined && { final: formatValue(final) }),
  };
}

/** The cheapest schedule of a scheme's reference to an end that is observed like that. */
function nearestSchedule(harness: Harness, program: Program, observed: Observed): number[] | undefined {
  const machine = new Machine(harness.reference!);
  // Several states may end alike, as words differ that nobody observes: the cheapest way to any of them will do.
  const ends = new Set<number>();
  const graph = stateGraph(machine, program, STATE_LIMIT, (state) => {
    const here = {
      results: resultClasses(machine),
      warnings: machine.warningTexts().sort(),
      facts: factsAtEnd(machine),
    };
    if (isDeepStrictEqual(here, observed)) ends.add(state);
  });
  return (
    graph &&
    cheapestPath(
      graph,
      () => true,
      (state) => ends.has(state),
    )
  );
}

/** The ideal counter makes no accesses: each op is one step of its own. */
function idealRun(harness: Harness, { start, threads }: Program, order: readonly number[]) {
  const next = threads.map(() => 0);
  let value = start as number;
  const steps = order.map((lane): StepData => {
    const call = threads[lane]![next[lane]!++]!;
    const before = value;
    const done = onReference(harness, call, before);
    value = done.value;
    return {
      lane,
      op: opText(harness, call),
      access: 'one indivisible step',
      word: 0,
      ...(value !== before && { changes: [[0, formatValue(value)] as const] }),
      result: resultText(done.result),
    };
  });
  const lanes = threads.map((_, thread) => `thread ${thread}`);
  return { lanes, words: [{ name: 'count', start: formatValue(start as number) }], steps };
}
