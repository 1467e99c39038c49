import { GRAVEST_FIRST } from '../../export/report/finding-text.ts';
import type { Case } from '../../fuzz/case/case.ts';
import { storeCase } from '../../fuzz/case/corpus.ts';
import type { KnownSignatures } from '../../fuzz/case/known-signatures.ts';
import { makeCase, makeStoredCase } from '../../fuzz/case/make-case.ts';
import type { ScopeSignature, ScopeTally } from '../../fuzz/check/check-scope.ts';
import { costOf } from '../../fuzz/explore/schedule-cost.ts';
import { type Decider, deciderOf } from '../../fuzz/judge/decide.ts';
import { toldBy } from '../../fuzz/judge/order-twin.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { Machine } from '../../fuzz/run/machine.ts';
import { StorageError } from '../../fuzz/storage/storage-error.ts';
import { type Divergence, signatureOf } from '../../oracles/divergence.ts';
import type { Io } from '../io/io.ts';
import type { ChosenTarget } from '../target/find-target.ts';
import { newsLine } from '../target/news.ts';

/** A divergence of a scope, with the case that shows it. */
export interface Finding {
  readonly divergence: Divergence;
  /** Minimal, whether it was stored or not. */
  readonly made: Case;
  readonly isNew: boolean;
  /** Its file. A new one has none before everything is decided. */
  readonly case: string | undefined;
  /** Of the cheapest schedule of the smallest program. */
  readonly preemptions: number;
}

/**
 * Makes a minimal case for each signature, and stores those that are new once all is decided. Until then a smaller
 * program may still come, and a stored case would keep its signature from it. In an order that does not depend on which
 * worker was quick.
 */
export function keepFindings(
  { target, flagsOfNew }: ChosenTarget,
  harness: Harness,
  { signatures }: ScopeTally,
  { folder, known, elsewhere }: KnownSignatures,
  isComplete: boolean,
  io: Io,
): { findings: Finding[]; unsaved: StorageError[] } {
  const decider = deciderOf(harness);
  const unsaved: StorageError[] = [];
  const inOrder = Object.entries(signatures).sort(([one], [other]) => (one < other ? -1 : 1));
  const findings = inOrder.map(([signature, found]): Finding => {
    const made = caseOf(harness, decider, found, isComplete);
    const path = known.get(signature);
    if (path !== undefined) return { ...made, isNew: false, case: path };
    const stored = isComplete ? store(folder, made.made, unsaved) : undefined;
    io.err(newsLine(target.name, found.divergence, stored, flagsOfNew));
    const other = elsewhere.get(signature);
    if (other !== undefined) io.err(`     known from other sources, or as they were before: ${other}\n`);
    return { ...made, isNew: true, case: stored };
  });
  return { findings: gravestFirst(findings, signatures), unsaved };
}

/**
 * What sound use shows before what misuse alone shows; then the gravest judgement first, and of one judgement the
 * smallest program: a reader looks at the first.
 */
function gravestFirst(findings: readonly Finding[], signatures: ScopeTally['signatures']): Finding[] {
  const order = ({ divergence }: Finding): readonly number[] => {
    const [misuse, ...size] = signatures[signatureOf(divergence)]!.rank;
    return [misuse!, GRAVEST_FIRST.indexOf(divergence.judgement), ...size];
  };
  return [...findings].sort((one, other) => {
    const [ours, theirs] = [order(one), order(other)];
    const at = ours.findIndex((part, index) => part !== theirs[index]);
    return at < 0 ? 0 : ours[at]! - theirs[at]!;
  });
}

/** @returns the path, or undefined when it could not be stored: then the error is kept, and the search continues */
function store(folder: string, made: Case, unsaved: StorageError[]): string | undefined {
  try {
    return storeCase(folder, made);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    unsaved.push(error);
    return undefined;
  }
}

/**
 * The program is text there: it comes from a worker or from the journal.
 *
 * @param isComplete whether it may be stored; what is not stored needs no cause, which takes longer than all the rest
 */
function caseOf(
  harness: Harness,
  decider: Decider,
  { divergence, program: text }: ScopeSignature,
  isComplete: boolean,
) {
  const program = {
    start: text.start,
    threads: text.threads.map((ops) => ops.map((op) => harness.alphabet.parse(op))),
  };
  const schedule = decider.cheapest(program, divergence)?.schedule;
  const told = toldBy(harness, divergence, program);
  const { preemptions } = costOf(new Machine(told.harness.subject), told.program, schedule ?? []);
  return {
    divergence,
    preemptions,
    made: (isComplete ? makeStoredCase : makeCase)(told.harness, divergence, told.program, schedule, {
      by: 'exhaustive',
    }),
  };
}
