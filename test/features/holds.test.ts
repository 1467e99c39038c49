import { describe, expect, test } from 'vitest';
import { accessTable } from '../../export/show/access-table.ts';
import { plainStyle } from '../../export/show/style.ts';
import { programOf } from '../../fuzz/case/program-text.ts';
import { type SoundnessAnswer, soundnessOf } from '../../fuzz/check/soundness-answer.ts';
import { faultShown } from '../../fuzz/check/soundness-witness.ts';
import { harnessOf } from '../../fuzz/run/harness.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import { subjectIn } from '../c/c-subjects.ts';
import { smallTarget } from '../small-schemes.ts';

const LIMIT = 100_000;

async function schemeIn(file: string, defines: readonly string[] = []): Promise<Scheme> {
  return (await subjectIn(`test/features/holds/${file}.c`, `${file}.c`, defines)) as Scheme;
}

function answerOf(scheme: Scheme, size = { threads: 2, ops: 2 }): SoundnessAnswer {
  const harness = harnessOf(smallTarget(scheme));
  return soundnessOf(harness, harness.subject, size, LIMIT);
}

/** The verdict, and the gravest fault with its program. */
function said({ verdict, faults, neverMet }: SoundnessAnswer): string {
  const [fault] = faults;
  if (!fault) return [verdict, ...neverMet].join('; ');
  const { start, threads } = fault.program;
  const text = fault.text === undefined ? '' : ` (${fault.text})`;
  return `${fault.what}${text} by ${fault.op}, ${start}: ${threads.map((ops) => ops.join(', ')).join(' | ')}`;
}

describe('each feature means what it means, and a planted defect is found', () => {
  test.each([
    ['charge', [], 'sound'],
    ['charge', ['FORGETS'], 'count-too-high by uncharge, open: charge(512), uncharge(512)'],
    ['charge', ['ANYBODY'], 'use-after-free by charge, open: close, charge(1)'],
    ['pins', [], 'sound'],
    ['pins', ['EAGER'], 'leak by unpin, pinned: get | unpin'],
    ['pins', ['LIGHT', 'CONSERVES'], 'count-too-low by pin, mapped: pin'],
    ['hand-over', [], 'sound'],
    ['hand-over', ['LATE'], 'use-after-free by finish, shared: finish | queue, finish'],
    ['give', [], 'sound'],
    ['give', ['FORGETS'], 'use-after-free by close, open: send, close | close'],
    ['dup', [], 'sound'],
    ['dup', ['ANYBODY'], 'use-after-free by dup, one: put, dup'],
    ['thread-local', [], 'sound'],
    ['thread-local', ['SHALLOW'], 'freed-while-held by leave, two: leave | enter, leave'],
    ['thread-number', [], 'sound'],
    [
      'thread-number',
      ['SECOND'],
      'warning (WARN_ON(atomic_cmpxchg(&object->owner, me, 0) != me)) by unlock, free: lock | lock, unlock',
    ],
    ['per-cpu', [], 'sound'],
    ['per-cpu', ['BLIND'], 'used-while-stopped by use, open: get, use | close'],
    ['open-close', [], 'sound'],
    ['open-close', ['RACES'], 'used-while-stopped by transfer, closed: open | open, transfer'],
    ['open-close', ['FORGETS'], 'started-twice by open, open: close, open'],
    ['open-close', ['EARLY'], 'used-while-stopped by transfer, open: close | open, transfer'],
  ])('%s %j: %s', async (file, defines, expected) => {
    expect(said(answerOf(await schemeIn(file, defines)))).toBe(expected);
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
