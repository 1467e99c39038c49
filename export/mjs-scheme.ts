import { Access } from '../fuzz/access.ts';
import type { Case } from '../fuzz/case.ts';
import { schemeComparison } from '../fuzz/compare-schemes.ts';
import type { Harness } from '../fuzz/harness.ts';
import { Machine, RESULT_CODES } from '../fuzz/machine.ts';
import { MAX_THREADS, type Program } from '../fuzz/program.ts';
import type { Divergence } from '../oracles/divergence.ts';
import { factNames } from '../oracles/lifetime.ts';
import type { Scheme } from '../targets/subject.ts';
import { MAIN, opName } from './mjs-counter.ts';
import { accessCode, DEADLOCK, OBJECT, SCHEME_STEPS, TABLE } from './mjs-runtime.ts';
import { OpCode } from './op-code.ts';
import { isDeadlocked, recordRun } from './recorded-ops.ts';

/** States of the reference to look through before giving up. */
const STATES = 2_000_000;

/** The lines of an exported scheme case, below its header. */
export function schemeProgram(
  harness: Harness,
  { expect }: Case,
  program: Program,
  schedule: readonly number[],
): string[] {
  const allowed = allowedBy(harness, program);
  const machine = new Machine(harness.subject);
  const ops = recordRun(machine, program, schedule);
  const code = new OpCode(harness.subject);
  for (const { letter, steps, outcome } of ops) code.add(letter, steps, outcome);
  const deadlocked = isDeadlocked(machine);
  const nameOf = (letter: number) => opName(harness, letter);
  const { kind } = expect.divergence;
  return [
    '/** By thread: the ops it calls. */',
    `const program = ${JSON.stringify(program.threads.map((letters) => letters.map(nameOf)))};`,
    `/** The thread of each access; ${program.threads.length} is RCU. */`,
    `const schedule = ${JSON.stringify(schedule)};`,
    ...rolesOf(harness, program, nameOf),
    ...startOf(harness.target.subject as Scheme, program),
    '',
    '/** The ops of the subject, as far as this case needs them: decision trees over what the accesses read. */',
    ...code.lines('subject', nameOf),
    '',
    ...referenceData(kind, allowed, shapesOf(machine, program, schedule)),
    '',
    accessCode(code.kinds, code.words, harness.target.subject),
    code.kinds.has(Access.RCU_CALL) || code.kinds.has(Access.IDLE_NOTE) ? OBJECT : withoutReaders(OBJECT),
    SCHEME_STEPS,
    ...(deadlocked ? [DEADLOCK] : []),
    TABLE,
    ...judging(expect.divergence, harness.target.subject as Scheme, program, deadlocked),
  ].flatMap((line) => line.split('\n'));
}

function withoutReaders(code: string): string {
  return code.slice(0, code.indexOf('\n\n/** Threads inside'));
}

/** What the reference can give in some schedule. */
interface Allowed {
  readonly vectors: readonly (readonly (readonly string[])[])[];
  readonly facts: readonly string[];
  readonly warnings: readonly string[];
}

function allowedBy(harness: Harness, program: Program): Allowed {
  const judge = schemeComparison(harness, STATES, { symmetry: false }).judge(program);
  if (!judge)
    throw new Error(`the reference has more than ${STATES} states on this program; make it smaller first`);
  const { vectors, facts, warnings } = judge.reference;
  return {
    vectors: vectors()
      .map((vector) => vector.map(unpacked))
      .sort(),
    facts: factNames(facts),
    warnings: [...warnings].sort(),
  };
}

/** Results of a thread as the explorer packs them: two bits an op. */
function unpacked(packed: number): string[] {
  const classes: string[] = [];
  for (let bits = packed; bits !== 0; bits >>>= 2) classes.push(RESULT_CODES[bits & 3]!);
  return classes;
}

/** How many results each thread had, at each moment of the run at which there was a new one. */
function shapesOf(machine: Machine, program: Program, schedule: readonly number[]): Set<string> {
  machine.start(program);
  const shapes = new Set<string>();
  const counts = () => program.threads.map((_, thread) => machine.position[thread]!);
  for (const thread of schedule) {
    const before = machine.position[thread]!;
    machine.step(thread);
    if (thread === program.threads.length) continue;
    for (let done = before + 1; done <= machine.position[thread]!; done++) {
      shapes.add(counts().with(thread, done).join());
    }
  }
  return shapes;
}

function rolesOf(
  { target, alphabet }: Harness,
  program: Program,
  nameOf: (letter: number) => string,
): string[] {
  const { ops } = target.subject as Scheme;
  const roles = program.threads
    .flat()
    .map((letter) => [nameOf(letter), ops[alphabet.letter(letter).op]!.role]);
  return [
    "/** get: 'granted' makes the caller a holder. enter: of the RCU section. put, use: only by a holder. */",
    `const roles = ${JSON.stringify(Object.fromEntries(roles))};`,
  ];
}

function startOf({ states }: Scheme, { start }: Program): string[] {
  const { count, list, noted, holders, readers } = states[String(start)]!;
  const held = Array.from({ length: MAX_THREADS }, (_, thread) => (holders.includes(thread) ? 1 : 0));
  const inside = readers ? held : held.map(() => 0);
  return [
    '',
    `/** The state ${JSON.stringify(start)}. The list: 0 nowhere, 1 the live structure, 2 the trash. */`,
    `const start = { count: ${count}, list: ${list} };`,
    'const object = {',
    '  freed: 0,',
    '  /** By thread: references held, and RCU read sections inside of. The last place is for RCU. */',
    `  held: ${JSON.stringify([...held, 0])},`,
    `  inside: ${JSON.stringify([...inside, 0])},`,
    '  /** Callbacks queued by call_rcu, and the readers they wait for. */',
    '  pending: 0,',
    '  callWaits: new Set(),',
    `  idle: ${noted === true},`,
    '  idleWaits: new Set(),',
    '  facts: new Set(),',
    '};',
  ];
}

/**
 * Only vectors of the shapes that the run goes through: against others nothing is compared, and all of them
 * may be thousands.
 */
function referenceData(kind: Divergence['kind'], allowed: Allowed, shapes: ReadonlySet<string>): string[] {
  const asked = allowed.vectors.filter((vector) => shapes.has(vector.map((list) => list.length).join()));
  const texts = asked.map((vector) => vector.map((list) => list.join(', ')).join(' | '));
  const [what, list] =
    kind === 'lifetime'
      ? ['facts of the object', allowed.facts]
      : kind === 'warning'
        ? ['warnings', allowed.warnings]
        : ['results, thread by thread, after as many ops as here', texts];
  return [
    '/**',
    ` * All ${what} that the reference can give. Recorded, because they come from`,
    ' * every schedule of the reference, which cannot be explored again here.',
    ' */',
    `const reference = new Set(${JSON.stringify(list, null, 2)});`,
  ];
}

/** A verdict on half a run would be none. */
const ENDS_EARLY = `  if (threads.some(({ op }) => op)) throw new Unrecorded('the schedule ends inside an op');
`;

function judging(
  { op, kind, judgement }: Divergence,
  scheme: Scheme,
  program: Program,
  deadlocked: boolean,
): string[] {
  const seen = kind === 'lifetime' ? '[...object.facts]' : kind === 'warning' ? 'warnings' : 'vectors';
  return [
    `
const VALUES = 'values';

/** @returns whether it diverges: something is seen that the reference gives in no schedule */
function runSubject() {
  Atomics.store(words, COUNT, start.count);
  Atomics.store(words, LIST, start.list);
  for (let thread = 0; thread < RCU; thread++) skipVoid(thread, false);
  for (const thread of schedule) step(thread);
${deadlocked ? '  noteDeadlock();\n' : ENDS_EARLY}  printTable();
  console.log('results:  ' + vectorNow());
  console.log('warnings: ' + (warnings.join('; ') || 'none'));
  console.log('facts:    ' + ([...object.facts].join(', ') || 'none'));
  const strange = ${seen}.filter((one) => !reference.has(one));
  for (const one of new Set(strange)) console.log('the reference never gives: ' + one);
  return strange.length > 0;
}

function runReference() {
  throw new Unrecorded('the reference of a scheme is a set of outcomes over all schedules; it cannot be run');
}`,
    MAIN(`${op}: ${kind}, ${judgement}; ${scheme.name} from ${program.start}`),
  ];
}
