import type { Case } from '../../fuzz/case/case.ts';
import { sideNames } from '../../targets/target/sides.ts';
import type { Target } from '../../targets/target/target.ts';
import { findingText } from './finding-text.ts';
import { grouped } from './grouped.ts';

/** What a check came to, and all that its first line depends on. */
export interface Verdict {
  readonly target: Target;
  /** `within 3 × 2`, `for this program` */
  readonly within: string;
  /** What was not compared, see `leftOut`; empty text for one program, of which nothing is. */
  readonly left: string;
  /** The gravest finding, and of those the smallest. */
  readonly gravest: Case | undefined;
  /** The fact that it says is gone, if it does. */
  readonly repaired?: string | undefined;
  /** Whether only misuse shows it, and so all findings, as sound use comes first; false where uses are not told apart. */
  readonly isMisuse?: boolean | undefined;
  /** Whether some signature is new to the corpus. */
  readonly hasNews: boolean;
  /** Programs that were to be decided, and how many of them were looked at. */
  readonly programs: number;
  readonly looked: number;
  /** Of those looked at, the ones that could not be decided. */
  readonly undecided: number;
  /** Programs in which the subject can end as the reference cannot, although no op is to blame. */
  readonly strange: number;
  /** Programs in which the subject lacks an outcome of the reference. */
  readonly losing: number;
  /** Whether what is lost is a difference in itself, as it is between two versions of one counter. */
  readonly mustKeepAll: boolean;
  /** What the code can do and no program came to, `in after.c gc is never refused`: nothing is called the same then. */
  readonly neverMet?: string | undefined;
}

/** What a check exits with, unless it was interrupted or could not store something. */
export type VerdictKind = 'ok' | 'found' | 'undecided';

/** News first, whatever was left undecided; and nothing is fine of which something was left undecided. */
export function verdictKind(verdict: Verdict): VerdictKind {
  const { hasNews, gravest, strange, losing, mustKeepAll } = verdict;
  if (hasNews || strange > 0) return 'found';
  if (gravest === undefined && mustKeepAll && losing > 0) return 'found';
  return isOpen(verdict) || verdict.neverMet !== undefined ? 'undecided' : 'ok';
}

/**
 * The first line of an answer: a sentence for a person who reads no other.
 *
 *     ship within 3 × 2: equivalent in both directions, without the op gc_old (only in before.c)
 *     do not ship: gc is refused, where before.c has granted (1 op: "idle: gc"); undecided: 4 of 100 programs are too large, …
 *     undecided: 4 of 100 programs are too large, or have an op that does not return; nothing differs so far
 *
 * "Ship" is said only where everything was decided and nothing new was seen, and "undecided" comes first where nothing
 * else makes the exit code.
 */
export function verdictLine(verdict: Verdict): string {
  const { left, neverMet } = verdict;
  const said = differenceText(verdict);
  if (!isOpen(verdict) && neverMet !== undefined && verdictKind(verdict) === 'undecided')
    return said === undefined
      ? `undecided: nothing ${verdict.losing > 0 ? 'is new' : 'differs'} in what was met; but ${neverMet}${left}`
      : `undecided: ${neverMet}${left}; ${said}`;
  if (!isOpen(verdict)) return `${said ?? sameText(verdict)}${left}`;
  const open = `${openText(verdict)}${left}`;
  if (verdictKind(verdict) === 'undecided') return `undecided: ${open}; ${said ?? 'nothing differs so far'}`;
  return `${said}; undecided: ${open}`;
}

function isOpen({ programs, looked, undecided }: Verdict): boolean {
  return undecided > 0 || looked < programs;
}

/** @returns undefined where nothing differs, but for outcomes that are lost without harm */
function differenceText(verdict: Verdict): string | undefined {
  const { target, gravest, hasNews, strange, losing, mustKeepAll } = verdict;
  const { reference, subject } = sideNames(target);
  const found =
    gravest &&
    [
      findingText(target, gravest, verdict),
      ...(verdict.isMisuse ? ['only misuse shows it, and sound use shows no finding'] : []),
      ...(hasNews ? [] : ['known to the corpus, as is all else that differs']),
    ].join('; ');
  const isNameless =
    strange > 0 && (!gravest || ['protects', 'transient'].includes(gravest.expect.divergence.judgement));
  if (isNameless)
    return [
      `look at new outcomes: in ${inPrograms(strange, verdict)} ${subject} can end as ${reference} cannot, and no single op is to blame`,
      ...(found === undefined ? [] : [found]),
    ].join('; ');
  if (found !== undefined) return found;
  if (losing > 0 && mustKeepAll)
    return `look at lost outcomes: in ${inPrograms(losing, verdict)} ${subject} cannot end as ${reference} can`;
  return undefined;
}

function sameText({ target, within, losing, programs }: Verdict): string {
  if (losing === 0) return `ship ${within}: equivalent in both directions`;
  const { reference, subject } = sideNames(target);
  const where = programs === 1 ? 'in this program' : `in ${grouped(losing)} of ${grouped(programs)} programs`;
  return `ship ${within}: nothing new; ${subject} lacks outcomes of ${reference}, ${where}`;
}

/** `4 of 100 programs are too large, or have an op that does not return, and 12 were not looked at` */
function openText({ programs, looked, undecided }: Verdict): string {
  if (programs === 1) return 'the program is too large, or has an op that does not return';
  const unseen = programs - looked;
  const all = `of ${grouped(programs)} programs`;
  const notSeen = (count: string) => `${count} ${unseen === 1 ? 'was' : 'were'} not looked at`;
  if (undecided === 0) return notSeen(`${grouped(unseen)} ${all}`);
  const [are, have] = undecided === 1 ? ['is', 'has'] : ['are', 'have'];
  const large = `${grouped(undecided)} ${all} ${are} too large, or ${have} an op that does not return`;
  return unseen === 0 ? large : `${large}, and ${notSeen(grouped(unseen))}`;
}

function inPrograms(count: number, { looked }: Verdict): string {
  return looked === 1 ? 'this program' : `${grouped(count)} of ${grouped(looked)} programs`;
}
