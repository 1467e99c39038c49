import { describe, expect, test } from 'vitest';
import { died, type Mishap, sessionOf } from '../../test/made-up-workers.ts';

describe('what goes wrong ends the campaign when everything has come back', () => {
  const broken = () => {
    throw new Error('the disk is full');
  };

  test.each([
    'rawFinding',
    'searched',
    'roundEnded',
    'made',
    'found',
  ] as const)('in the event %s', async (event) => {
    const session = sessionOf({ workers: 4, events: { [event]: broken } });
    await expect(session.supervisor.run()).rejects.toThrow('the disk is full');
    expect(session.workerPool.isDismissed).toBe(true);
    expect(session.workerPool.underWay).toBe(0);
    expect(session.supervisor.isStopped).toBe(true);
  });

  test('in the event crashed', async () => {
    const mishap: Mishap = () => died('chance');
    const session = sessionOf({ mishap, events: { crashed: broken } });
    await expect(session.supervisor.run()).rejects.toThrow('the disk is full');
    expect(session.workerPool.underWay).toBe(0);
  });

  test('in a job, be it a search or a finding', async () => {
    for (const kind of ['search', 'minimize']) {
      const mishap: Mishap = (job) =>
        job.kind === kind ? { kind: 'failure', error: new TypeError('no such thing') } : undefined;
      const session = sessionOf({ mishap });
      await expect(session.supervisor.run()).rejects.toThrow(new TypeError('no such thing'));
      expect(session.workerPool.underWay).toBe(0);
    }
  });

  test('where no thread can be made', async () => {
    const mishap: Mishap = () => {
      throw new Error('no threads here');
    };
    const session = sessionOf({ mishap });
    await expect(session.supervisor.run()).rejects.toThrow('no threads here');
    expect(session.workerPool.isDismissed).toBe(true);
  });

  test('and what else was searched until then is counted', async () => {
    let parts = 0;
    const session = sessionOf({
      kinds: ['scheme'],
      workers: 4,
      events: {
        searched() {
          if (++parts === 5) broken();
        },
      },
    });
    await expect(session.supervisor.run()).rejects.toThrow('the disk is full');
    expect(parts).toBeGreaterThan(5);
    expect(parts).toBeLessThanOrEqual(5 + 3);
  });
});
