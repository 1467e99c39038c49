import type { Case, Observed } from '../../fuzz/case/case.ts';
import type { ProgramText } from '../../fuzz/program/program.ts';
import type { Judgement } from '../../oracles/divergence.ts';
import { befallsObject, isOfOrder } from '../../oracles/lifetime.ts';
import type { Fault, Outcome, Result } from '../../targets/subject/subject.ts';
import { formatValue } from '../../targets/subject/values.ts';
import { type Sides, sideNames } from '../../targets/target/sides.ts';
import { resultText } from '../show/access-table.ts';

/** Judgements, the gravest first: what a reader must know before all else. */
export const GRAVEST_FIRST: readonly Judgement[] = [
  'breaks',
  'misses',
  'false-alarm',
  'changes',
  'protects',
  'transient',
];

/** Whether code with a finding of this judgement must not go out. */
export function isGrave(judgement: Judgement): boolean {
  return GRAVEST_FIRST.indexOf(judgement) < GRAVEST_FIRST.indexOf('changes');
}

/**
 * A finding for a person, in the half of a sentence: what to do about it, what happens, and the program that shows it.
 *
 *     do not ship: gc is refused, where before.c has granted (1 op: "idle: gc")
 *     repairs a use after free in put of before.c (2 ops: "two: put | put")
 *
 * @param known `repaired` is the fact of the reference that is gone, where a run of it was found, see `repairOf`
 */
export function findingText(sides: Sides, stored: Case, known: KnownOfFinding): string {
  const { reference } = sideNames(sides);
  return `${whatToDo(reference, stored, known)} (${programText(stored.program)})`;
}

/** What a case does not hold. */
interface KnownOfFinding {
  readonly repaired?: string | undefined;
  /** Whether only misuse shows it. */
  readonly isMisuse?: boolean | undefined;
}

function whatToDo(reference: string, stored: Case, { repaired, isMisuse = false }: KnownOfFinding): string {
  const { divergence } = stored.expect;
  const seen = happening(reference, stored);
  // To object to misuse is what a counter may be converted for.
  if (divergence.judgement === 'false-alarm' && isMisuse) return `look at misuse: ${seen}`;
  if (isGrave(divergence.judgement)) return `do not ship: ${seen}`;
  switch (divergence.judgement) {
    case 'protects': {
      const fact = repaired ?? factsOnly(stored.expect.reference, stored.expect.subject)[0];
      const isRepair = befallsObject(divergence.kind) && !stored.expect.subject.facts?.length;
      if (!isRepair) return `protects where ${reference} goes wrong: ${seen}`;
      return `repairs ${fact === undefined ? 'what goes wrong' : named(fact)} in ${divergence.op} of ${reference}`;
    }
    case 'transient':
      return `nothing but documented windows: ${seen}`;
    default:
      return `look at this change: ${seen}`;
  }
}

/** `gc is refused, where before.c has granted`; `use after free in put`; `put warns "underflow"`. */
function happening(name: string, { expect }: Case): string {
  const { divergence, reference, subject } = expect;
  const { op, kind, judgement } = divergence;
  const warned = subject.warnings.filter((text) => !reference.warnings.includes(text));
  const warns = warned.length === 0 ? '' : `warns "${warned[0]}"`;
  // Of counters the order of a free has facts of its own.
  if (isOfOrder(kind) && subject.facts?.includes(kind)) return factText(kind, op);
  switch (kind) {
    case 'lifetime': {
      const fact = factsOnly(subject, reference)[0] ?? subject.facts?.[0];
      if (fact === 'stays') return `${op} leaves the object, which ${name} frees`;
      if (fact === 'goes') return `${op} frees the object, which ${name} leaves`;
      const befalls = fact === undefined ? `the object is broken in ${op}` : factText(fact, op);
      return judgement === 'misses' ? `${befalls}, where ${name} goes wrong too, and no warning` : befalls;
    }
    case 'result': {
      const also = warns === '' ? '' : `, and it ${warns}`;
      return `${op} ${answers(reference, subject, name)}${also}`;
    }
    case 'warning':
      return warns === '' ? `${op} does not warn as ${name} does` : `${op} ${warns}`;
    case 'value':
      return `${op} leaves ${valueText(subject)}, where ${name} leaves ${valueText(reference)}`;
    case 'conservation':
      return `references are lost or invented, seen at ${op}`;
    case 'race':
      return `${op} is told that it put the last reference, and a read behind it misses what another thread wrote before its put`;
    case 'unordered-free':
      return `${op} is told that it put the last reference, and freeing the object is not ordered behind what another thread did to it`;
    case 'sticky':
      return `${op} takes a saturated count out of saturation`;
  }
}

/** The first answer that is another, thread by thread. */
function answers(reference: Observed, subject: Observed, name: string): string {
  for (const [thread, results] of subject.results.entries()) {
    const others = reference.results[thread] ?? [];
    for (let at = 0; at < Math.max(results.length, others.length); at++) {
      const own = at < results.length ? answerText(results[at]) : WAITS;
      const there = at < others.length ? otherText(others[at], results[at]) : WAITS;
      if (own === WAITS || there === WAITS || results[at] !== others[at])
        return `${own}, where ${name} ${there}`;
    }
  }
  return 'gives results that are possible one by one, and not together';
}

/** What an op of C does that does not return. */
const FAILURES: Readonly<Record<Fault, string>> = {
  'non-terminating': 'does not return',
  trap: 'traps',
  'out-of-bounds': 'touches what is no memory at all',
  'stack-overflow': 'recurses too deep',
  'out-of-memory': 'asks for more memory than there is',
  'memory-error': 'touches memory that is not its own',
};

/** Of an op that does not return, for a put may come that it waits for. */
const WAITS = 'waits for a put';

function answerText(result: Result | string): string {
  const text = plainText(result);
  if (text in FAILURES) return FAILURES[text as Fault];
  if (text === 'granted' || text === 'refused') return `is ${text}`;
  return text === 'void' ? 'gives no answer' : `returns ${text}`;
}

/** @param own what it is held against: of an op that fails, it is enough that the other one does not */
function otherText(result: Result | string, own: Result | string): string {
  const text = plainText(result);
  if (text !== 'void') return `has ${text}`;
  return plainText(own) in FAILURES ? 'returns' : 'gives none';
}

function plainText(result: Result | string): string {
  return typeof result === 'string' ? result : resultText(result as Result | Outcome);
}

function valueText({ final }: Observed): string {
  return final === undefined ? 'another value' : formatValue(final);
}

function factsOnly({ facts = [] }: Observed, other: Observed): readonly string[] {
  return facts.filter((fact) => !other.facts?.includes(fact));
}

/**
 * A fact as people tell it, with the op that brings it about.
 *
 *     use after free in put
 *     a lock or a read section out of balance in gc
 */
export function factText(fact: string, op: string): string {
  if (fact === 'stuck') return `stuck in ${op}, which no schedule lets come to its end`;
  if (fact === 'crash') return `crash in ${op}: a BUG(), a trap, or an op that does not return`;
  return `${fact === 'unbalanced' ? 'a lock or a read section out of balance' : inWords(fact)} in ${op}`;
}

/** As people write it in a sentence: `use after free`. */
function inWords(fact: string): string {
  return fact.replaceAll('-', ' ');
}

/** As `inWords`, with an article where it is a thing. */
function named(fact: string): string {
  const words = inWords(fact);
  return ['use after free', 'double free', 'resurrection', 'leak', 'crash', 'memory error'].includes(words)
    ? `a ${words}`
    : `"${words}"`;
}

/** `2 ops: "two: put | put"`: what `--program` reads. */
export function programText({ start, threads }: ProgramText): string {
  const ops = threads.reduce((sum, list) => sum + list.length, 0);
  const from = typeof start === 'number' ? formatValue(start) : start;
  const text = `${from}: ${threads.map((list) => list.join(', ')).join(' | ')}`;
  return `${ops} ${ops === 1 ? 'op' : 'ops'}: "${text}"`;
}
