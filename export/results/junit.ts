import { placeText, type Report, type Reporter, type Result, suitesOf } from './result.ts';

/**
 * JUnit's XML, as Ant writes it and Jenkins, GitLab and others read it. It knows no "undecided": that is an `error` of the
 * type `undecided`, so that whoever counts failures sees it.
 *
 *     failed             <failure type="breaks">
 *     undecided, error   <error type="undecided">
 *     skipped            <skipped>
 */
export const JUNIT: Reporter = { name: 'junit', text };

function text(report: Report): string {
  const suites = suitesOf(report);
  const head = `<testsuites${attributes({ name: `refuzz ${report.command}`, ...counts(report.results), time: seconds(report) })}>`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    head,
    ...suites.flatMap(([suite, results], at) => suiteLines(suite, results, at, report)),
    '</testsuites>',
    '',
  ].join('\n');
}

/** Three digits: an XML schema of seconds has no exponent. */
function seconds(report: Report): string {
  return report.seconds.toFixed(3);
}

/**
 * A suite. Results are not timed one by one: programs are decided side by side, and a share of the time would be made up.
 */
function suiteLines(suite: string, results: readonly Result[], at: number, report: Report): string[] {
  const { skipped } = counted(results);
  // Only the whole run is timed.
  const time = at === 0 ? seconds(report) : '0.000';
  return [
    `  <testsuite${attributes({ name: suite, ...counts(results), skipped, time })}>`,
    '    <properties>',
    `      <property${attributes({ name: 'refuzz', value: report.version })}/>`,
    '    </properties>',
    ...results.flatMap((one) => caseLines(one, report.command)),
    '  </testsuite>',
  ];
}

/** For the whole report and for a suite. */
function counts(results: readonly Result[]) {
  const { failures, errors } = counted(results);
  return { tests: results.length, failures, errors };
}

/** As the format counts: undecided things are errors. */
function counted(results: readonly Result[]) {
  const number = (...wanted: Result['status'][]) =>
    results.filter(({ status }) => wanted.includes(status)).length;
  return { failures: number('failed'), errors: number('undecided', 'error'), skipped: number('skipped') };
}

/**
 * A test case. Its class groups it by command and suite, as Jenkins shows them in a tree.
 *
 *     <testcase name="inc-zero-value-breaks" classname="refuzz.check.pax" time="0.000">
 */
function caseLines(one: Result, command: string): string[] {
  const head = `    <testcase${attributes({ name: one.name, classname: `refuzz.${command}.${one.suite}`, time: '0.000' })}`;
  const inside = insideOf(one);
  return inside.length === 0 ? [`${head}/>`] : [`${head}>`, ...inside, '    </testcase>'];
}

function insideOf(one: Result): string[] {
  const { status, message, finding } = one;
  const body = bodyOf(one);
  switch (status) {
    case 'ok':
    case 'known':
      return body === '' ? [] : [`      <system-out>${escaped(body)}</system-out>`];
    case 'skipped':
      return [`      <skipped${attributes({ message })}/>`];
    case 'failed':
      return [
        `      <failure${attributes({ message, type: finding?.judgement ?? one.rule?.id ?? 'failed' })}>${escaped(body)}</failure>`,
      ];
    case 'undecided':
    case 'error':
      return [`      <error${attributes({ message, type: status })}>${escaped(body)}</error>`];
  }
}

/** What a person reads who opens the result: the sentence, where it is, more lines, and what to type. */
function bodyOf({ message, place, details = [], command }: Result): string {
  return [message, ...(place ? [placeText(place)] : []), ...details, ...(command ? [command] : [])]
    .filter((line) => line !== '')
    .join('\n');
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${inAttribute(String(value))}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What no XML 1.0 may hold, not even as a reference, is spelt out: `\u{1b}`. */
function escaped(value: string): string {
  return value
    .replaceAll(
      /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu,
      (found) => `\\u{${found.codePointAt(0)!.toString(16)}}`,
    )
    .replaceAll(/[&<>"]/g, (found) => ENTITIES[found]!)
    .replaceAll('\r', '&#13;');
}

/** A parser makes a blank of a line feed that stands in an attribute as it is. */
function inAttribute(value: string): string {
  return escaped(value).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}
