import type { Command } from 'commander';

/** A command that can be pasted. A test runs each, in this order, in a folder with the files of `docs/examples/c`, `docs/examples/litmus` and `corpus`. */
export interface Example {
  readonly command: string;
  readonly about: string;
  /** What it ends with; default: 0. */
  readonly exit?: number;
  /** What it takes that a test may not have. */
  readonly needs?: 'a kernel' | 'a repository' | 'a queue' | 'somebody who ends it';
}

const CASE = 'corpus/inet-peer-naive/lookup-from-INT_MAX-to-0/lookup-zero-result-false-alarm.yaml';

/*
 * An example is there to be copied. So each is whole: it names a target that everybody has, or files that come with refuzz,
 * and ends within seconds. Examples of one command go from the plainest to the one that shows most; some go on with what an
 * earlier one has left, as a reader who tries one after the other would have it.
 */

/** By the command that they are of. The help and the manual show them. */
export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  fuzz: [
    {
      command: 'refuzz fuzz canary --seed 1 --iterations 200 --corpus found',
      about: 'A short search that finds planted bugs',
      exit: 1,
    },
    {
      command: 'refuzz fuzz refcount-v5.5 --time 5s --reporter jsonl=found.jsonl',
      about: 'Five seconds, with a line of JSON for each result',
    },
  ],
  worker: [
    {
      command: 'refuzz worker --queue redis://host:6379 --workers 8',
      about: 'Eight threads for the campaigns and checks of a queue',
      needs: 'a queue',
    },
  ],
  status: [{ command: 'refuzz status', about: 'How the campaign stands that was run last' }],
  unlock: [
    { command: 'refuzz unlock .refuzz/campaign', about: 'Free a state whose lock somebody left behind' },
  ],
  'pool minimize': [{ command: 'refuzz pool minimize', about: 'Keep no more programs than it takes' }],
  'corpus sync': [
    {
      command: 'refuzz corpus sync found corpus',
      about: 'Take over the cases that another search has found',
    },
  ],
  check: [
    {
      command: 'refuzz check refcount-v5.5 --program "INT_MAX: inc | read" --limit 1000',
      about: 'Everything that one program can do, on both sides',
      exit: 1,
    },
    {
      command:
        'refuzz check --before inet-peer/before.c --after inet-peer/biased.c --ops 1 --certificate peer.certificate',
      about: 'A conversion: every program of up to two threads with an op each',
    },
  ],
  audit: [
    {
      command: 'refuzz audit driver --html audit.html',
      about: 'The counters of a folder, and a page to filter them',
      exit: 1,
    },
    {
      command: 'refuzz audit driver --explain peer.users',
      about: 'One counter whole: its ops, what they decide, why',
    },
  ],
  convert: [
    {
      command: 'refuzz convert inet-peer/before.c --only plain --output peer-after.c',
      about: 'Find the conversion of a counter, prove it, and write it',
    },
    {
      command:
        'refuzz convert inet-peer/before.c --repair inet-peer/naive.c --only plain --output peer-repaired.c',
      about: 'The smallest change that makes a wrong conversion right',
    },
  ],
  recheck: [{ command: 'refuzz recheck peer.certificate', about: 'Verify what was decided' }],
  litmus: [
    {
      command: 'refuzz litmus litmus/MP+wmb+once.litmus',
      about: 'A litmus test, with an execution that shows how it comes about',
    },
    {
      command: 'refuzz litmus litmus/*.litmus',
      about: 'Several, as a table: does each come to the Result: that it names?',
    },
  ],
  replay: [
    {
      command: 'refuzz replay corpus/canary --reporter junit=report.xml',
      about: 'Run stored cases again, with a report for CI',
    },
  ],
  show: [{ command: `refuzz show ${CASE}`, about: 'Draw a case' }],
  explain: [{ command: `refuzz explain ${CASE}`, about: 'Tell its story' }],
  minimize: [{ command: `refuzz minimize ${CASE}`, about: 'Print it as small as it can be' }],
  export: [
    { command: `refuzz export ${CASE} --to c --output repro.c`, about: 'A program in C that shows it' },
  ],
  report: [
    { command: 'refuzz report --output page', about: 'What was found, as page/index.html' },
    {
      command: `refuzz report --program '1: dec_and_test | inc_not_zero' --output page`,
      about: 'With a program of yours on every generation of counters',
    },
  ],
  ui: [
    {
      command: 'refuzz ui',
      about: 'The same for a browser, as the campaign goes on',
      needs: 'somebody who ends it',
    },
  ],
  bisect: [
    {
      command: 'refuzz bisect --kernel linux --good v5.4 --bad v5.5',
      about: "Which commit brought a difference from refuzz's model",
      needs: 'a repository',
    },
  ],
  'bisect-step': [
    {
      command: 'git bisect run refuzz bisect-step --good v5.4',
      about: 'The same, with git to drive',
      needs: 'a repository',
    },
  ],
  'kernel run': [
    { command: `refuzz kernel run ${CASE}`, about: 'Run a case in a real kernel', needs: 'a kernel' },
  ],
  'kernel load': [
    {
      command: 'refuzz kernel load repro_test.ko --reporter ktap=repro.ktap',
      about: 'Insert a module, and read how its tests went',
      needs: 'a kernel',
    },
  ],
  'kernel doctor': [
    { command: 'refuzz kernel doctor', about: 'What it takes to boot one', needs: 'a kernel' },
  ],
  targets: [{ command: 'refuzz targets', about: 'What there is to test' }],
  completion: [{ command: 'refuzz completion bash > refuzz.bash', about: 'Completion for bash' }],
};

/**
 * Adds them to the help of each command.
 *
 *     Examples:
 *       # Run stored cases again, with a report for CI
 *       refuzz replay corpus/canary --reporter junit=report.xml
 *
 * @param path of the command whose commands are gone through
 */
export function addExamples(program: Command, path = ''): void {
  for (const command of program.commands) {
    const own = path === '' ? command.name() : `${path} ${command.name()}`;
    const examples = EXAMPLES[own] ?? [];
    const lines = examples.map(({ command: text, about }) => `  # ${about}\n  ${text}`);
    if (lines.length > 0) command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
    addExamples(command, own);
  }
}
