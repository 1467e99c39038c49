import { beforeAll, describe, expect, test } from 'vitest';
import { joined } from '../../fuzz/check/check-scope.ts';
import type { Scheme } from '../../targets/subject/subject.ts';
import type { Target } from '../../targets/target/target.ts';
import { targetLike } from '../mutants/campaigns.ts';
import { decided, schemeIn } from './c-subjects.ts';

/** A protocol in C, from the examples, beside its original. Each has a twin in TypeScript. */
const PAIRS = [
  ['inet-peer', 'naive'],
  ['inet-peer', 'naive-gc'],
  ['inet-peer', 'biased'],
  ['inet-peer', 'now'],
  ['ip-vs-dest', 'naive'],
  ['ip-vs-dest', 'now'],
] as const;

const inC = (folder: string, file: string) => schemeIn(`docs/examples/c/${folder}/${file}.c`, `c/${file}`);

/** What remains of a tally when the engine is not looked at: states and transitions may differ. */
function seenIn(target: Target) {
  const { programs, undecided, differing, losing, signatures } = joined(
    decided(target, 2, 1),
    decided(target, 1, 2),
  );
  const divergences = Object.entries(signatures).map(
    ([signature, { program }]) => [signature, program] as const,
  );
  return { programs, undecided, differing, losing, divergences: Object.fromEntries(divergences) };
}

describe.each(PAIRS)('%s: before.c against %s.c', (folder, file) => {
  test('differs where the pair in TypeScript does, and nowhere else', async () => {
    const inTypeScript = targetLike(`${folder}-${file}`);
    const [reference, subject] = [await inC(folder, 'before'), await inC(folder, file)];
    const seen = seenIn({ ...inTypeScript, reference, subject });
    expect(seen).toEqual(seenIn(inTypeScript));
    expect(seen.undecided).toBe(0);
    expect(seen.differing > 0).toBe(file.startsWith('naive') || folder + file === 'inet-peernow');
  });
});

describe.each(['inet-peer', 'ip-vs-dest'])('%s: before.c', (folder) => {
  let target: Target;
  let before: Scheme;
  beforeAll(async () => {
    target = targetLike(`${folder}-now`);
    before = await inC(folder, 'before');
  });

  // A comparison looks for what the subject can do and the reference cannot; so both ways make them equal.
  test.each([
    'reference',
    'subject',
  ] as const)('has the outcomes of the original in TypeScript, as %s', (side) => {
    const other = target.reference as Scheme;
    const sides = side === 'subject' ? [other, before] : [before, other];
    const tally = decided({ ...target, reference: sides[0]!, subject: sides[1]! }, 2, 2);
    expect(tally).toMatchObject({ undecided: 0, differing: 0, losing: 0, signatures: {} });
    expect(tally.programs).toBeGreaterThan(1900);
  });

  test('starts from the same states, and has ops of the same roles', () => {
    const other = target.reference as Scheme;
    const counts = ({ states }: Scheme) =>
      Object.fromEntries(
        target.initial.map((name) => {
          const { count, list, holders, noted, readers } = states[name]!;
          return [name, { count, list, holders, noted: noted ?? false, readers: readers ?? false }];
        }),
      );
    const roles = ({ ops }: Scheme) => target.ops.map((op) => `${op} ${ops[op]!.role}`);
    expect(counts(before)).toEqual(counts(other));
    expect(roles(before)).toEqual(roles(other));
    expect(before.bias).toBe(other.bias);
  });
});
