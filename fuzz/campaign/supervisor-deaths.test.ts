import { describe, expect, test } from 'vitest';
import { signatureOf } from '../../oracles/divergence.ts';
import {
  died,
  findingsOf,
  findingText,
  type Mishap,
  NUMBERS,
  naiveFindings,
  outcomeOf,
  run,
  sessionOf,
} from '../../test/made-up-workers.ts';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { divergenceNumber } from '../../test/naive-campaign.ts';
import { parseProgram } from '../case/program-text.ts';
import { harnessOf } from '../run/harness.ts';
import { packProgram } from '../run/packed-program.ts';
import { CURRENT_CELLS, CurrentProgram } from './current-program.ts';

describe('a worker that dies', () => {
  const HARNESS = harnessOf(targetLike('refcount-v5.5'));
  const program = parseProgram(HARNESS, '1: inc, dec | read');
  const packed = packProgram(HARNESS, program);
  const current = new Int32Array(CURRENT_CELLS);
  new CurrentProgram(current).set(HARNESS, program, 5);

  test('three times with one program leaves that out, and the rest of its shard is searched', async () => {
    const mishap: Mishap = (job) =>
      job.kind === 'search' && job.from === 4 && job.leftOut.length === 0
        ? died('no memory', current)
        : undefined;
    const { members, crashes } = await run({ kinds: ['scheme'], mishap, workers: 1 });
    expect(crashes.map(({ times, isLeftOut }) => [times, isLeftOut])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
    expect(crashes[2]).toEqual({
      how: 'no memory',
      program: packed,
      iteration: 5,
      times: 3,
      isLeftOut: true,
      rawFinding: undefined,
      lacksCause: false,
    });
    expect(members[0]!.leftOut).toEqual([packed]);
    expect(members[0]!.campaign.counts.iterations).toBe(600);
  });

  test('three times with a finding gives that up, and only that', async () => {
    const victim = naiveFindings('scheme', 600, new Set())[0]!.split(' ')[0]!;
    const mishap: Mishap = (job) =>
      job.kind === 'minimize' && signatureOf(job.rawFinding.divergence) === victim
        ? died('an error', current)
        : undefined;
    const { found, crashes, members } = await run({ kinds: ['scheme'], mishap });
    expect(crashes.length).toBe(3);
    expect(crashes[2]).toMatchObject({
      isLeftOut: true,
      rawFinding: { divergence: divergenceNumber(NUMBERS.indexOf(victim)) },
    });
    expect(members[0]!.leftOut).toEqual([]);
    expect(found[0]!.length).toBeGreaterThan(5);
    expect(found[0]!.some((text) => text.startsWith(`${victim} `))).toBe(false);
  });

  test('once with a finding in hand loses that of no finding, and is not asked again', async () => {
    const undisturbed = await run({ kinds: ['scheme'] });
    const victim = undisturbed.found[0]![0]!.split(' ')[0]!;
    const mishap: Mishap = (job, _, onNote) => {
      if (job.kind !== 'minimize' || signatureOf(job.rawFinding.divergence) !== victim) return undefined;
      onNote({ kind: 'made', findings: findingsOf(job) });
      return died('a probe', current);
    };
    const made: string[] = [];
    const { found, crashes, members } = await run({
      kinds: ['scheme'],
      mishap,
      events: { made: (_, findings) => void made.push(...findings.map(findingText)) },
    });
    expect(crashes.map(({ times, isLeftOut, lacksCause }) => [times, isLeftOut, lacksCause])).toEqual([
      [1, true, true],
    ]);
    expect(found).toEqual(undisturbed.found);
    expect(made).toEqual(found[0]);
    expect(members[0]!.leftOut).toEqual([]);
    expect(outcomeOf(members[0]!)).toEqual(outcomeOf(undisturbed.members[0]!));
  });

  test('by our own hand with a finding in hand leaves it to the next session', async () => {
    const session = sessionOf({
      kinds: ['scheme'],
      mishap(job, _, onNote) {
        if (job.kind !== 'minimize') return undefined;
        onNote({ kind: 'made', findings: findingsOf(job) });
        session.supervisor.abandon();
        return died('ended', current);
      },
    });
    await session.supervisor.run();
    expect(session.found).toEqual([[]]);
    expect(session.crashes).toEqual([]);
  });

  test('three times with nothing under way ends the campaign, which says where', async () => {
    const mishap: Mishap = (job) => (job.kind === 'search' && job.from === 8 ? died('no thread') : undefined);
    const session = sessionOf({ kinds: ['scheme'], mishap });
    await expect(session.supervisor.run()).rejects.toThrow(
      '3 of them ended with iterations from 8 on, before any program ran (no thread); use fewer --workers',
    );
    expect(session.workerPool.isDismissed).toBe(true);
  });
});
