import { ScopeChecker, type ScopeTally } from '../../fuzz/check/check-scope.ts';
import { type Harness, harnessOf } from '../../fuzz/run/harness.ts';
import type { OracleName } from '../../oracles/oracles.ts';
import { compile } from '../../targets/c/build/compiler.ts';
import { type CSource, readSource } from '../../targets/c/build/source-files.ts';
import { cSubject } from '../../targets/c/c-subject.ts';
import type { Counter, Scheme, Subject } from '../../targets/subject/subject.ts';
import { INT_MAX, INT_MIN, REFCOUNT_SATURATED } from '../../targets/subject/values.ts';
import type { Target } from '../../targets/target/target.ts';

/** A C file of this folder, or a path from the top of the repository, as a subject. */
export async function subjectIn(
  path: string,
  name: string,
  defines: readonly string[] = [],
): Promise<Subject> {
  const source = readSource(path, { defines });
  return compiledSubject(source, name);
}

export async function counterIn(
  path: string,
  name: string,
  defines: readonly string[] = [],
): Promise<Counter> {
  return asCounter(await subjectIn(path, name, defines));
}

export async function schemeIn(path: string, name: string): Promise<Scheme> {
  return asScheme(await subjectIn(path, name));
}

/** A scheme from a path from the top of the repository, compiled with some names defined. */
export async function schemeWith(path: string, defines: readonly string[]): Promise<Scheme> {
  return asScheme(await subjectIn(path, path, defines));
}

/** C as text: no file need be written for it. */
export function sourceOf(text: string, path = 'test.c'): CSource {
  const like = readSource('test/c/sound.c');
  return { ...like, path, names: new Map(), files: new Map([...like.files, [like.main, text]]) };
}

/** @param text what stands below `#include <refuzz.h>` */
export async function subjectOf(text: string): Promise<Subject> {
  // The kernel's own headers have functions of the same names as C11.
  const headers = text.includes('<linux/')
    ? '#include <refuzz.h>'
    : '#include <refuzz.h>\n#include <stdatomic.h>';
  return compiledSubject(sourceOf(`${headers}\n${text}`), 'test.c');
}

export async function schemeOf(text: string): Promise<Scheme> {
  return asScheme(await subjectOf(text));
}

export async function counterOf(text: string): Promise<Counter> {
  return asCounter(await subjectOf(text));
}

function asScheme(subject: Subject): Scheme {
  if (subject.kind !== 'scheme') throw new Error(`${subject.name} is no scheme`);
  return subject;
}

function asCounter(subject: Subject): Counter {
  if (subject.kind !== 'counter') throw new Error(`${subject.name} is no counter`);
  return subject;
}

async function compiledSubject(source: CSource, name: string): Promise<Subject> {
  const recorded = await compile(source, 'recorded');
  const called = { name, path: source.path };
  const subject = cSubject(called, recorded);
  if (subject.kind === 'scheme') return subject;
  return cSubject(called, recorded, await compile(source, 'direct'));
}

/** As target files have it when they name no oracles. */
const COUNTER_ORACLES: readonly OracleName[] = ['lockstep', 'linearizable', 'conservation', 'sticky'];

const EDGES = [0, 1, 2, -1, INT_MAX - 1, INT_MAX, INT_MIN, REFCOUNT_SATURATED];

/** A target of two counters, with the ops that both have. */
export function counterTarget(reference: Counter, subject: Counter, changes: Partial<Target> = {}): Target {
  const ops = Object.keys(reference.ops).filter((op) => op in subject.ops);
  return {
    name: 'test',
    about: 'two counters',
    reference,
    subject,
    threads: 2,
    ops,
    initial: EDGES,
    arguments: ops.some((op) => subject.ops[op]!.arity > 0) ? [0, 1, 2, -1, INT_MAX, INT_MIN] : [],
    oracles: COUNTER_ORACLES,
    ...changes,
  };
}

const MOST_STATES = 100_000;

/** Decides every program of a size. */
export function decided(target: Target | Harness, threads: number, ops: number): ScopeTally {
  const harness = 'calls' in target ? target : harnessOf(target);
  const checker = new ScopeChecker(harness, { threads, ops }, MOST_STATES);
  return checker.check(0, checker.scope.programs);
}
