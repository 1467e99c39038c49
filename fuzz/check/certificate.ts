import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../../targets/subject/input-error.ts';
import { packageRoot } from '../../targets/subject/package-root.ts';
import { FILE, readBytes, readText } from '../../targets/subject/read-file.ts';
import type { Subject } from '../../targets/subject/subject.ts';
import { formatProgram } from '../case/program-text.ts';
import { MAX_OPS, MAX_THREADS, type Program } from '../program/program.ts';
import { type Harness, isCounterTarget } from '../run/harness.ts';
import type { TransitionTrees } from '../run/transition-trees.ts';
import { certifiedRun, isSoundOutcome, OutcomeLister } from './certificate-outcomes.ts';
import { listTexts, programLines } from './certificate-programs.ts';
import { Scope, type ScopeSize } from './scope.ts';

/** The form of the file; another number is another form. */
export const CERTIFICATE_FORMAT = 2;
/** A program takes two to four bytes of the file, which is read as one text: with more it would not fit in one. */
const MOST_PROGRAMS = 50_000_000;

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
  /** `holders`: only a thread that holds a reference puts or uses. `free`: of two counters, whatever threads do. */
  discipline: z.enum(['holders', 'free']),
  /** Never empty: of no programs anything is true. */
  scope: z.object({
    threads: z.number().int().min(1).max(MAX_THREADS),
    ops: z.number().int().min(1).max(MAX_OPS),
    states: z.array(z.string()),
    calls: z.array(z.string()),
  }),
  /** What was said never to happen, and so was not asked for: see vacuity.ts. Absent where that is nothing. */
  never: z.array(z.string()).min(1).exactOptional(),
  programs: z.number().int(),
  /** Visited by side. */
  visited: z.array(z.number().int()),
  /** Every outcome that occurs, once. */
  outcomes: z.array(z.string()),
  /** What programs come to, each once: places in `outcomes`. */
  sets: z.array(z.array(z.number().int())),
  /** What the last thread of a program may do, in order. */
  lists: z.array(z.string()),
  /**
   * By program without its last thread, as `one: put | `: for each list of the last thread the place of what the program
   * comes to in `sets`. Lists that come before that of an earlier thread that holds as much are left out: the threads
   * exchanged, it is another line's.
   */
  byProgram: z.record(z.string(), z.array(z.number().int())),
  /** The sha256 of what `outcomes`, `sets` and `byProgram` say, in JSON. */
  digest: z.string(),
});

/** What was decided of one side or two, in a form that another program can verify. */
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
  /** What the user has said never happens. */
  readonly never?: readonly string[];
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
  const listers = request.sides.map(
    ({ trees }) => new OutcomeLister(certifiedRun(harness, trees, claim), limit),
  );
  const outcomes = new Map<string, number>();
  const sets = new Map<string, number>();
  const byProgram: Record<string, number[]> = {};
  let programs = 0;
  for (const line of programLines(harness, size)) {
    const places: number[] = [];
    for (const program of line.programs()) {
      const found = outcomesOf(listers, program, claim);
      if (typeof found === 'string') return `${formatProgram(harness, program)} ${found}`;
      places.push(placeOf(found.map((outcome) => placeOf(outcome, outcomes)).join(), sets));
    }
    byProgram[line.text] = places;
    programs += places.length;
  }
  if (programs !== scope.programs)
    throw new Error(`internal: ${programs} programs listed, ${scope.programs} checked`);
  return certificateOf(request, programs, listers, {
    outcomes: [...outcomes.keys()],
    sets: [...sets.keys()].map((places) => places.split(',').map(Number)),
    byProgram,
  });
}

/** What a program comes to on each side. @returns or what is wrong with it, in words that follow its text */
function outcomesOf(
  listers: readonly OutcomeLister[],
  program: Program,
  claim: Certificate['claim'],
): string[] | string {
  const [first, second] = listers.map((lister) => lister.list(program));
  if (!first || (listers.length > 1 && !second)) return 'has too many states';
  if (second && first.join('\n') !== second.join('\n')) return 'has other outcomes on each side';
  const faulty = first.find((outcome) => !isSoundOutcome(outcome));
  if (claim === 'sound' && faulty !== undefined) return `can end with ${faulty}`;
  return first.length === 0 ? 'never ends' : first;
}

function certificateOf(
  request: CertificateRequest,
  programs: number,
  listers: readonly OutcomeLister[],
  content: Content,
): Certificate {
  const { claim, harness, size } = request;
  return {
    'refuzz-certificate': CERTIFICATE_FORMAT,
    refuzz: request.version,
    claim,
    target: request.target,
    sides: request.sides.map(({ name, trees }) => ({ name, ...digestsOf(trees.subject) })),
    header: headerDigest(),
    discipline: disciplineOf(claim, harness),
    scope: { threads: size.threads, ops: size.ops, ...namesIn(harness) },
    ...(request.never?.length ? { never: [...request.never] } : {}),
    programs,
    visited: listers.map(({ states }) => states),
    lists: listTexts(harness, size.ops),
    ...content,
    digest: contentDigest(content),
  };
}

/** How threads use what they are given, where so much is claimed of a target. */
export function disciplineOf(claim: Certificate['claim'], harness: Harness): Certificate['discipline'] {
  return claim === 'equivalent' && isCounterTarget(harness) ? 'free' : 'holders';
}

/** The states and calls of a scope, as a certificate has them. */
export function namesIn(harness: Harness): Pick<Certificate['scope'], 'states' | 'calls'> {
  return {
    states: harness.target.initial.map(String),
    calls: harness.calls.map((call) => harness.alphabet.format(call)),
  };
}

function placeOf(text: string, places: Map<string, number>): number {
  const known = places.get(text) ?? places.size;
  places.set(text, known);
  return known;
}

/** What tells the code of a side from another version of it. */
export function digestsOf({ digest, compiled }: Subject): { sha256: string | null; build: string | null } {
  const isSource = compiled?.path.endsWith('.c') === true;
  return { sha256: isSource ? sha256(readBytes(compiled.path, FILE.source)) : null, build: digest ?? null };
}

/** The sha256 of refuzz.h as it is installed. */
export function headerDigest(): string {
  return sha256(readBytes(join(packageRoot(), 'targets/c/include/refuzz.h'), FILE.source));
}

/** The file, a program a line. */
export function certificateText(certificate: Certificate): string {
  const { lists, outcomes, sets, byProgram, ...head } = certificate;
  const lines = (list: readonly string[]) => list.map((line) => `    ${line}`).join(',\n');
  const programs = Object.entries(byProgram).map(
    ([program, places]) => `${JSON.stringify(program)}: ${JSON.stringify(places)}`,
  );
  const list = (name: string, values: readonly unknown[]) =>
    `  "${name}": [\n${lines(values.map((value) => JSON.stringify(value)))}\n  ],\n`;
  const body = `${list('lists', lists)}${list('outcomes', outcomes)}${list('sets', sets)}`;
  const last = `  "byProgram": {\n${lines(programs)}\n  }\n}\n`;
  return `${JSON.stringify(head, undefined, 2).slice(0, -2)},\n${body}${last}`;
}

/**
 * Reads a certificate.
 *
 * @throws InputError when the file is none, is of another form, or was changed since it was written
 */
export function readCertificate(path: string): Certificate {
  return parseCertificate(path, readText(path, FILE.certificate));
}

/**
 * The certificate that a text is.
 *
 * @param path its name, for messages
 * @throws InputError as `readCertificate` does
 */
export function parseCertificate(path: string, text: string): Certificate {
  let value: unknown;
  try {
    value = JSON.parse(text);
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
  const { claim, sides, digest } = read.data;
  const expected = claim === 'sound' ? 1 : 2;
  if (sides.length !== expected)
    throw new InputError(
      path,
      `is no certificate: "${claim}" is said of ${expected}, not of ${sides.length}`,
    );
  if (contentDigest(read.data) !== digest)
    throw new InputError(path, 'was changed since it was written: its digest is another');
  return read.data;
}

/** What the digest is of. */
type Content = Pick<Certificate, 'outcomes' | 'sets' | 'byProgram'>;

/** Line by line: the whole may be long. */
function contentDigest({ outcomes, sets, byProgram }: Content): string {
  const hash = createHash('sha256').update(JSON.stringify([outcomes, sets]));
  for (const line of Object.entries(byProgram)) hash.update(JSON.stringify(line));
  return hash.digest('hex');
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
