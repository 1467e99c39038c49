import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../../targets/subject/input-error.ts';
import { packageRoot } from '../../targets/subject/package-root.ts';
import type { Subject } from '../../targets/subject/subject.ts';
import { formatProgram } from '../case/program-text.ts';
import type { Harness } from '../run/harness.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { isSoundOutcome, OutcomeLister } from './certificate-outcomes.ts';
import { Scope, type ScopeSize } from './scope.ts';

/** The form of the file; another number is another form. */
export const CERTIFICATE_FORMAT = 1;
/** A certificate lists every program with its outcomes: with more it would be no file to hand on. */
const MOST_PROGRAMS = 150_000;

const SIDE = z.object({
  /** As the user called it. */
  name: z.string(),
  /** The sha256 of the source; null for a model of refuzz's own. */
  sha256: z.string().nullable(),
  /** Of the compiled module: what a source includes has a part in it. Null for a model. */
  build: z.string().nullable(),
});

const SHAPE = z.object({
  'refuzz-certificate': z.literal(CERTIFICATE_FORMAT),
  /** The version that decided. */
  refuzz: z.string(),
  /** `equivalent`: both sides have these outcomes. `sound`: the one side has, and none of them is a fault. */
  claim: z.enum(['equivalent', 'sound']),
  /** The built-in target or target file; null where the sources are the target. */
  target: z.string().nullable(),
  sides: z.array(SIDE).min(1).max(2),
  /** The sha256 of refuzz.h. */
  header: z.string(),
  /** `holders`: only a thread that holds a reference puts or uses. */
  discipline: z.literal('holders'),
  scope: z.object({
    threads: z.number().int(),
    ops: z.number().int(),
    states: z.array(z.string()),
    calls: z.array(z.string()),
  }),
  programs: z.number().int(),
  /** Visited by side. */
  visited: z.array(z.number().int()),
  /** Every outcome that occurs, once. */
  outcomes: z.array(z.string()),
  /** By program, as `one: put | gc`: the places of its outcomes in `outcomes`. */
  byProgram: z.record(z.string(), z.array(z.number().int())),
  /** The sha256 of what `byProgram` and `outcomes` say, in JSON. */
  digest: z.string(),
});

/** What was decided of a scheme or two, in a form that another program can verify. */
export type Certificate = z.infer<typeof SHAPE>;

/** What a certificate is to be made of. */
export interface CertificateRequest {
  readonly claim: Certificate['claim'];
  readonly harness: Harness;
  /** The reference first; the subject alone for `sound`. */
  readonly sides: readonly { readonly name: string; readonly trees: TransitionTrees }[];
  readonly target: string | null;
  readonly size: ScopeSize;
  /** The most states of a program on one side. */
  readonly limit: number;
  readonly version: string;
}

/**
 * Lists the outcomes of every program of a scope.
 *
 * @returns the certificate, or a sentence that says why there is none: the claim does not hold of some program
 * @throws InputError for a scope that is too large
 */
export function makeCertificate(request: CertificateRequest): Certificate | string {
  const { claim, harness, size, limit } = request;
  const scope = new Scope(harness, size);
  if (scope.programs > MOST_PROGRAMS)
    throw new InputError(
      '--certificate',
      `lists every program, ${MOST_PROGRAMS} at the most; ${scope.programs} are of up to ${size.threads} × ${size.ops}`,
    );
  const listers = request.sides.map(({ trees }) => new OutcomeLister(trees, harness.calls, limit));
  const places = new Map<string, number>();
  const byProgram: Record<string, number[]> = {};
  for (let number = 0; number < scope.programs; number++) {
    const program = scope.program(number);
    const text = formatProgram(harness, program);
    const [first, second] = listers.map((lister) => lister.list(program));
    if (!first || (listers.length > 1 && !second)) return `${text} has too many states`;
    if (second && first.join('\n') !== second.join('\n')) return `the outcomes of ${text} differ`;
    const faulty = first.find((outcome) => !isSoundOutcome(outcome));
    if (claim === 'sound' && faulty !== undefined) return `${text} can end with ${faulty}`;
    if (first.length === 0) return `${text} never ends`;
    byProgram[text] = first.map((outcome) => placeOf(outcome, places));
  }
  const outcomes = [...places.keys()];
  return {
    'refuzz-certificate': CERTIFICATE_FORMAT,
    refuzz: request.version,
    claim,
    target: request.target,
    sides: request.sides.map(({ name, trees }) => ({ name, ...digestsOf(trees.subject) })),
    header: headerDigest(),
    discipline: 'holders',
    scope: {
      threads: size.threads,
      ops: size.ops,
      states: harness.target.initial.map(String),
      calls: harness.calls.map((call) => harness.alphabet.format(call)),
    },
    programs: scope.programs,
    visited: listers.map(({ states }) => states),
    outcomes,
    byProgram,
    digest: contentDigest(outcomes, byProgram),
  };
}

function placeOf(outcome: string, places: Map<string, number>): number {
  const known = places.get(outcome) ?? places.size;
  places.set(outcome, known);
  return known;
}

/** What tells the code of a side from another version of it. */
export function digestsOf({ digest, compiled }: Subject): { sha256: string | null; build: string | null } {
  const isSource = compiled?.path.endsWith('.c') === true;
  return { sha256: isSource ? sha256(readFileSync(compiled.path)) : null, build: digest ?? null };
}

/** The sha256 of refuzz.h as it is installed. */
export function headerDigest(): string {
  return sha256(readFileSync(join(packageRoot(), 'targets/c/include/refuzz.h')));
}

/** The file, a program a line. */
export function certificateText(certificate: Certificate): string {
  const { outcomes, byProgram, ...head } = certificate;
  const lines = (list: readonly string[]) => list.map((line) => `    ${line}`).join(',\n');
  const programs = Object.entries(byProgram).map(
    ([program, places]) => `${JSON.stringify(program)}: ${JSON.stringify(places)}`,
  );
  const texts = outcomes.map((outcome) => JSON.stringify(outcome));
  const body = `  "outcomes": [\n${lines(texts)}\n  ],\n  "byProgram": {\n${lines(programs)}\n  }\n}\n`;
  return `${JSON.stringify(head, undefined, 2).slice(0, -2)},\n${body}`;
}

/**
 * Reads a certificate.
 *
 * @throws InputError when the file is none, is of another form, or was changed since it was written
 */
export function readCertificate(path: string): Certificate {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new InputError(
      path,
      `is no certificate: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const read = SHAPE.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new InputError(path, `is no certificate: ${issue!.path.join('.')}: ${issue!.message}`);
  }
  const { outcomes, byProgram, digest } = read.data;
  if (contentDigest(outcomes, byProgram) !== digest)
    throw new InputError(path, 'was changed since it was written: its digest is another');
  return read.data;
}

function contentDigest(
  outcomes: readonly string[],
  byProgram: Readonly<Record<string, readonly number[]>>,
): string {
  return sha256(JSON.stringify([outcomes, byProgram]));
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
