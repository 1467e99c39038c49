import { parseProgram } from '../../fuzz/case/program-text.ts';
import { ProgramError } from '../../fuzz/program/alphabet.ts';
import type { Program } from '../../fuzz/program/program.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import type { StressReport } from '../../fuzz/stress/stress.ts';
import type { Divergence } from '../../oracles/divergence.ts';
import { InputError } from '../../targets/subject/input-error.ts';

/** What the races of a target came to, on threads of this process or of a booted kernel. */
export interface RaceTotals {
  runs: number;
  /** Different outcomes of a program, summed over programs; and how many runs ended in them. */
  outcomes: number;
  windows: number;
  windowRuns: number;
  unreachable: number;
  unknown: number;
  failed: number;
}

/** Adds the race of one program. @param onWindow called for what an outcome in a window diverges in */
export function addRace(
  totals: RaceTotals,
  { runs, failure, outcomes }: StressReport,
  onWindow: (divergence: Divergence, count: number) => void,
): void {
  totals.runs += runs;
  totals.outcomes += outcomes.length;
  if (failure !== undefined) totals.failed++;
  for (const { standing, count, divergences } of outcomes) {
    if (standing === 'unreachable') totals.unreachable++;
    if (standing === 'unknown') totals.unknown++;
    if (standing !== 'window') continue;
    totals.windows++;
    totals.windowRuns += count;
    for (const divergence of divergences) onWindow(divergence, count);
  }
}

/** Where one program was raced again and again: each race has the outcomes that the others have too. */
export function countOutcomesOnce(totals: RaceTotals, { outcomes }: StressReport): void {
  const numberOf = (wanted: string) => outcomes.filter(({ standing }) => standing === wanted).length;
  totals.outcomes = outcomes.length;
  totals.windows = numberOf('window');
  totals.unreachable = numberOf('unreachable');
  totals.unknown = numberOf('unknown');
}

/** Reality has done what the model cannot. */
export function isLoud({ outcomes }: StressReport): boolean {
  return outcomes.some(({ standing }) => standing === 'unreachable');
}

/** The program that the command line names. @throws InputError */
export function programIn(harness: Harness, text: string): Program {
  try {
    return parseProgram(harness, text);
  } catch (error) {
    if (error instanceof ProgramError) throw new InputError('--program', error.message);
    throw error;
  }
}

export function* forever(program: Program): Generator<Program> {
  for (;;) yield program;
}
