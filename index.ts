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
 * for (const { signature, case: found } of campaign.batch()) console.log(signature, found.why);
 * ```
 *
 * Four groups: what you write, what you ask, what is kept, what is shown. What returns data never prints; wrong input
 * throws an InputError that names the place and the remedy; an error that starts with `internal:` is a bug of refuzz.
 */

/* --- What you write: subjects over words, and targets that pair two of them --- */

export type { OracleName } from './oracles/oracles.ts';
export { type KernelFiles, readKernel } from './targets/c/build/kernel-tree.ts';
export { InputError } from './targets/subject/input-error.ts';
export {
  Cancel,
  type Later,
  type LaterFunction,
  type LaterKind,
  type SchemeTime,
} from './targets/subject/later.ts';
export type { Lock, RcuObject } from './targets/subject/rcu-object.ts';
export type {
  Counter,
  CounterOp,
  Fault,
  Outcome,
  Result,
  Scheme,
  SchemeOp,
  SchemeState,
  SchemeWord,
  Subject,
} from './targets/subject/subject.ts';
export {
  formatValue,
  INT_MAX,
  INT_MIN,
  parseValue,
  REFCOUNT_SATURATED,
} from './targets/subject/values.ts';
export type { WideWord } from './targets/subject/wide-word.ts';
export {
  type BitChange,
  type Condition,
  KEEP,
  type MemoryOrder,
  type SharedWord,
  type Warning,
  type Word,
} from './targets/subject/word.ts';
export { loadBuiltInTargets } from './targets/target/built-in-targets.ts';
export { type CodePlaces, type NamedTarget, namedTargets } from './targets/target/named-targets.ts';
export { type KernelTrees, readPair, readTarget } from './targets/target/read-target.ts';
export { findSubject, SUBJECTS } from './targets/target/subjects.ts';
export type { Target } from './targets/target/target.ts';
export { loadTarget, parseTarget } from './targets/target/target-file.ts';

/* --- What you ask: campaigns, whole scopes, single programs, single ops, real threads --- */

export { type Campaign, type CampaignOptions, campaignOf } from './fuzz/campaign/campaign.ts';
export type { CampaignEvent, CampaignSummary } from './fuzz/campaign/campaign-events.ts';
export type { CampaignStatus } from './fuzz/campaign/campaign-status.ts';
export {
  type DurableCampaign,
  type ResumeOptions,
  resumeCampaign,
  type SessionOptions,
  type StartOptions,
  startCampaign,
} from './fuzz/campaign/durable-campaign.ts';
export { type MinimizedPool, minimizePools } from './fuzz/campaign/minimize-pools.ts';
export { answerProgram, type ProgramAnswer } from './fuzz/check/answer.ts';
export {
  EMPTY_TALLY,
  joined,
  ScopeChecker,
  type ScopeTally,
} from './fuzz/check/check-scope.ts';
export type {
  Engine,
  EngineEvent,
  EngineOptions,
  EngineSummary,
} from './fuzz/engine/engine.ts';
export { ENGINES } from './fuzz/engine/engines.ts';
export {
  type JsfuzzOptions,
  type JsfuzzProgram,
  type JsfuzzStatus,
  runJsfuzz,
  superviseJsfuzz,
} from './fuzz/jsfuzz/engine.ts';
export { comparePair, type Pair } from './fuzz/judge/lockstep.ts';
export { type Harness, harnessOf } from './fuzz/run/harness.ts';
export { type RacerSetup, serveRaces } from './fuzz/stress/racer.ts';
export {
  type JudgedOutcome,
  type StressOptions,
  type StressReport,
  stressTarget,
} from './fuzz/stress/stress.ts';
export type { Host } from './fuzz/workers/host.ts';
export { systemHost } from './fuzz/workers/system-host.ts';

/* --- What is kept: divergences, found, minimised, and stored as cases that replay --- */

export type { Case, Observed } from './fuzz/case/case.ts';
export { caseFileName, formatCase, parseCase } from './fuzz/case/case-file.ts';
export { loadCases, type StoredCase, storeCase } from './fuzz/case/corpus.ts';
export { makeCase } from './fuzz/case/make-case.ts';
export { parseProgram } from './fuzz/case/program-text.ts';
export { type ReplayOutcome, replayCase } from './fuzz/case/replay-case.ts';
export { type ByteCodec, byteCodec, type ScheduledProgram } from './fuzz/jsfuzz/byte-codec.ts';
export { type Decider, deciderOf, type Witness } from './fuzz/judge/decide.ts';
export type { RawFinding } from './fuzz/judge/raw-finding.ts';
export type { Finding } from './fuzz/minimize/finding.ts';
export { type Minimized, minimize } from './fuzz/minimize/minimize.ts';
export type { Program } from './fuzz/program/program.ts';
export { StorageError } from './fuzz/storage/storage-error.ts';
export type { Boundary } from './oracles/boundary.ts';
export { type Divergence, type Judgement, type Kind, signatureOf } from './oracles/divergence.ts';

/* --- What is shown: cases as tables of accesses, and as programs that run elsewhere --- */

export { EXPORT_FORMATS } from './export/formats.ts';
export type { ExportFormat } from './export/reproduce/export-format.ts';
export { Inexpressible } from './export/reproduce/reproduced-case.ts';
export { showCase } from './export/show/show.ts';
export { plainStyle, type Style } from './export/show/style.ts';
