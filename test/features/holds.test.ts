import { describe, expect, test } from 'vitest';
import { type SoundnessAnswer, soundnessOf } from '../../fuzz/check/soundness-answer.ts';
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
    ['charge', ['FORGETS'], '?'],
    ['charge', ['ANYBODY'], '?'],
    ['pins', [], 'sound'],
    ['pins', ['EAGER'], '?'],
    ['pins', ['LIGHT', 'CONSERVES'], '?'],
    ['hand-over', [], 'sound'],
    ['hand-over', ['LATE'], '?'],
    ['give', [], 'sound'],
    ['give', ['FORGETS'], '?'],
    ['dup', [], 'sound'],
    ['dup', ['ANYBODY'], '?'],
    ['thread-local', [], 'sound'],
    ['thread-local', ['SHALLOW'], '?'],
    ['thread-number', [], 'sound'],
    ['thread-number', ['SECOND'], '?'],
    ['per-cpu', [], 'sound'],
    ['per-cpu', ['BLIND'], '?'],
    ['open-close', [], 'sound'],
    ['open-close', ['RACES'], '?'],
    ['open-close', ['FORGETS'], '?'],
    ['open-close', ['EARLY'], '?'],
  ])('%s %j: %s', async (file, defines, expected) => {
    expect(said(answerOf(await schemeIn(file, defines)))).toBe(expected);
  });
});
