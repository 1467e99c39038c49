import { type Disagreement, isSameVerdict, type Judge, wordOf } from './agreement.ts';
import { everywhere } from './edits.ts';
import type { Body, Program, Protocol, Step } from './language.ts';
import { isWellFormed } from './random-protocols.ts';

/**
 * The same disagreement with less in it: fewer ops in the program, fewer steps in both protocols. Whatever is tried must
 * still give the same two words, so that it does not end as another one.
 */
export function shrunk(found: Disagreement, expects: Judge, judge: Judge): Disagreement {
  let best = found;
  for (let at = 0, tries = 0; tries < 400; tries++) {
    const candidates = smaller(best);
    if (at >= candidates.length) return best;
    const next = again(candidates[at]!, expects, judge);
    if (next && isLike(next, found)) {
      best = next;
      at = 0;
    } else at++;
  }
  return best;
}

function isLike(one: Disagreement, other: Disagreement): boolean {
  return wordOf(one.expected) === wordOf(other.expected) && wordOf(one.actual) === wordOf(other.actual);
}

/** Whether a candidate is a disagreement too. */
function again({ pair, program }: Candidate, expects: Judge, judge: Judge): Disagreement | undefined {
  if (!isWellFormed(pair.before) || !isWellFormed(pair.after)) return undefined;
  const expected = expects(pair.before, pair.after, program);
  const actual = judge(pair.before, pair.after, program);
  if (typeof expected === 'string' || typeof actual === 'string') return undefined;
  return isSameVerdict(expected, actual) ? undefined : { pair, program, expected, actual };
}

type Candidate = Pick<Disagreement, 'pair' | 'program'>;

function smaller({ pair, program }: Disagreement): Candidate[] {
  const used = new Set(program.threads.flat());
  return [
    ...smallerPrograms(program).map((one) => ({ pair, program: one })),
    ...onlyUsed(pair.before, pair.after, program, used).map((one) => ({
      pair: { ...pair, ...one },
      program,
    })),
    ...protocolPairs(pair.before, pair.after).map((one) => ({ pair: { ...pair, ...one }, program })),
  ];
}

function smallerPrograms({ start, threads }: Program): Program[] {
  return threads.flatMap((ops, thread) =>
    ops.map((_, index) => ({
      start,
      threads: threads
        .map((other, at) => (at === thread ? other.toSpliced(index, 1) : other))
        .filter((other, at) => other.length > 0 || at < threads.length - 1),
    })),
  );
}

interface Two {
  readonly before: Protocol;
  readonly after: Protocol;
}

/** Without the ops and the states that the program does not name. */
function onlyUsed(before: Protocol, after: Protocol, { start }: Program, used: ReadonlySet<string>): Two[] {
  const cut = (protocol: Protocol): Protocol => ({
    ...protocol,
    ops: Object.fromEntries(Object.entries(protocol.ops).filter(([name]) => used.has(name))),
    states: { [start]: protocol.states[start]! },
  });
  const isCut = Object.keys(before.ops).length === used.size && Object.keys(before.states).length === 1;
  return isCut ? [] : [{ before: cut(before), after: cut(after) }];
}

/** The same step left out on both sides where they are alike, and one left out of either. */
function protocolPairs(before: Protocol, after: Protocol): Two[] {
  const bodies = [...Object.keys(before.ops), 'callback'];
  return bodies.flatMap((name) => {
    const both = commonSteps(bodyOf(before, name), bodyOf(after, name));
    return [
      ...both.map((step) => ({ before: without(before, name, step), after: without(after, name, step) })),
      ...steps(bodyOf(before, name)).map((_, at) => ({ before: withoutAt(before, name, at), after })),
      ...steps(bodyOf(after, name)).map((_, at) => ({ before, after: withoutAt(after, name, at) })),
    ];
  });
}

function bodyOf(protocol: Protocol, name: string): Body {
  return name === 'callback' ? protocol.callback : protocol.ops[name]!.body;
}

function withBody(protocol: Protocol, name: string, body: Body): Protocol {
  if (name === 'callback') return { ...protocol, callback: body };
  return { ...protocol, ops: { ...protocol.ops, [name]: { ...protocol.ops[name]!, body } } };
}

/** Every step of a body, the inner ones first. */
function steps(body: Body): Step[] {
  const all: Step[] = [];
  everywhere(body, (step) => {
    all.push(step);
    return [step];
  });
  return all;
}

function commonSteps(one: Body, other: Body): string[] {
  const texts = steps(one).map((step) => JSON.stringify(step));
  const others = new Set(steps(other).map((step) => JSON.stringify(step)));
  return [...new Set(texts.filter((text) => others.has(text)))];
}

/** Without every step that reads like one. */
function without(protocol: Protocol, name: string, text: string): Protocol {
  const body = everywhere(bodyOf(protocol, name), (step) => (JSON.stringify(step) === text ? [] : [step]));
  return withBody(protocol, name, body);
}

function withoutAt(protocol: Protocol, name: string, place: number): Protocol {
  let met = 0;
  const body = everywhere(bodyOf(protocol, name), (step) => (met++ === place ? [] : [step]));
  return withBody(protocol, name, body);
}
