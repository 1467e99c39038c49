import type { CampaignStatus } from '../../fuzz/campaign/campaign-status.ts';
import type { EngineStatus } from '../../fuzz/engine/engine.ts';

/** A metric of Prometheus: what it counts. Names and labels are an interface: dashboards and alarms are built on them. */
export interface MetricKind {
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly labels: readonly string[];
}

/*
 * Names follow the conventions of Prometheus: a unit at the end, in its plain form (seconds, bytes), `_total` for what only
 * goes up. Labels have few values: a target, a worker, known or new. A signature is no label: a target has hundreds, and
 * each would be a series that is kept for ever. What a signature is, the corpus says.
 */

/** Every metric that an engine may have. Those of a target are over all sessions, as the status is. */
export const METRICS = {
  refuzz_programs_total: counter('Programs, races or inputs that were run.', 'target'),
  refuzz_iterations_total: counter('Iterations of a campaign.', 'target'),
  refuzz_runs_total: counter('Runs of programs on real threads, or in a booted kernel.', 'target'),
  refuzz_decided_total: counter('Programs that were decided, all targets together.'),
  refuzz_undecided_total: counter('What was run and could not be decided.'),
  refuzz_signatures: gauge('Signatures met: known to the corpus, or new.', 'target', 'news'),
  refuzz_causes: gauge('Causes met, by whether one of their signatures is new.', 'target', 'news'),
  refuzz_features: gauge('Features seen.', 'target'),
  refuzz_pool_programs: gauge('Programs kept, which are mutated.', 'target'),
  refuzz_programs_per_second: gauge('Programs per second, lately.'),
  refuzz_schedules_per_second: gauge('Schedules per second, lately.'),
  refuzz_worker_programs_per_second: gauge('Programs per second of a worker, while it works.', 'worker'),
  refuzz_minimizing: gauge('Raw findings that are being made cases.'),
  refuzz_worker_crashes_total: counter('Worker threads that ended.'),
  refuzz_left_out_programs: gauge('Programs that are not run any more.'),
  refuzz_outcomes_unreachable_total: counter('Outcomes that no schedule of the model has.', 'target'),
  refuzz_memory_bytes: gauge('Memory of the process.'),
  refuzz_uptime_seconds: gauge('Seconds over all sessions; of other engines of the target.'),
} as const satisfies Readonly<Record<string, MetricKind>>;

/** A name of METRICS. */
export type MetricName = keyof typeof METRICS;

/** A value of a metric. */
export interface Sample {
  readonly name: MetricName;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * What a status comes to, in metrics. Nothing is computed here that the status does not have: a scrape must not cost the
 * search anything, and two that come at one instant must agree.
 *
 *     random             everything about campaigns, for each of their targets
 *     threads, kernel    the target under way: programs, runs, outcomes that no schedule has
 *     jsfuzz             the target under way: inputs, coverage, what is kept
 */
export function samplesOf(status: EngineStatus): Sample[] {
  switch (status.engine) {
    case 'random':
      return campaignSamples(status.status);
    case 'threads':
    case 'kernel': {
      const { target, totals, seconds } = status;
      const programs = status.engine === 'threads' ? status.totals.programs : status.totals.raced;
      return [
        sample('refuzz_programs_total', programs, { target }),
        sample('refuzz_runs_total', totals.runs, { target }),
        sample('refuzz_undecided_total', totals.unknown + totals.failed),
        sample('refuzz_outcomes_unreachable_total', totals.unreachable, { target }),
        sample('refuzz_uptime_seconds', seconds),
      ];
    }
    case 'jsfuzz': {
      const { target, seconds, fresh, status: one } = status;
      return [
        sample('refuzz_programs_total', one.execs, { target }),
        sample('refuzz_undecided_total', one.undecided),
        sample('refuzz_signatures', fresh, { target, news: 'new' }),
        sample('refuzz_features', one.coverage, { target }),
        sample('refuzz_pool_programs', one.corpus, { target }),
        sample('refuzz_uptime_seconds', seconds),
      ];
    }
  }
}

/**
 * Of a campaign. Workers are told by their numbers, which are those of the live screen; one that has died is told as 0 and
 * not left out, so that a graph shows the gap.
 */
function campaignSamples(status: CampaignStatus): Sample[] {
  const { counts, rates, targets } = status;
  return [
    ...targets.flatMap(targetSamples),
    sample('refuzz_decided_total', counts.decided),
    sample('refuzz_undecided_total', counts.undecided + counts.unjudged),
    sample('refuzz_programs_per_second', rates.programs),
    sample('refuzz_schedules_per_second', rates.schedules),
    ...status.workers.map((rate, at) =>
      sample('refuzz_worker_programs_per_second', rate, { worker: String(at) }),
    ),
    sample('refuzz_minimizing', status.minimizing),
    sample('refuzz_worker_crashes_total', status.crashes),
    sample('refuzz_left_out_programs', status.leftOut),
    sample('refuzz_memory_bytes', status.memory),
    sample('refuzz_uptime_seconds', status.uptime),
  ];
}

/**
 * Of a target of a campaign. A cause is new as long as one of its signatures is, as on the live screen; statuses of earlier
 * versions have no causes, and then both counts are 0.
 */
function targetSamples(one: CampaignStatus['targets'][number]): Sample[] {
  const { name: target, causes = [] } = one;
  const fresh = causes.filter((cause) => cause.new > 0).length;
  return [
    sample('refuzz_programs_total', one.programs, { target }),
    sample('refuzz_iterations_total', one.iterations, { target }),
    sample('refuzz_signatures', one.known, { target, news: 'known' }),
    sample('refuzz_signatures', one.new, { target, news: 'new' }),
    sample('refuzz_causes', causes.length - fresh, { target, news: 'known' }),
    sample('refuzz_causes', fresh, { target, news: 'new' }),
    sample('refuzz_features', one.features, { target }),
    sample('refuzz_pool_programs', one.pool, { target }),
  ];
}

/** A value, with the labels that its kind asks for. */
function sample(name: MetricName, value: number, labels: Readonly<Record<string, string>> = {}): Sample {
  return { name, labels, value };
}

/** What only goes up, but for a new campaign. */
function counter(help: string, ...labels: string[]): MetricKind {
  return { type: 'counter', help, labels };
}

/** What goes up and down. */
function gauge(help: string, ...labels: string[]): MetricKind {
  return { type: 'gauge', help, labels };
}
