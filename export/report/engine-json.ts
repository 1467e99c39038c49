import type { MetDivergence } from '../../fuzz/case/met-divergence.ts';
import type {
  EngineSummary,
  JsfuzzSummary,
  KernelSummary,
  RacedSummary,
  RandomSummary,
  ThreadsSummary,
} from '../../fuzz/engine/engine.ts';

/**
 * The result of a search, for programs: one object, whose fields depend on the engine. Scripts read these names. That of
 * `random` has no field `engine`.
 */
export function summaryJson(summary: EngineSummary): object {
  switch (summary.engine) {
    case 'random':
      return randomJson(summary);
    case 'threads':
      return threadsJson(summary);
    case 'kernel':
      return kernelJson(summary);
    case 'jsfuzz':
      return jsfuzzJson(summary);
  }
}

function randomJson({ campaign, met, left }: RandomSummary) {
  const { counts, seconds, known, fresh, targets } = campaign;
  const { iterations, decided, undecided, unjudged } = counts;
  // One list for all targets; the other counts are sums already.
  const nonTerminating = targets.flatMap(({ target, nonTerminating: texts }) =>
    texts.map((text) => ({ target, text })),
  );
  return {
    iterations,
    seconds,
    known,
    new: fresh,
    decided,
    undecided,
    unjudged,
    nonTerminating,
    divergences: met.map(caseOf),
    ...leftJson(left),
  };
}

/** What was met and is no case yet; no key where there is none. */
function leftJson(left: EngineSummary['left']) {
  if (left.length === 0) return {};
  return { left: left.map(({ target, divergence, path }) => ({ target, ...divergence, rawFinding: path })) };
}

function threadsJson({ targets, left }: ThreadsSummary) {
  return {
    engine: 'threads',
    targets: targets.map((one) => racedJson(one, one.totals)),
    ...leftJson(left),
  };
}

/** As for threads, with the differences from the models; calls as text, since their numbers mean nothing outside. */
function kernelJson({ release, boots, crashes, targets, left }: KernelSummary) {
  return {
    engine: 'kernel',
    release,
    boots,
    crashes,
    targets: targets.map((one) => {
      const differences = one.differences.map((difference) => ({
        ...difference,
        call: one.harness.alphabet.format(difference.call),
      }));
      return racedJson(one, { ...one.totals, differences });
    }),
    ...leftJson(left),
  };
}

/** @param more what stands between the seconds and the divergences */
function racedJson({ target, seconds, met }: RacedSummary, more: object) {
  const divergences = met.map(({ divergence, count, isNew, case: path }) => ({
    ...divergence,
    count,
    isNew,
    case: path,
  }));
  return { target, seconds, ...more, divergences };
}

/** Divergences of all targets in one list, as for `random`. */
function jsfuzzJson({ met, targets, left }: JsfuzzSummary) {
  const fresh = met.filter(({ isNew }) => isNew).length;
  return {
    engine: 'jsfuzz',
    known: met.length - fresh,
    new: fresh,
    targets: targets.map(({ target, seconds, status, crashes }) => {
      // The divergences stand below, once, with their cases.
      const { met: _, ...counts } = status;
      return { target, seconds, ...counts, crashes };
    }),
    divergences: met.map(caseOf),
    ...leftJson(left),
  };
}

function caseOf({ target, divergence, case: path }: MetDivergence) {
  return { target, ...divergence, case: path };
}
