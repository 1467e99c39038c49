import { isGood, type Report, type Reporter, type Result, suitesOf } from './result.ts';

/**
 * KTAP 1, the kernel's own dialect: a test for each suite, with a subtest for each of its results. Diagnostic lines come
 * before the result that they are about, and are named, so that none of them can be taken for a heading.
 *
 *     KTAP version 1
 *     1..1
 *         KTAP version 1
 *         # Subtest: refcount-v5.5
 *         1..2
 *         ok 1 inc-zero-result-protects
 *         # dec-zero-value-breaks: failed: do not ship: …
 *         not ok 2 dec-zero-value-breaks
 *     not ok 1 refcount-v5.5
 *
 * KTAP lets `not ok` be skipped too, so nothing that was not run is ever `ok`.
 */
export const KTAP: Reporter = { name: 'ktap', text };

function text(report: Report): string {
  const suites = suitesOf(report);
  return [
    'KTAP version 1',
    `1..${suites.length}`,
    ...suites.flatMap(([suite, results], at) => suiteLines(suite, results, at + 1)),
    '',
  ].join('\n');
}

/**
 * A suite, with its results indented below it. The version is repeated there, as the kernel has done since 6.3; parsers that
 * are older pass over it.
 */
function suiteLines(suite: string, results: readonly Result[], number: number): string[] {
  const name = named(suite);
  const inside = [
    'KTAP version 1',
    `# Subtest: ${name}`,
    `1..${results.length}`,
    ...results.flatMap((one, at) => lines(one, at + 1)),
  ];
  const skipped = results.every(({ status }) => status === 'skipped');
  const isFine = results.every((one) => isGood(one) || one.status === 'skipped') && !skipped;
  const end = `${isFine ? 'ok' : 'not ok'} ${number} ${name}${skipped ? ' # SKIP' : ''}`;
  return [...inside.map((line) => `    ${line}`), end];
}

/** A result, and before it what there is to say of it, a diagnostic for each line. */
function lines(one: Result, number: number): string[] {
  const { status, message, details = [], command } = one;
  const name = named(one.name);
  const said = [status === 'ok' ? message : `${status}: ${message}`, ...details, command ?? '']
    .filter((line) => line !== '')
    .flatMap((line) => line.split(/\r\n|[\n\r]/));
  const isTold = status !== 'ok' || message !== '';
  const diagnostics = isTold ? said.map((line) => `# ${name}: ${visible(line)}`) : [];
  const directive = status === 'skipped' ? ` # SKIP ${visible(message)}`.trimEnd() : '';
  return [...diagnostics, `${isGood(one) ? 'ok' : 'not ok'} ${number} ${name}${directive}`];
}

/** A `#` would begin a directive, and a name that begins with a dash, a blank or a number would be read without it. */
function named(name: string): string {
  const text = visible(name).replaceAll('#', '\\x23').trim();
  return text === '' ? '(no name)' : /^[-\s]/.test(text) ? `_${text}` : text;
}

/** One line, of what a console shows. */
function visible(line: string): string {
  return line.replaceAll(
    /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (found) => `\\u{${found.codePointAt(0)!.toString(16)}}`,
  );
}
