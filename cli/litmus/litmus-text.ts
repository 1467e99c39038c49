import type { Style } from '../../export/show/style.ts';
import type { LitmusAnswer } from '../../fuzz/litmus/run-test.ts';
import type { Condition } from '../../fuzz/litmus/syntax.ts';
import { witnessRows, witnessText } from './witness-text.ts';

/** What herd7 calls the three kinds of condition. */
const KINDS: Readonly<Record<Condition['quantifier'], string>> = {
  exists: 'Allowed',
  '~exists': 'Forbidden',
  forall: 'Required',
};

/**
 * Whether a test comes to the `Result:` in its comment.
 *
 * @returns undefined when it has none, or could not be decided
 */
export function isAsExpected({ test, observation, isRace }: LitmusAnswer): boolean | undefined {
  if (!test.expected || observation === undefined) return undefined;
  return test.expected.observation === observation && (!test.expected.isRace || isRace);
}

/**
 * A test as herd7 prints it, so that programs which read one read the other, and then an execution that decides it. A
 * search that was cut short has counted a part, and says so in the place of the observation.
 */
export function answerText(answer: LitmusAnswer, style: Style): string[] {
  const { test, positive, negative, states, witness } = answer;
  const { quantifier, text } = test.condition;
  const lines = [
    `Test ${test.name} ${KINDS[quantifier]}`,
    `States ${states.length}`,
    ...states.map((state) => state.text),
    answer.isOk ? 'Ok' : 'No',
    'Witnesses',
    `Positive: ${positive} Negative: ${negative}`,
    ...(answer.isRace ? ['Flag data-race'] : []),
    `Condition ${quantifier} ${text.startsWith('(') ? text : `(${text})`}`,
    observationLine(answer),
    ...expectedLines(answer, style),
  ];
  if (witness) {
    const what = quantifier === 'forall' ? 'An execution against it' : 'An execution for which it holds';
    lines.push('', `${what}, in the order in which things happen:`, ...witnessText(test, witness));
  }
  return [...lines, '', `limits: ${answer.explored} states, ${limitText(answer)}`];
}

function observationLine({ test, observation, positive, negative, most }: LitmusAnswer): string {
  if (observation === undefined) return `Undecided ${test.name}: more than ${most} states; raise --limit`;
  // Where nothing ends herd7 says Never, of no execution at all.
  return `Observation ${test.name} ${observation === 'DEADLOCK' ? 'Never' : observation} ${positive} ${negative}`;
}

/**
 * Whether the test comes to what its comment says. Where it does not, the line of the comment is named, as either may be
 * wrong.
 */
function expectedLines(answer: LitmusAnswer, style: Style): string[] {
  const { expected, file } = answer.test;
  const isMet = isAsExpected(answer);
  const lines: string[] = [];
  if (answer.observation === 'DEADLOCK') lines.push('DEADLOCK: no execution comes to its end');
  if (!expected || isMet === undefined) return lines;
  const said = `${expected.observation}${expected.isRace ? ' DATARACE' : ''}`;
  lines.push(
    isMet
      ? `Result: ${said}, as the test says`
      : style.red(`Result: the test says ${said} (${file}:${expected.line})`),
  );
  return lines;
}

/** What the numbers are of. Every answer of refuzz ends with its limits. */
function limitText({ isRace }: LitmusAnswer): string {
  return isRace
    ? 'and plain accesses race: the kernel model promises nothing of such a program'
    : "the kernel's memory model, load buffering included";
}

/** Several tests, a line each, and how many are as they say. */
export function tableText(answers: readonly LitmusAnswer[]): string[] {
  const rows = answers.map((answer) => [
    answer.test.name,
    resultOf(answer),
    `${answer.positive}`,
    `${answer.negative}`,
    answer.test.expected
      ? `${answer.test.expected.observation}${answer.test.expected.isRace ? ' DATARACE' : ''}`
      : '-',
    verdictOf(answer),
  ]);
  const all = [['test', 'result', 'positive', 'negative', 'Result:', ''], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  const expected = answers.filter(({ test }) => test.expected);
  const met = expected.filter((answer) => isAsExpected(answer) === true);
  const summary = `${answers.length} tests: ${met.length} of ${expected.length} come to the Result: that they name`;
  return [...lines, '', summary];
}

/** As the kernel's scripts write it into the comment, so that a row can be pasted there. */
function resultOf({ observation, isRace }: LitmusAnswer): string {
  return `${observation ?? 'undecided'}${isRace ? ' DATARACE' : ''}`;
}

function verdictOf(answer: LitmusAnswer): string {
  const isMet = isAsExpected(answer);
  return isMet === undefined ? '' : isMet ? 'ok' : 'differs';
}

/** A test as one line of JSON. */
export function answerJson(answer: LitmusAnswer): string {
  const { test, positive, negative, observation, isOk, isRace, states, explored, witness } = answer;
  return JSON.stringify({
    test: test.name,
    file: test.file,
    kind: KINDS[test.condition.quantifier],
    condition: `${test.condition.quantifier} ${test.condition.text}`,
    result: observation ?? 'undecided',
    ok: isOk,
    positive,
    negative,
    race: isRace,
    expected: test.expected?.observation ?? null,
    met: isAsExpected(answer) ?? null,
    states,
    explored,
    witness: witness
      ? witnessRows(test, witness).map(({ thread, line, text }) => ({ thread, line, text }))
      : null,
  });
}
