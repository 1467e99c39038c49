import { cSubject } from '../c/c-subject.ts';
import type { CompiledSubject } from '../subject/compiled-subject.ts';
import { InputError } from '../subject/input-error.ts';
import { sourceFromHere } from '../subject/source-from-here.ts';
import type { Subject } from '../subject/subject.ts';
import { withMemory, withUses } from './memory.ts';
import { subjectsOf } from './sides.ts';
import { SUBJECTS } from './subjects.ts';
import type { Target } from './target.ts';

/**
 * A target as plain data: the one form in which it leaves the thread that read it. It crosses to worker threads, and as
 * JSON to the process of jsfuzz. A `Target` holds functions, which do not travel; here subjects are names, and C is its
 * compiled bytes.
 *
 * Everything in it has been checked already, so whoever opens it needs neither the YAML parser nor a compiler. It is
 * written and read by one version of refuzz only: nothing stores it for later.
 */
export interface TargetData extends Omit<Target, 'reference' | 'subject'> {
  /** Names of subjects: built-in ones, or those in `compiled`; the reference may be `ideal`. */
  readonly reference: string;
  readonly subject: string;
  /** The sides that are C, each once. */
  readonly compiled: readonly CompiledData[];
}

/** A `CompiledSubject` whose bytes are base64: what JSON can hold, structured cloning can too. */
interface CompiledData extends Omit<CompiledSubject, 'recorded' | 'direct'> {
  readonly recorded: string;
  readonly direct?: string;
}

/** The data of a target. A subject that is neither built in nor C is only its name there, see `openTarget`. */
export function dataOf(target: Target): TargetData {
  const { reference, subject, ...rest } = target;
  // One source may be both sides.
  const compiled = new Map(
    subjectsOf(target).flatMap((side) => (side.compiled ? [[side.name, side.compiled]] : [])),
  );
  return {
    ...rest,
    reference: reference === 'ideal' ? 'ideal' : reference.name,
    subject: subject.name,
    compiled: [...compiled.values()].map(encoded),
  };
}

/**
 * The target that some data is of: a new one at each call, whose C subjects share no interpreter with any other.
 *
 * @param others subjects that it may name besides the built-in ones
 * @throws InputError when it names a subject that is not there
 */
export function openTarget(data: TargetData, others: readonly Subject[] = []): Target {
  const { reference, subject, compiled, memory, asksUses, ...rest } = data;
  const own = compiled
    .map(decoded)
    .map(({ recorded, direct, ...called }) => cSubject(called, recorded, direct));
  const named = (name: string): Subject => {
    const found = [...own, ...others, ...SUBJECTS].find((one) => one.name === name);
    if (found) return found;
    throw new InputError(`target "${rest.name}"`, `there is no subject "${name}"`);
  };
  const sides = { reference: reference === 'ideal' ? ('ideal' as const) : named(reference) };
  const target = { ...rest, ...sides, subject: named(subject) };
  return asksUses ? withUses(target) : withMemory(target, memory);
}

/** A third longer than the bytes, and needed only for the process that takes JSON. */
function encoded({ recorded, direct, ...called }: CompiledSubject): CompiledData {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const fromThere = called.fromThere ?? sourceFromHere(called.path);
  return { ...called, fromThere, recorded: text(recorded), ...(direct && { direct: text(direct) }) };
}

/** A copy for each call: two interpreters of one source share no bytes. */
function decoded({ recorded, direct, ...called }: CompiledData): CompiledSubject {
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
  return { ...called, recorded: bytes(recorded), ...(direct !== undefined && { direct: bytes(direct) }) };
}
