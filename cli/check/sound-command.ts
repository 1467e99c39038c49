import { type SoundnessSubject, soundnessReport } from '../../export/report/soundness-report.ts';
import { Scope, type ScopeSize } from '../../fuzz/check/scope.ts';
import { SoundnessChecker } from '../../fuzz/check/soundness.ts';
import { type SoundnessAnswer, soundnessAnswer } from '../../fuzz/check/soundness-answer.ts';
import { bothTallies, NO_PROGRAMS, type SoundnessTally } from '../../fuzz/check/soundness-tally.ts';
import type { SoundnessPart, SoundnessSetup } from '../../fuzz/check/soundness-worker.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import { runJobs } from '../../fuzz/workers/jobs.ts';
import { workerPath } from '../../fuzz/workers/worker-pool.ts';
import { dataOf } from '../../targets/target/target-data.ts';
import { EXIT, type Io } from '../io/io.ts';
import type { CheckOptions } from './check-command.ts';
import { oneTarget } from './one-target.ts';
import { Stopping } from './stopping.ts';
import { writeCertificate } from './write-certificate.ts';

/** Options of `refuzz check one.c`. */
export interface SoundOptions extends CheckOptions {
  /** Asks about the subject of a named target. */
  readonly alone?: boolean;
  /** The file for a certificate of soundness. */
  readonly certificate?: string;
}

const DEFAULT_THREADS = 2;
/** Programs of one job. */
const PART = 128;

/** Whether these arguments ask about one protocol alone. */
export function asksAlone(names: readonly string[], { alone }: { readonly alone?: boolean }): boolean {
  return alone === true || names.some((name) => name.endsWith('.c'));
}

/**
 * Asks whether one protocol is sound by itself, in every program of a scope.
 *
 * @returns 0 sound, 1 unsound, 3 not decided, or something was never met
 */
export async function soundCommand(names: readonly string[], options: SoundOptions, io: Io): Promise<number> {
  const { name, target } = await oneTarget(names, options);
  const harness = harnessOf(target);
  const size = { threads: options.threads ?? DEFAULT_THREADS, ops: options.ops };
  const signal = new Stopping();
  const started = performance.now();
  const tally = await wholeScope(harness, size, options, signal, io);
  const left = new Scope(harness, size).programs - tally.programs;
  const answer = soundnessAnswer(harness, harness.subject, tally, left, options.never);
  const subject = { name, harness, trees: harness.subject, size, never: options.never };
  for (const line of soundnessReport(subject, answer, io.style)) io.out(`${line}\n`);
  io.tell(async () =>
    (await import('./check-results.ts')).soundnessResults(name, harness, answer, left === 0),
  );
  const seconds = (performance.now() - started) / 1000;
  if (options.json) io.out(`${JSON.stringify(asJson(subject, answer, seconds))}\n`);
  if (answer.verdict === 'unsound') return EXIT.FOUND;
  if (left > 0) return EXIT.INTERRUPTED;
  if (answer.verdict !== 'sound') return EXIT.UNDECIDED;
  if (options.certificate === undefined) return EXIT.OK;
  const sides = [{ name, trees: harness.subject }];
  const named = name.endsWith('.c') ? null : name;
  const request = {
    claim: 'sound' as const,
    harness,
    sides,
    target: named,
    size,
    limit: options.limit,
    never: options.never ?? [],
  };
  return writeCertificate(options.certificate, request, io);
}

async function wholeScope(
  harness: Harness,
  size: ScopeSize,
  { workers, limit }: SoundOptions,
  signal: Stopping,
  io: Io,
): Promise<SoundnessTally> {
  const { programs } = new Scope(harness, size);
  let tally = NO_PROGRAMS;
  // A thread takes as long to start as a thousand programs take to decide. A signal ends these on the spot.
  if (programs < 8 * PART) {
    const checker = new SoundnessChecker(harness, harness.subject, size, limit);
    for (const { from, to } of parts(programs)) tally = bothTallies(tally, checker.check(from, to));
    return tally;
  }
  const release = io.onInterrupt(() => signal.stop(), 'the programs under way');
  const setup: SoundnessSetup = { target: dataOf(harness.target), size, limit };
  const jobs = runJobs<SoundnessPart, SoundnessTally>(
    workerPath('check/soundness-worker'),
    setup,
    parts(programs),
    workers,
    undefined,
    signal.signal,
  );
  for await (const { answer } of jobs) {
    tally = bothTallies(tally, answer);
    if (signal.interrupted) break;
  }
  release();
  return tally;
}

function* parts(programs: number): Generator<SoundnessPart> {
  for (let from = 0; from < programs; from += PART) yield { from, to: Math.min(from + PART, programs) };
}

function asJson({ name, size }: SoundnessSubject, answer: SoundnessAnswer, seconds: number) {
  const { verdict, faults, neverMet, missing, tally } = answer;
  return {
    subject: name,
    verdict,
    sound: verdict === 'sound',
    threads: size.threads,
    ops: size.ops,
    programs: tally.programs,
    undecided: tally.undecided,
    states: tally.states,
    seconds,
    faults: faults.map(({ what, op, text, program }) => ({ what, op, text: text ?? null, program })),
    neverMet,
    vacuous: missing.map(({ text, name }) => ({ text, never: name })),
  };
}
