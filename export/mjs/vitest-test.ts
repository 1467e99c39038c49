import type { Case } from '../../fuzz/case/case.ts';
import { formatCase } from '../../fuzz/case/case-file.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { formatValue } from '../../targets/subject/values.ts';
import { findSubject } from '../../targets/target/subjects.ts';
import { type ExportFormat, oneFile } from '../reproduce/export-format.ts';
import { callText, headOf, Inexpressible } from '../reproduce/reproduced-case.ts';
import { reproductionOf } from '../reproduce/reproduction.ts';
import { commentText, jsLiteral, jsString } from '../reproduce/source-text.ts';

/** Cases as tests for vitest. */
export const VITEST: ExportFormat = {
  name: 'vitest',
  about: 'a test that uses refuzz/fast-check',
  files: oneFile('repro.test.ts', exportVitest),
  howTo: (path) => `npx vitest run ${path}`,
};

/**
 * A case as a test for vitest, to paste into a project: the recorded schedule, and then any program of the same ops. Both
 * tests fail for as long as the subject diverges; another subject can be put in the place of this one.
 *
 * @throws Inexpressible for subjects that are no records: C
 */
export function exportVitest(harness: Harness, stored: Case): string {
  const reproduction = reproductionOf(harness, stored);
  const { reference, subject, threads, oracles } = harness.target;
  const sides = reference === 'ideal' ? [subject] : [reference, subject];
  for (const { name } of sides)
    if (!findSubject(name))
      throw new Inexpressible(`${name} is compiled from C, and a test imports records of TypeScript`);
  const calls = [...new Set(reproduction.program.threads.flat())].map((call) => harness.alphabet.call(call));
  // The second test draws programs of these ops, values and starts alone: of what the case is about.
  const ops = [...new Set(calls.map(({ op }) => op))];
  const values = [...new Set(calls.flatMap(({ arity, a, b }) => [a, b].slice(0, arity)))];
  const start = reproduction.program.start;
  const head = [
    ...headOf(reproduction),
    '',
    'Run it with vitest, in a project that has refuzz and fast-check. Both tests fail while the divergence shows.',
    'To see whether a counter or scheme of your own does so too, put its record in the place of the subject.',
  ];
  const lines = [
    "import { harnessOf, parseCase, replayCase } from 'refuzz';",
    "import { assertEquivalent, pairTarget } from 'refuzz/fast-check';",
    "import { expect, test } from 'vitest';",
    '',
    `const reference = ${jsString(reference === 'ideal' ? 'ideal' : reference.name)};`,
    `const subject = ${jsString(subject.name)};`,
    'const options = {',
    `  name: ${jsString(stored.target)},`,
    `  ops: [${ops.map(jsString).join(', ')}],`,
    `  initial: [${typeof start === 'number' ? jsLiteralOf(start) : jsString(start)}],`,
    ...(values.length > 0 ? [`  arguments: [${values.map(jsLiteralOf).join(', ')}],`] : []),
    `  threads: ${Math.max(threads, reproduction.program.threads.length)},`,
    `  oracles: [${oracles.map((oracle) => `'${oracle}' as const`).join(', ')}],`,
    '};',
    '',
    '/** The case as refuzz stores it: the program, the schedule, and what both sides did. */',
    'const stored = parseCase(',
    "  'repro.yaml',",
    '  [',
    ...formatCase(stored)
      .trimEnd()
      .split('\n')
      .map((line) => `    ${jsString(line)},`),
    "    '',",
    "  ].join('\\n'),",
    ');',
    '',
    `test(${jsString(`${callText(harness, reproduction.program.threads.flat()[0]!)}, as recorded, does not diverge`)}, () => {`,
    '  const replayed = replayCase(() => harnessOf(pairTarget(reference, subject, options)), stored);',
    "  expect(replayed.kind, 'the recorded divergence shows').not.toBe('same');",
    '});',
    '',
    "test('the same ops do not diverge in any schedule', () => {",
    '  assertEquivalent(reference, subject, { ...options, seed: 1 });',
    '});',
  ];
  return `${[...head.map((line) => `// ${commentText(line)}`.trimEnd()), '', ...lines].join('\n')}\n`;
}

/** Text where refuzz has a name for a value, so that a reader knows it again. */
function jsLiteralOf(value: number): string {
  const name = formatValue(value);
  return /^[A-Z]/.test(name) ? `'${name}'` : jsLiteral(value);
}
