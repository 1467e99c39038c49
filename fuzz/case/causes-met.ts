import type { Boundary } from '../../oracles/boundary.ts';
import type { Cause } from '../cause/cause.ts';
import { causesOf } from '../cause/causes-of.ts';
import { opCount } from '../program/program.ts';
import type { Harness } from '../run/harness.ts';
import { Interrupted } from '../run/interrupt.ts';
import type { Case } from './case.ts';
import { readCase, type StoredCase } from './corpus.ts';
import type { MetDivergence } from './met-divergence.ts';
import { programOf } from './program-text.ts';

/** Divergences of one cause. */
export interface MetCause {
  readonly target: string;
  /** Absent where none is known: of a divergence without a case, of a program that is too large, of one too many. */
  readonly cause: Cause | undefined;
  /** One at least, the new ones first. */
  readonly met: readonly MetDivergence[];
  /**
   * Of the new cases, if there are any, the one with the fewest ops; of several the one at the plainest values. Of a race
   * one of several threads.
   */
  readonly witness: StoredCase | undefined;
}

/**
 * Puts together what has one cause: by the name that a case carries, or by asking anew where it carries none.
 *
 * @param harnessFor the target that a case is of, made ready; undefined where that cannot be
 * @param made cases that are at hand, by their files: to read hundreds takes a second
 * @returns causes with something new first, then by how many divergences they explain
 */
export function causesMet(
  met: readonly MetDivergence[],
  harnessFor: (target: string) => Harness | undefined,
  made: ReadonlyMap<string, Case> = new Map(),
): MetCause[] {
  return causesSeen(
    met.map((one) => ({ met: one, stored: storedOf(one, made) })),
    harnessFor,
  );
}

/** The same where the cases are at hand. */
export function causesSeen(
  seen: readonly Seen[],
  harnessFor: (target: string) => Harness | undefined,
): MetCause[] {
  const groups = new Map<string, Seen[]>();
  for (const one of seen) {
    const key = `${one.met.target} ${nameOf(one.stored, harnessFor)}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups].map(([key, all]) => metCause(all, isRace(key), harnessFor)).sort(newsFirst);
}

/** A divergence that was met, and its case where that can be read. */
export interface Seen {
  readonly met: MetDivergence;
  readonly stored: StoredCase | undefined;
}

/** By the name: a cause that no op shows alone. */
function isRace(name: string): boolean {
  return name.endsWith('-in-races');
}

/** @param inRaces whether a single op is no good witness: alone it does the same */
function metCause(
  all: readonly Seen[],
  inRaces: boolean,
  harnessFor: (target: string) => Harness | undefined,
): MetCause {
  const inOrder = [...all].sort(
    (one, other) =>
      Number(other.met.isNew) - Number(one.met.isNew) ||
      (inRaces ? Number(isAlone(one)) - Number(isAlone(other)) : 0) ||
      opsOf(one) - opsOf(other) ||
      plainness(one) - plainness(other) ||
      ((one.met.case ?? '') < (other.met.case ?? '') ? -1 : 1),
  );
  const witness = inOrder.find(({ stored }) => stored)?.stored;
  const target = inOrder[0]!.met.target;
  return { target, cause: causeOf(witness, harnessFor), met: inOrder.map((seen) => seen.met), witness };
}

function newsFirst(one: MetCause, other: MetCause): number {
  const isNew = ({ met }: MetCause) => met.some((each) => each.isNew);
  return (
    Number(isNew(other)) - Number(isNew(one)) ||
    (one.target < other.target ? -1 : one.target > other.target ? 1 : 0) ||
    other.met.length - one.met.length ||
    // Never by when they were met: a campaign that was killed and goes on meets them in another order.
    ((one.cause?.name ?? '') < (other.cause?.name ?? '') ? -1 : 1)
  );
}

function opsOf({ stored }: Seen): number {
  return stored ? stored.case.program.threads.flat().length : Number.POSITIVE_INFINITY;
}

function isAlone({ stored }: Seen): boolean {
  return stored?.case.program.threads.length === 1;
}

/** Of two small cases the one is drawn that a reader knows the values of. */
const PLAINEST: readonly Boundary[] = ['zero', 'int-max', 'minus-one', 'wrap', 'saturated', 'interior'];

/** `inc` before `add(1)` before `add(0)`, and then by the place on the number line. */
function plainness({ met, stored }: Seen): number {
  const calls = stored?.case.program.threads.flat() ?? [];
  const total = calls.reduce((sum, call) => sum + strangeness(call), 0);
  return total * PLAINEST.length + PLAINEST.indexOf(met.divergence.boundary);
}

function strangeness(call: string): number {
  if (!call.includes('(')) return 0;
  return call.endsWith('(1)') ? 1 : 2;
}

/** A file that has gone or was damaged meanwhile costs its cause, and not the report. */
function storedOf({ case: path }: MetDivergence, made: ReadonlyMap<string, Case>): StoredCase | undefined {
  if (path === undefined) return undefined;
  try {
    return { path, case: made.get(path) ?? readCase(path) };
  } catch {
    return undefined;
  }
}

function nameOf(stored: StoredCase | undefined, harnessFor: (target: string) => Harness | undefined) {
  return stored?.case.cause ?? causeOf(stored, harnessFor)?.name;
}

/** Programs with more ops are not asked about: hybrids of them may take minutes. */
const MOST_OPS = 6;

function causeOf(
  stored: StoredCase | undefined,
  harnessFor: (target: string) => Harness | undefined,
): Cause | undefined {
  try {
    const harness = stored && harnessFor(stored.case.target);
    const causes = harness && causesOf(harness);
    if (!causes) return undefined;
    const program = programOf(harness, stored.case.program);
    if (opCount(program) > MOST_OPS) return undefined;
    return causes.causeOf(stored.case.expect.divergence, program);
  } catch (error) {
    // No time is left to ask: the report goes without.
    if (error instanceof Interrupted) return undefined;
    throw error;
  }
}
