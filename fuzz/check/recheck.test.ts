import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InputError } from '../../targets/subject/input-error.ts';
import type { RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { smallScheme, smallTarget } from '../../test/small-schemes.ts';
import { type Harness, harnessOf } from '../run/harness.ts';
import { type Certificate, certificateText, makeCertificate, readCertificate } from './certificate.ts';
import { type Recheck, recheck } from './recheck.ts';

const SIZE = { threads: 2, ops: 2 };
const OPTIONS = { schedules: 2000, samples: 100, seed: 1 };

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'refuzz-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sides = (harness: Harness) => [
  { name: 'before', trees: harness.reference! },
  { name: 'after', trees: harness.subject },
];

/** Compares two schemes. */
function made(subject: Scheme, reference = smallScheme()): Certificate | string {
  const harness = harnessOf(smallTarget(subject, reference));
  const request = { claim: 'equivalent', target: null, size: SIZE, limit: 10_000, version: 'test' } as const;
  return makeCertificate({ ...request, harness, sides: sides(harness) });
}

function rechecked(certificate: Certificate, subject: Scheme, options = OPTIONS): Recheck {
  const harness = harnessOf(smallTarget(subject, smallScheme()));
  return recheck(harness, sides(harness), certificate, options);
}

/** Takes the lock for a put, which changes nothing that a thread can be told. */
const lockedPut = (object: RcuObject) => {
  object.lock.acquire();
  const isLast = object.count.fetchSub(1) === 1;
  object.lock.release();
  if (isLast) object.free();
  return 'void' as const;
};
const same = smallScheme({ name: 'other', ops: { put: { run: lockedPut } } });
const frees = (object: RcuObject) => {
  object.free();
  return 'void' as const;
};
const broken = smallScheme({ name: 'broken', ops: { put: { run: frees } } });

test('what was decided by states is verified by schedules, all of them', () => {
  const certificate = made(same) as Certificate;
  const found = rechecked(certificate, same, { ...OPTIONS, schedules: 1_000_000 });
  expect(found).toMatchObject({ contradiction: undefined, enumerated: 2 * certificate.programs, sampled: 0 });
  expect(found.schedules).toBeGreaterThan(10 * certificate.programs);
});

test('of what has too many schedules some are tried', () => {
  const certificate = made(same) as Certificate;
  const found = rechecked(certificate, same, { ...OPTIONS, schedules: 50 });
  expect(found.contradiction).toBeUndefined();
  expect(found.enumerated + found.sampled).toBe(2 * certificate.programs);
  expect(found.sampled).toBeGreaterThan(0);
  expect(found.seen).toBeGreaterThan(0.9 * found.listed);
});

test('there is no certificate where outcomes differ, or an unsound one is called sound', () => {
  expect(made(broken)).toBe('idle: get | get, put has other outcomes on each side');
  const harness = harnessOf(smallTarget(broken));
  const request = { claim: 'sound', target: null, size: SIZE, limit: 10_000, version: 'test' } as const;
  const one = [{ name: 'broken', trees: harness.subject }];
  expect(makeCertificate({ ...request, harness, sides: one })).toMatch(/can end with .*✗/);
});

test('a program of which no schedule came to an end is not verified', () => {
  const turns = (object: RcuObject) => {
    object.count.repeat(() => object.count.load() === 77);
    return 'void' as const;
  };
  const harness = harnessOf(smallTarget(smallScheme({ name: 'endless', ops: { put: { run: turns } } })));
  const one = [{ name: 'endless', trees: harness.subject }];
  const certificate = { ...(made(same) as Certificate), claim: 'sound' as const };
  const programs = Object.fromEntries(
    Object.keys(certificate.byProgram)
      .filter((line) => /^(idle|one): $/.test(line))
      .map((line) => [line, certificate.byProgram[line]!]),
  );
  const alone = { ...certificate, scope: { ...certificate.scope, threads: 1 }, byProgram: programs };
  const count = Object.values(programs).flat().length;
  const { contradiction, unended } = recheck(
    harness,
    one,
    { ...alone, programs: count },
    { ...OPTIONS, samples: 3 },
  );
  expect(contradiction).toBeUndefined();
  expect(unended[0]).toBe('idle: get, put');
});

describe('a certificate that does not tell the truth is contradicted', () => {
  const certificate = made(same) as Certificate;
  /** A program whose set has more than one outcome, and that set with another in its place. */
  const [line, sets] = Object.entries(certificate.byProgram).find(([, list]) =>
    list.some((set) => certificate.sets[set]!.length > 1),
  )!;
  const at = sets.findIndex((set) => certificate.sets[set]!.length > 1);
  const places = certificate.sets[sets[at]!]!;
  const program = line + certificate.lists.at(at - sets.length)!;
  const changed = (byProgram: Certificate['byProgram'], more: readonly number[][] = []) =>
    rechecked({ ...certificate, byProgram, sets: [...certificate.sets, ...more] }, same);
  const withSet = (set: readonly number[]) =>
    changed({ ...certificate.byProgram, [line]: sets.with(at, certificate.sets.length) }, [[...set]]);

  test('of another scheme', () => {
    const { contradiction } = rechecked(certificate, broken);
    expect(contradiction).toMatchObject({ program: 'idle: get | get, put', side: 'after' });
    expect(contradiction!.what).toContain('✗ ');
  });

  test('that leaves out an outcome', () => {
    const { contradiction } = withSet(places.slice(1));
    expect(contradiction).toMatchObject({ program, side: 'before' });
    expect(contradiction!.what).toContain(`${certificate.outcomes[places[0]!]}, which is not listed`);
  });

  test('that lists an outcome too many', () => {
    const other = certificate.outcomes.findIndex((_, place) => !places.includes(place));
    const { contradiction } = withSet([...places, other]);
    expect(contradiction!.what).toContain(`no schedule ends with ${certificate.outcomes[other]}`);
  });

  test('that leaves out a program', () => {
    const { [line]: _, ...rest } = certificate.byProgram;
    const first = line + certificate.lists.at(-sets.length)!;
    const what = 'the certificate does not list it';
    expect(changed(rest).contradiction).toMatchObject({ program: first, what });
    const short = { ...certificate.byProgram, [line]: sets.slice(0, -1) };
    expect(changed(short).contradiction).toMatchObject({ program: line + certificate.lists.at(-1)!, what });
  });

  test('that lists a program too many', () => {
    const long = { ...certificate.byProgram, [line]: [...sets, 0] };
    expect(changed(long).contradiction!.what).toMatch(
      /^the certificate has \d+ and lists \d+; the scope has/,
    );
  });
});

describe('files', () => {
  const written = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const certificate = made(same) as Certificate;

  test('what is written is read', () => {
    expect(readCertificate(written('good.json', certificateText(certificate)))).toEqual(certificate);
  });

  test.each([
    ['no JSON', 'nothing', /is no certificate/],
    ['another file', '{"a": 1}', /is no certificate/],
    [
      'another form',
      certificateText(certificate).replace('certificate": 2', 'certificate": 1'),
      /is no certificate/,
    ],
    ['an outcome exchanged', certificateText(certificate).replace('"granted"', '"refused"'), /was changed/],
  ])('%s is refused', (name, text, problem) => {
    const path = written(`${name}.json`, text);
    expect(() => readCertificate(path)).toThrow(InputError);
    expect(() => readCertificate(path)).toThrow(problem);
  });
});
