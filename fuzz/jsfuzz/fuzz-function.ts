import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { signatureOf } from '../../oracles/divergence.ts';
import { entriesOf, statsOf } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { FILE, readText } from '../../targets/subject/read-file.ts';
import type { Target } from '../../targets/target/target.ts';
import { formatProgram } from '../case/program-text.ts';
import type { RawFinding } from '../judge/raw-finding.ts';
import { ByteJudge } from './byte-judge.ts';
import { steeredCoverage } from './coverage.ts';
import { FOUND, HEARTBEAT, type Heartbeat, type Met, VARIABLE } from './protocol.ts';

/** Milliseconds between two writings of the heartbeat. */
const BEAT = 200;

/**
 * Makes the function that jsfuzz calls with each input. It throws when the input shows a divergence that is not known,
 * so that jsfuzz stores the input and stops. Under the engine it stores the input itself and continues: to start jsfuzz
 * anew takes a second and more.
 *
 * @param known signatures that are no news; unless the environment names others
 * @throws InputError for an environment that makes no sense
 */
export function fuzzFunction(target: Target, known: () => Iterable<string>): (bytes: Uint8Array) => void {
  const mode = process.env[VARIABLE.MODE];
  if (mode === 'probe') return failing;
  const judge = new ByteJudge(target);
  const listed = process.env[VARIABLE.KNOWN];
  // By stem, as a list of cases has no more than the names of files.
  const old = new Set([...(listed === undefined ? known() : knownSignaturesAt(listed))].map(stemOf));
  const met = new Map<string, Met>();
  const cover = steeredCoverage();
  let execs = 0;
  const news = (bytes: Uint8Array): RawFinding[] => {
    execs++;
    const seen = judge.judge(bytes);
    cover(judge.features);
    for (const { divergence } of seen) {
      const signature = signatureOf(divergence);
      met.set(signature, { divergence, count: (met.get(signature)?.count ?? 0) + 1 });
    }
    return seen.filter(({ divergence }) => !old.has(stemOf(signatureOf(divergence))));
  };
  if (mode === undefined) {
    return (bytes) => {
      const found = news(bytes);
      if (found.length > 0) throw new Error(describe(target, judge, found));
    };
  }
  underTheEngine(() => ({ execs, undecided: judge.undecided, met: [...met.values()] }));
  return (bytes) => {
    const found = news(bytes);
    if (found.length === 0) return;
    // From now on known, or each input with the same divergence would be stored.
    for (const { divergence } of found) old.add(stemOf(signatureOf(divergence)));
    writeWhole(`${FOUND}${createHash('sha256').update(bytes).digest('hex')}`, bytes);
  };
}

/** Whoever starts jsfuzz wants to know that a failing input would be heard of; jsfuzz then writes a `crash-` file. */
function failing(): void {
  throw new Error('the probe: this failure is wanted');
}

function describe(target: Target, judge: ByteJudge, found: readonly RawFinding[]): string {
  const lines = found.map(
    ({ divergence, program }) => `  ${signatureOf(divergence)}   ${formatProgram(judge.harness, program)}`,
  );
  return [
    `${target.name} diverges:`,
    ...lines,
    `refuzz fuzz --engine jsfuzz makes a case of the input, if it lies in .refuzz/jsfuzz-${target.name}/inputs`,
  ].join('\n');
}

/** Reports progress, and ends when the engine does, whatever ended that. */
function underTheEngine(counts: () => Heartbeat): void {
  let written = 0;
  const beat = () => {
    const now = counts();
    if (now.execs === written) return;
    written = now.execs;
    writeWhole(HEARTBEAT, JSON.stringify(now));
  };
  setInterval(beat, BEAT).unref();
  process.on('exit', beat);
  // The other end is held by the engine alone, and the system closes it when that dies. To be told from now on that
  // nothing more will come lets jsfuzz end by itself; a signal it would take for a failing input.
  process.stdin.on('end', () => process.disconnect?.());
  process.stdin.resume();
  // When jsfuzz is gone there is nothing to wait for.
  process.stdin.unref();
}

/** So that nobody reads a half. */
function writeWhole(file: string, content: string | Uint8Array): void {
  writeFileSync(`.${file}`, content);
  renameSync(`.${file}`, file);
}

/**
 * Reads a list of signatures, one a line, or the names of the cases in a folder; these have - in the place of _.
 *
 * @throws InputError when neither is there
 */
export function knownSignaturesAt(path: string): string[] {
  try {
    if (!statsOf(path)?.isDirectory()) return readText(path, FILE.state).split('\n').filter(Boolean);
    return signaturesOfCases(entriesOf(path).map(({ name }) => name));
  } catch (error) {
    throw new InputError(VARIABLE.KNOWN, error instanceof Error ? error.message : String(error));
  }
}

/** The names of the files of cases, see `fileNameOf`. */
function signaturesOfCases(names: readonly string[]): string[] {
  return names.filter((name) => name.endsWith('.yaml')).map((name) => name.slice(0, -'.yaml'.length));
}

/** A signature as the name of a file has it: `inc_not_zero-…` is `inc-not-zero-…`. */
function stemOf(signature: string): string {
  return signature.replaceAll('_', '-');
}
