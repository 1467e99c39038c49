import { describe, expect, test } from 'vitest';
import { reproducedScheme } from '../../export/reproduce/reproduced-scheme.ts';
import { accessTable } from '../../export/show/access-table.ts';
import { plainStyle } from '../../export/show/style.ts';
import type { Case } from '../../fuzz/case/case.ts';
import { programOf } from '../../fuzz/case/program-text.ts';
import { type SoundnessAnswer, soundnessOf } from '../../fuzz/check/soundness-answer.ts';
import { faultShown } from '../../fuzz/check/soundness-witness.ts';
import { generateProgram } from '../../fuzz/generate/generate.ts';
import { byteCodec } from '../../fuzz/jsfuzz/byte-codec.ts';
import { schemeComparison } from '../../fuzz/judge/compare-schemes.ts';
import { RandomChoices } from '../../fuzz/program/choices.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { subjectIn } from '../c/c-subjects.ts';
import { smallTarget } from '../small-schemes.ts';
import { oneIn, sampleOf } from '../thorough.ts';
import { verdictOf } from './features.ts';
import { filesOf, PAIRS } from './pairs.ts';

const LIMIT = 100_000;

async function schemeIn(file: string, defines: readonly string[] = []): Promise<Scheme> {
  return (await subjectIn(`test/features/holds/${file}.c`, `${file}.c`, defines)) as Scheme;
}

function answerOf(scheme: Scheme, size = { threads: 2, ops: 2 }): SoundnessAnswer {
  const harness = harnessOf(smallTarget(scheme));
  return soundnessOf(harness, harness.subject, size, LIMIT);
}

/** The shortest program that shows each defect, and the text of a warning. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'charge FORGETS': 'open: charge(512), uncharge(512)',
  'charge ANYBODY': 'open: close, charge(1)',
  'pins EAGER': 'pinned: get | unpin',
  'pins LIGHT CONSERVES': 'mapped: pin',
  'hand-over LATE': 'shared: finish | queue, finish',
  'give FORGETS': 'open: send, close | close',
  'dup ANYBODY': 'one: put, dup',
  'thread-local SHALLOW': 'two: leave | enter, leave',
  'thread-number SECOND': 'free: lock | lock, unlock (WARN_ON(atomic_cmpxchg(&object->owner, me, 0) != me))',
  'per-cpu BLIND': 'open: get, use | close',
  'open-close RACES': 'closed: open | open, transfer',
  'open-close FORGETS': 'open: close, open',
  'open-close EARLY': 'open: close | open, transfer',
};

describe('each feature means what it means, and a planted defect is found', () => {
  test.each(filesOf('holds'))('%s is sound', async (file) => {
    expect(verdictOf(await schemeIn(file))).toBe('sound');
  });

  test.each(oneIn(3, PAIRS.holds))(`%s %s: %s, ${sampleOf(3)}`, async (file, defect, found) => {
    const { faults } = answerOf(await schemeIn(file, defect.split(' ')));
    const [{ what, op, program, text }] = faults as [(typeof faults)[number]];
    expect(`${what} ${op}`).toBe(found);
    const threads = program.threads.map((ops) => ops.join(', ')).join(' | ');
    expect(`${program.start}: ${threads}${text === undefined ? '' : ` (${text})`}`).toBe(
      PROGRAMS[`${file} ${defect}`],
    );
  });
});

test('a page that is freed under a pin says so', async () => {
  const scheme = await schemeIn('pins', ['HASTY']);
  const harness = harnessOf(smallTarget(scheme));
  const { faults } = soundnessOf(harness, harness.subject, { threads: 2, ops: 2 }, LIMIT);
  const fault = faults.find(({ what }) => what === 'freed-while-held')!;
  const program = programOf(harness, fault.program);
  const accesses = faultShown(harness, harness.subject, program, fault)!;
  expect(accessTable(harness, program, accesses, -1, plainStyle).at(-1)).toContain(
    '✗ freed-while-held: pins',
  );
});

test('an op of a scheme is written with its argument, and takes none that is not listed', async () => {
  const { alphabet, calls } = harnessOf(smallTarget(await schemeIn('charge')));
  expect(calls.map((call) => alphabet.format(call))).toEqual([
    'close',
    'charge(1)',
    'charge(512)',
    'uncharge(1)',
    'uncharge(512)',
  ]);
  expect(alphabet.format(alphabet.parse('charge(512)'))).toBe('charge(512)');
  expect(() => alphabet.parse('charge(7)')).toThrow('charge is not given 7; its values are 1, 512');
  expect(() => alphabet.parse('charge')).toThrow('charge takes 1 argument, not 0');
});

test('programs that are drawn, or read from bytes, have arguments that are listed', async () => {
  const harness = harnessOf(smallTarget(await schemeIn('charge')));
  const { calls, alphabet } = harness;
  const codec = byteCodec(harness);
  for (let seed = 0; seed < 50; seed++) {
    const program = generateProgram(harness, { maxThreads: 3, maxOps: 3 }, 1, new RandomChoices(seed, 0));
    expect(program.threads.flat().filter((call) => !calls.includes(call))).toEqual([]);
    expect(codec.program(codec.encode(program)).program).toEqual(program);
  }
  const any = codec.program(Uint8Array.from({ length: 64 }, (_, at) => (at * 37) % 256)).program;
  expect(any.threads.flat().filter((call) => !calls.includes(call))).toEqual([]);
  expect(alphabet.size).toBe(calls.length);
});

test('two sides are compared by what befalls the holders of each kind', async () => {
  const [reference, subject] = [await schemeIn('pins'), await schemeIn('pins', ['HASTY'])];
  const harness = harnessOf(smallTarget(subject, reference));
  const { alphabet } = harness;
  const comparison = schemeComparison(harness, LIMIT);
  const compared = (start: string, ...threads: string[][]) => {
    const program = { start, threads: threads.map((ops) => ops.map((op) => alphabet.id(op))) };
    return [...comparison.compare(program)!.divergences.values()].map(({ fact }) => fact);
  };
  expect(compared('mapped', ['pin', 'put'])).toEqual(['freed-while-held']);
  expect(compared('mapped', ['pin', 'unpin', 'put'])).toEqual([]);
});

test('a reproducer is refused for what stand-alone code does not know of', async () => {
  const refused = async (file: string) => {
    const harness = harnessOf(smallTarget(await schemeIn(file)));
    const program = { start: String(harness.target.initial[0]), threads: [[harness.calls[0]!]] };
    return () => reproducedScheme({ harness, program, schedule: [0], stored: {} as Case });
  };
  expect(await refused('charge')).toThrow(
    'charge.c has kinds of hold, which stand-alone code does not know of',
  );
  expect(await refused('hand-over')).toThrow('holds that change hands');
  expect(await refused('thread-number')).toThrow('the number of a thread');
  expect(await refused('open-close')).toThrow('a resource that is started and stopped');
});
