import { expect, test } from 'vitest';
import { plainStyle } from '../../export/show/style.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { EXIT, type Io } from '../io/io.ts';
import { chooseTargets } from '../target/find-target.ts';
import { type SweepCommandOptions, sweepCommand } from './sweep-command.ts';

const nothing = (): ReadonlySet<string> => new Set();

async function run(
  target: string,
  options: Partial<SweepCommandOptions>,
  interruptAfter = Number.POSITIVE_INFINITY,
) {
  let text = '';
  let lines = 0;
  let interrupt = () => {};
  const io: Io = {
    out: (part) => {
      text += part;
      lines += part.split('\n').length - 1;
      if (lines >= interruptAfter) interrupt();
    },
    tell: () => {},
    data: () => {},
    err: () => {},
    isTerminal: false,
    style: plainStyle,
    onInterrupt: (handler) => {
      interrupt = handler;
      return () => {};
    },
  };
  const code = await sweepCommand(
    await chooseTargets([target], {}),
    { workers: 2, known: nothing, json: true, ...options },
    io,
  );
  return { code, text, json: JSON.parse(text.trimEnd().split('\n').at(-1)!) };
}

const part = { calls: ['inc', 'dec', 'read'], from: 0x7fffff00, to: 0x800000ff };

test('divergences that the corpus lacks are news; that a part was swept is said', async () => {
  const { code, text, json } = await run('refcount-v5.5', part);
  expect(code).toBe(EXIT.FOUND);
  expect(text).toContain(
    'refcount-v5.5: 3 of 35 ops, each from 512 old values only, one thread: 5 divergences, 5 new',
  );
  expect(json).toMatchObject({
    target: 'refcount-v5.5',
    programs: 3 * 512,
    decided: 3 * 512,
    undecided: 0,
    states: 0,
    equivalent: false,
  });
  const places = json.divergences.map((one: { op: string; boundary: string }) => `${one.op} ${one.boundary}`);
  expect(places).toEqual(['inc int-max', 'inc wrap', 'inc interior', 'dec wrap', 'dec interior']);
  expect(json.intervals[0]).toMatchObject({
    target: 'refcount-v5.5',
    call: 'inc',
    from: 0x7fffff00,
    to: 0x7ffffffe,
    signatures: [],
  });
});

test('known signatures are no news', async () => {
  const { json } = await run('refcount-v5.5', part);
  const signatures = new Set<string>(
    json.intervals.flatMap(({ signatures }: { signatures: string[] }) => signatures),
  );
  expect((await run('refcount-v5.5', { ...part, known: () => signatures })).code).toBe(EXIT.OK);
});

test('no divergence in a part is not called equivalent', async () => {
  const { code, json } = await run('refcount-v5.5', { calls: ['read'], from: 0, to: 1000 });
  expect(code).toBe(EXIT.OK);
  expect(json).toMatchObject({ equivalent: null, undecided: 0, divergences: [] });
});

test('interrupted: what was not swept is unknown', async () => {
  const { code, text, json } = await run('refcount-v5.5', { ...part, calls: ['read', 'inc', 'dec'] }, 2);
  expect(code).toBe(EXIT.INTERRUPTED);
  expect(text).toContain('refcount-v5.5: unknown, not swept: inc, dec');
  expect(text).toContain('interrupted: the verdict is unknown');
  expect(json).toMatchObject({ decided: 512, undecided: 1024, equivalent: null });
});

test('the ideal counter is a reference too', async () => {
  const { json } = await run('v5.5-vs-ideal', { calls: ['dec_not_one'], from: 0, to: 100 });
  expect(json.intervals.length).toBeGreaterThan(1);
});

test('schemes have no sweep', async () => {
  await expect(run('inet-peer-naive', {})).rejects.toThrow(InputError);
});
