import { createHash } from 'node:crypto';
import type { CompiledSubject } from '../subject/compiled-subject.ts';
import type { RcuObject } from '../subject/rcu-object.ts';
import type { Counter, CounterOp, Outcome, Result, Scheme, SchemeOp, Subject } from '../subject/subject.ts';
import type { Word } from '../subject/word.ts';
import { type CName, CRunner, decode } from './c-runner.ts';
import { directCounter } from './direct/direct-counter.ts';
import type { DeclaredOp } from './recorded/declared-ops.ts';
import { ROLES } from './recorded/hold-declarations.ts';
import type { DeclaredLater } from './recorded/later-functions.ts';
import type { Place } from './recorded/layout.ts';
import { SourceError } from './recorded/source-place.ts';
import type { Asked } from './recorded/stubs.ts';
import { surroundings } from './recorded/surroundings.ts';
import { pairsOf } from './recorded/word-pairs.ts';

/**
 * A compiled C source as a subject like any other. Its ops run in an interpreter, so that they can be stopped at any
 * access, and are stopped when they do not return; the host process is never at risk.
 *
 * @param bytes the recorded build
 * @param direct the direct one, of a counter
 * @param asked answers functions of the module, in ops
 * @throws InputError when the source declares what does not fit together
 */
export function cSubject(called: CName, bytes: Uint8Array, direct?: Uint8Array, asked?: Asked): Subject {
  // Twelve hex digits are 48 bits: enough to tell builds of one source apart, and short enough to read.
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  const runner = new CRunner(called, decode(called.path, bytes), digest, asked);
  const { found, declared } = runner;
  const compiled = {
    ...called,
    recorded: bytes,
    ...(declared.kind === 'scheme' && { found }),
    ...(direct && { direct }),
  };
  return runner.declared.kind === 'counter' ? counterOf(compiled, runner) : schemeOf(compiled, runner);
}

/**
 * The record of a counter. What the source does not declare, a counter does not have. Its `continuation` is of
 * whichever op has run last, so a caller asks before it runs another.
 */
function counterOf(compiled: CompiledSubject, runner: CRunner): Counter {
  const { name, path, about, source, documented, direct } = compiled;
  const { ops, ideals, saturated, inSaturation, reading, checksAfterwards, leavesOut } = runner.declared;
  const own = checksAfterwards ? name : undefined;
  const accepted = documented ?? own;
  return {
    kind: 'counter',
    name,
    reading,
    ops: Object.fromEntries(ops.map((op) => [op.name, counterOp(op, runner, ideals.get(op.name))])),
    ...(saturated === undefined ? {} : { saturated }),
    ...(inSaturation === undefined ? {} : { inSaturation }),
    ...(accepted === undefined ? {} : { documented: accepted }),
    continuation: () => runner.continuation(),
    digest: runner.digest,
    constants: runner.constants,
    leavesOut,
    compiled,
    ...(direct === undefined ? {} : { direct: directCounter(path, direct) }),
    about: about ?? `the counter of ${path}`,
    source: source ?? path,
  };
}

/** A C int is 0 or 1 for a truth value; the host wants a boolean there. */
function counterOp(op: DeclaredOp, runner: CRunner, ideal: string | undefined): CounterOp {
  return {
    arity: op.arity as 0 | 1 | 2,
    ...(ideal !== undefined && { ideal }),
    run: (count: Word, a: number, b: number): Result => {
      const result = runner.run(op.index, { op: op.name, words: [count], locks: [] }, [
        runner.object,
        ...[a, b].slice(0, op.arity),
      ]);
      if (typeof result !== 'number') return result;
      return op.type === 'bool' ? result !== 0 : result;
    },
  };
}

/** The record of a scheme; the first place is the count, the others are its own words. */
function schemeOf(compiled: CompiledSubject, runner: CRunner): Scheme {
  const { name, path, about } = compiled;
  const { ops, states, layout, saturated, bias, hold, conserves, time, leavesOut } = runner.declared;
  const { object } = layout;
  const places = layout.places.filter(({ isOwn }) => !isOwn);
  const own = layout.places.filter(({ isOwn }) => isOwn);
  const wordAt = (place: Place) => {
    const nameOf = runner.namesAt(place);
    const isInObject = place.address >= object.from && place.address < object.to;
    const isWide = place.size === 8 && { isWide: true as const };
    const isPayload = place.isPayload && { isPayload: true as const };
    return { name: place.name, isInObject, ...(nameOf && { nameOf }), ...isPayload, ...isWide };
  };
  const pairs = layout.hasPairs ? pairsOf(places) : [];
  return {
    kind: 'scheme',
    name,
    bias,
    ...(saturated === undefined ? {} : { saturated }),
    words: places.slice(1).map(wordAt),
    ...(places[0]!.size === 8 && { isCountWide: true as const }),
    ...(pairs.length > 0 && { pairs }),
    ...(runner.readsSequences && { hasSequences: true as const }),
    ops: Object.fromEntries(ops.map((op) => [op.name, schemeOp(op, runner)])),
    states,
    ...(Object.keys(hold.holds).length > 0 && { holds: hold.holds }),
    ...(own.length > 0 && { threadWords: own.map((place) => ({ name: place.name })) }),
    ...(hold.asksThread && { asksThread: true }),
    ...(hold.writesPayload && { writesPayload: true as const }),
    ...(hold.resource && { resource: hold.resource }),
    ...(conserves !== undefined && {
      conserves: (around: RcuObject) => runner.countBeside(conserves, around),
    }),
    ...(time.time && { time: time.time }),
    callback: (around, which) => runner.runLater(surroundings(laterText(time.later[which]), around), which),
    continuation: () => runner.continuation(),
    digest: runner.digest,
    leavesOut,
    compiled,
    about: about ?? `the protocol of ${path}`,
    source: path,
  };
}

/** What runs later, for messages. */
function laterText(function_: DeclaredLater | undefined): string {
  if (!function_ || function_.kind === 'rcu') return 'the RCU callback';
  return function_.kind === 'reuse' ? 'the next owner' : `the ${function_.kind} ${function_.name}`;
}

/** By number, as `enum refuzz_outcome` in refuzz.h has them. */
const OUTCOMES: readonly Outcome[] = ['void', 'granted', 'refused'];

/**
 * A lookup returns a truth value, an act an outcome by number, and a put nothing.
 *
 * The op that is made throws InputError for an act that returns something else than an outcome.
 */
function schemeOp(op: DeclaredOp, runner: CRunner): SchemeOp {
  const { kindOf, needs } = runner.declared.hold;
  const kind = kindOf.get(op.name);
  const role = ROLES[op.type]!;
  const isGet = role.role === 'get' || role.role === 'enter';
  // Who dups holds what he takes, unless the source says something else.
  const needed = needs.get(op.name) ?? (role.needs === undefined ? undefined : (kind ?? ''));
  return {
    ...role,
    ...(kind !== undefined && { hold: kind }),
    ...(needed !== undefined && { needs: needed }),
    ...(op.arity > 0 && { arity: op.arity as 1 | 2 }),
    ...(op.values && { values: op.values }),
    run: (object, a, b) => {
      const given = [runner.object, ...[a, b].slice(0, op.arity)];
      const result = runner.run(op.index, surroundings(op.name, object), given);
      if (typeof result === 'string') return result;
      if (op.type === 'act') return OUTCOMES[result ?? 0] ?? noOutcome(runner.path, op.name, result!);
      if (isGet) return result === 0 ? 'refused' : 'granted';
      return 'void';
    },
  };
}

function noOutcome(path: string, act: string, result: number): never {
  const text = `the act ${act} returns ${result}; an act returns REFUZZ_VOID (0), REFUZZ_GRANTED (1) or REFUZZ_REFUSED (2)`;
  throw new SourceError(path, text, act);
}
