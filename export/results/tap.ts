import { yaml } from '../../targets/subject/on-demand.ts';
import { isGood, placeText, type Report, type Reporter, type Result, suitesOf } from './result.ts';

/**
 * TAP 14: a subtest for each suite, and a YAML block below whatever is not fine. A skipped point is `not ok … # SKIP`,
 * which harnesses count as skipped, and none as passed.
 */
export const TAP: Reporter = { name: 'tap', text };

function text(report: Report): string {
  const suites = suitesOf(report);
  return [
    'TAP version 14',
    `1..${suites.length}`,
    ...suites.flatMap(([suite, results], at) => suiteLines(suite, results, at + 1)),
    '',
  ].join('\n');
}

/**
 * A suite as a subtest. It is fine if all that was asked in it is, and something was: one of which everything was skipped
 * says nothing, so it is skipped as a whole.
 */
function suiteLines(suite: string, results: readonly Result[], number: number): string[] {
  const inside = [`1..${results.length}`, ...results.flatMap((one, at) => point(one, at + 1))];
  const skipped = results.every(({ status }) => status === 'skipped');
  const isFine = results.every((one) => isGood(one) || one.status === 'skipped') && !skipped;
  const name = described(suite);
  return [
    `# Subtest: ${name}`,
    ...inside.map((line) => `    ${line}`),
    `${isFine ? 'ok' : 'not ok'} ${number} - ${name}${skipped ? ' # SKIP' : ''}`,
  ];
}

/** A test point. Numbers count within the suite; a name may hold anything, and so is escaped. */
function point(one: Result, number: number): string[] {
  const { status, message } = one;
  const directive = status === 'skipped' ? ` # SKIP ${described(message)}`.trimEnd() : '';
  const head = `${isGood(one) ? 'ok' : 'not ok'} ${number} - ${described(one.name)}${directive}`;
  return status === 'ok' && message === '' ? [head] : [head, ...block(one)];
}

/** Every text in double quotes on one line: none of them can end the block, or be anything but a text. */
function block({ status, message, details, place, finding, command }: Result): string[] {
  const data = {
    status,
    message,
    ...(details && details.length > 0 ? { details: [...details] } : {}),
    ...(place ? { at: placeText(place) } : {}),
    ...(finding ? { finding: { ...finding } } : {}),
    ...(command === undefined ? {} : { command }),
  };
  const lines = yaml()
    .stringify(JSON.parse(JSON.stringify(data)), {
      defaultStringType: 'QUOTE_DOUBLE',
      defaultKeyType: 'PLAIN',
      lineWidth: 0,
      doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
    })
    .trimEnd()
    .split('\n');
  return ['  ---', ...lines.map((line) => `  ${line}`), '  ...'];
}

/** A `#` would begin a directive; TAP 14 takes a backslash before it. */
function described(value: string): string {
  return value
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/gu, (found) => `\\u{${found.codePointAt(0)!.toString(16)}}`)
    .replaceAll(/[\\#]/g, (found) => `\\${found}`);
}
