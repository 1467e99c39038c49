import type { Judgement, Kind } from '../../oracles/divergence.ts';
import { JUDGEMENTS, KINDS } from '../../oracles/divergence.ts';
import type { Place, Report, Reporter, Result } from './result.ts';

/**
 * SARIF 2.1.0: what code scanning and editors read. A rule for each judgement and kind; a result for each divergence, and
 * for whatever else was decided or not. What the corpus knows is there, and suppressed. What could not be asked is no
 * result but a notification, and makes the invocation unsuccessful.
 *
 *     failed      kind fail, by its judgement error, warning or note
 *     known       the same, suppressed
 *     undecided   kind open       skipped   kind notApplicable       ok   kind pass
 */
export const SARIF: Reporter = { name: 'sarif', text };

/** Named for readers; nothing is fetched. */
const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
/** Where a reader of a report learns what refuzz is. */
const HOME = 'https://www.npmjs.com/package/refuzz';

/** What each judgement means, as words.md has it, in a sentence. */
const ABOUT_JUDGEMENTS: Readonly<Record<Judgement, string>> = {
  protects: 'The reference goes wrong, and the subject objects.',
  'false-alarm': 'The reference is right, and the subject objects.',
  misses: 'Both go wrong, and the subject is silent.',
  breaks: 'The reference is right, and the subject goes wrong.',
  changes: 'Both are right, and they differ.',
  transient: 'They differ within a documented window only.',
};

/** Where it shows, in a sentence; with the one above it makes the text of a rule. */
const ABOUT_KINDS: Readonly<Record<Kind, string>> = {
  result: 'It shows in what an op returns.',
  value: 'It shows in the value that is left.',
  warning: 'It shows in a warning.',
  lifetime: 'It shows in what befalls the object.',
  conservation: 'References are lost or invented.',
  sticky: 'A saturated count leaves saturation.',
  race: 'It shows in what a read of the object may miss.',
  'unordered-free': 'It shows in a free that is not ordered behind a use.',
};

/**
 * How loud a new divergence is. What must not go out is an error; a change that is right on both sides is for somebody to
 * look at; what protects, or stays within a documented window, is what a conversion is for, and still news.
 */
const LEVELS: Readonly<Record<Judgement, 'error' | 'warning' | 'note'>> = {
  breaks: 'error',
  misses: 'error',
  'false-alarm': 'error',
  changes: 'warning',
  protects: 'note',
  transient: 'note',
};

/** For what is no divergence. */
const OTHER_RULE = 'refuzz/result';

/** By id: every judgement with every kind, so that a rule has the same number in every report. */
const RULES = [
  { id: OTHER_RULE, text: 'What was asked is as it should be.', level: 'error' as const },
  ...JUDGEMENTS.flatMap((judgement) =>
    KINDS.map((kind) => ({
      id: `refuzz/${judgement}/${kind}`,
      text: `${ABOUT_JUDGEMENTS[judgement]} ${ABOUT_KINDS[kind]}`,
      level: LEVELS[judgement],
    })),
  ),
];

/** The fixed rules, and behind them those that results of this report bring along, each once. */
function rulesOf(results: readonly Result[]) {
  const own = new Map(results.flatMap(({ rule }) => (rule ? [[rule.id, rule.text] as const] : [])));
  return [...RULES, ...[...own].map(([id, said]) => ({ id, text: said, level: 'error' as const }))];
}

function text(report: Report): string {
  const { command, version, exitCode, results } = report;
  const rules = rulesOf(results);
  const errors = results.filter(({ status }) => status === 'error');
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'refuzz',
            version,
            informationUri: HOME,
            rules: rules.map((rule) => ({
              id: rule.id,
              shortDescription: { text: rule.text },
              defaultConfiguration: { level: rule.level },
            })),
          },
        },
        invocations: [
          {
            commandLine: `refuzz ${command}`,
            exitCode,
            // The tool came to an end of its own, whatever it found.
            executionSuccessful: errors.length === 0 && [0, 1, 3].includes(exitCode),
            toolExecutionNotifications: errors.map(notification),
          },
        ],
        automationDetails: { id: `refuzz/${command}/` },
        columnKind: 'utf16CodeUnits',
        results: results.filter(({ status }) => status !== 'error').map((one) => resultOf(one, rules)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

/**
 * What could not be asked. A result would need a rule that it breaks; this is about the run, and says why there is no
 * result: a file that is wrong, a kernel that does not boot, a case that could not be stored.
 */
function notification({ suite, name, message, place }: Result) {
  return {
    level: 'error',
    message: { text: [`${suite}: ${name}`, message].filter((part) => part !== '').join(': ') },
    ...locations(place),
  };
}

/**
 * One result. Its fingerprint is its name, and not its place or its text: code moves, and sentences get better, while a
 * dismissed alarm is to stay dismissed. A consumer that has no suppressions still sees by `status` that it is known.
 *
 *     ruleId                refuzz/breaks/result
 *     partialFingerprints   refcount-v5.5/inc-zero-result-breaks
 */
function resultOf(one: Result, rules: readonly { readonly id: string }[]) {
  const { suite, name, status, message, details = [], place, finding, command } = one;
  const id = finding ? `refuzz/${finding.judgement}/${finding.kind}` : (one.rule?.id ?? OTHER_RULE);
  const ruleIndex = rules.findIndex((rule) => rule.id === id);
  const text = [message === '' ? `${suite}: ${name}` : message, ...details, ...(command ? [command] : [])];
  return {
    ruleId: id,
    ruleIndex,
    ...kindOf(one),
    message: { text: text.join('\n') },
    ...locations(place),
    partialFingerprints: { 'refuzz/v1': `${suite}/${name}` },
    ...(status === 'known'
      ? { suppressions: [{ kind: 'external', justification: justificationOf(one) }] }
      : {}),
    properties: {
      suite,
      name,
      status,
      ...(finding
        ? { op: finding.op, boundary: finding.boundary, cause: finding.cause, case: finding.case }
        : {}),
    },
  };
}

/** Who says that it is known. */
function justificationOf({ rule, finding }: Result): string {
  return rule ? 'the baseline lists it' : `known to the corpus: ${finding?.case ?? ''}`;
}

/** The level of whatever is no failure must be `none`. */
function kindOf({ status, finding }: Result) {
  switch (status) {
    case 'failed':
    case 'known':
      return { kind: 'fail', level: finding ? LEVELS[finding.judgement] : 'error' };
    case 'undecided':
      return { kind: 'open', level: 'none' };
    case 'skipped':
      return { kind: 'notApplicable', level: 'none' };
    default:
      return { kind: 'pass', level: 'none' };
  }
}

/**
 * Where to look. A region needs its first line; without one the place is the file. Columns count UTF-16 units, as the run
 * says of itself.
 */
function locations(place: Place | undefined) {
  if (!place) return {};
  const { file, line, column } = place;
  const region =
    line === undefined
      ? {}
      : { region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) } };
  return { locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...region } }] };
}

/** A path is no address: a blank, a `#` or a `%` in it would be read as something else. */
function uriOf(file: string): string {
  const whole = file
    .split('/')
    .map((part) => encodeURIComponent(part.replaceAll(/\p{Cs}/gu, '\u{fffd}')))
    .join('/');
  return file.startsWith('/') ? `file://${whole}` : whole;
}
