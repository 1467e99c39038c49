/**
 * refuzz as a library: write a counter or a scheme, compare it with a reference, keep what differs.
 *
 * @example
 * ```ts
 * import { campaignOf, findSubject, harnessOf, type Counter } from 'refuzz';
 *
 * const mine: Counter = { ... };
 * const harness = harnessOf({
 *   name: 'mine', about: '', reference: findSubject('atomic')!, subject: mine, threads: 2,
 *   ops: ['inc', 'dec_and_test'], initial: [0, 1, 2], arguments: [], oracles: ['lockstep', 'linearizable'],
 * });
 * const campaign = campaignOf(harness, { seed: 1, known: new Set() });
 * for (const { key, case: found } of campaign.batch()) console.log(key, found.why);
 * ```
 */

export { exportC } from './export/c.ts';
export type { ExportedFile } from './export/exported-file.ts';
export { EXPORT_FORMATS, type ExportFormat } from './export/formats.ts';
export { exportKmod } from './export/kmod.ts';
export { exportKunit } from './export/kunit.ts';
export { exportLitmus } from './export/litmus.ts';
export { exportMjs } from './export/mjs.ts';
export { Inexpressible } from './export/reproduced-case.ts';
export { showCase } from './export/show.ts';
export { plainStyle, type Style } from './export/style.ts';
export { exportVitest } from './export/vitest-test.ts';
export { type ByteCodec, byteCodec, type ScheduledProgram } from './fuzz/byte-codec.ts';
export { type Campaign, type CampaignOptions, campaignOf } from './fuzz/campaign.ts';
export type { Case, Observed } from './fuzz/case.ts';
export { caseFileName, formatCase, parseCase } from './fuzz/case-file.ts';
export {
  EMPTY_TALLY,
  joined,
  type ProgramText,
  ScopeChecker,
  type ScopeKey,
  type ScopeTally,
} from './fuzz/check-scope.ts';
export { type Choices, ExhaustiveChoices, RandomChoices } from './fuzz/choices.ts';
export { loadCases, StorageError, type StoredCase, storeCase } from './fuzz/corpus.ts';
export { type Decider, deciderOf, type Sighting, type Witness } from './fuzz/decide.ts';
export { answerProgram, type ProgramAnswer } from './fuzz/explore/answer.ts';
export type { Finding, Sighted } from './fuzz/finding.ts';
export { type Harness, harnessOf } from './fuzz/harness.ts';
export {
  type JsfuzzOptions,
  type JsfuzzProgram,
  type JsfuzzStatus,
  runJsfuzz,
  superviseJsfuzz,
} from './fuzz/jsfuzz/engine.ts';
export { comparePair, type Pair } from './fuzz/lockstep.ts';
export { makeCase, programOf } from './fuzz/make-case.ts';
export { type Minimized, minimize } from './fuzz/minimize.ts';
export type { Program } from './fuzz/program.ts';
export { parseProgram } from './fuzz/program-text.ts';
export { type ReplayOutcome, replayCase } from './fuzz/replay-case.ts';
export { pct, randomWalk, type Scheduler } from './fuzz/schedulers.ts';
export { type RacerSetup, serveRaces } from './fuzz/stress/racer.ts';
export {
  type JudgedOutcome,
  type Racers,
  racersOf,
  type StressOptions,
  type StressReport,
  stress,
  stressTarget,
} from './fuzz/stress/stress.ts';
export { BOUNDARIES, type Boundary } from './oracles/boundary.ts';
export {
  type Divergence,
  JUDGEMENTS,
  type Judgement,
  KINDS,
  type Kind,
  keyOf,
} from './oracles/divergence.ts';
export { type KernelFiles, readKernel } from './targets/c/kernel-tree.ts';
export { InputError } from './targets/input-error.ts';
export type { Lock, RcuObject } from './targets/schemes/rcu-object.ts';
export type {
  Counter,
  CounterOp,
  DirectCounter,
  Fault,
  Outcome,
  Result,
  Scheme,
  SchemeOp,
  SchemeState,
  SchemeWord,
  Subject,
} from './targets/subject.ts';
export { findSubject, SUBJECTS } from './targets/subjects.ts';
export type { OracleName, Target } from './targets/target.ts';
export { loadBuiltInTargets, loadTarget, parseTarget } from './targets/target-file.ts';
export {
  type CompiledSubject,
  type KernelTrees,
  openTarget,
  pairSource,
  readTargetSource,
  type TargetSource,
} from './targets/target-source.ts';
export {
  formatBits,
  formatValue,
  INT_MAX,
  INT_MIN,
  parseValue,
  REFCOUNT_SATURATED,
} from './targets/values.ts';
export { KEEP, type MemoryOrder, type Warning, type Word } from './targets/word.ts';
