import { declareIdeals, hasRule } from '../../oracles/ideal.ts';
import { fittingOracles } from '../../oracles/oracles.ts';
import { holdKindOf, holdKindsOf, MOST_COUNTED_HOLDS } from '../../targets/subject/hold-kinds.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { arityOf, type Scheme, type Subject, valuesOfOp } from '../../targets/subject/subject.ts';
import type { Target } from '../../targets/target/target.ts';
import { MAX_OPS } from '../program/program.ts';
import { MOST_COUNTED } from './scheme-words.ts';

/**
 * What a target file cannot say and the type checker cannot see, for subjects that people write themselves.
 *
 * @throws InputError naming the target, what is wrong, and the remedy
 */
export function checkTarget(target: Target): void {
  const wrong = (text: string): never => {
    throw new InputError(`target "${target.name}"`, text);
  };
  if (!/^[A-Za-z0-9][\w.-]*$/.test(target.name))
    wrong('its name must be letters, digits, dots and dashes: it names a folder');
  if (target.ops.length === 0) wrong('it has no ops');
  const sides = target.reference === 'ideal' ? [target.subject] : [target.reference, target.subject];
  if (new Set(sides.map(({ kind }) => kind)).size > 1) wrong('a counter can only be compared with a counter');
  if (target.reference === 'ideal' && target.subject.kind === 'scheme')
    wrong('a scheme needs a scheme as its reference');
  const fitting = fittingOracles(target.subject.kind, target.reference === 'ideal');
  const unfit = target.oracles.find((oracle) => !fitting.includes(oracle));
  if (unfit !== undefined) wrong(`the oracle "${unfit}" does not fit its sides; write ${fitting.join(', ')}`);
  for (const side of sides) if (side.kind === 'counter') declareIdeals(side);
  for (const op of target.ops) {
    checkOp(op, sides, wrong);
    checkValues(op, target, sides, wrong);
  }
  for (const side of sides) {
    if (side.kind !== 'scheme') continue;
    checkStates(side, wrong);
    checkHolds(side, wrong);
  }
}

/** References held at the start, with all that a thread can still get, fit into a field: see scheme-words.ts. */
const MOST_HELD_AT_START = MOST_COUNTED - MAX_OPS;

function checkStates({ name, states }: Scheme, wrong: (text: string) => never): void {
  for (const [state, { holders }] of Object.entries(states)) {
    for (const holder of holders) {
      if (holders.filter((other) => other === holder).length > MOST_HELD_AT_START)
        wrong(
          `in the state "${state}" of ${name} thread ${holder} holds more than ${MOST_HELD_AT_START} references`,
        );
    }
  }
}

/** What ops and states say of kinds of hold is of kinds that there are. */
function checkHolds(scheme: Scheme, wrong: (text: string) => never): void {
  const { name, ops, states, holds = {} } = scheme;
  const kinds = holdKindsOf(scheme);
  if (kinds.length > MOST_COUNTED_HOLDS)
    wrong(`${name} has ${kinds.length - 1} kinds of hold; at most ${MOST_COUNTED_HOLDS - 1}`);
  for (const [op, { role, hold, needs, values, handsOver }] of Object.entries(ops)) {
    const unknown = [hold, needs].find((kind) => kind && !holds[kind]);
    if (unknown) wrong(`${op} of ${name} is about "${unknown}", which is no kind of hold`);
    if (hold && typeof holds[hold]!.weight === 'function' && !values)
      wrong(`${op} of ${name} takes a hold of its argument, and lists no values for that`);
    if (needs !== undefined && (role === 'put' || role === 'use'))
      wrong(`${op} of ${name} is a ${role}, which needs what it is about and nothing else`);
    if (handsOver && role === 'put') wrong(`${op} of ${name} gives a hold back, and cannot hand it over`);
  }
  for (const [state, { holds: held = [] }] of Object.entries(states))
    for (const { kind, argument } of held)
      if (holdKindOf(scheme, kind, argument ?? 0) < 0)
        wrong(
          `in the state "${state}" of ${name} a thread holds "${kind}", which no op of these values takes`,
        );
}

/** An op must be on both sides, take as many arguments there, and be one whose right answer is known. */
function checkOp(op: string, sides: readonly Subject[], wrong: (text: string) => never): void {
  if (!/^[a-z_][a-z0-9_]*$/.test(op))
    wrong(`the op "${op}" needs a name of small letters, digits and underscores`);
  for (const side of sides) {
    if (!Object.hasOwn(side.ops, op)) wrong(`${side.name} has no op "${op}"`);
    if (side.kind === 'counter' && !hasRule(op)) {
      wrong(
        `the ideal counter has no rule for "${op}"; name the op like the kernel op it is, or declare its effect beside it: REFUZZ_IDEAL in C, "ideal" in TypeScript`,
      );
    }
  }
  const arities = new Set(sides.map((side) => arityOf(side.ops[op]!)));
  if (arities.size > 1) wrong(`"${op}" takes a different number of arguments on each side`);
}

/** What an op of a scheme takes is listed beside it, or in the target: nothing is drawn from all of 32 bits, as for counters. */
function checkValues(
  op: string,
  target: Target,
  sides: readonly Subject[],
  wrong: (text: string) => never,
): void {
  const listed = sides.map((side) => valuesOfOp(side.ops[op]!)?.join());
  if (new Set(listed).size > 1) wrong(`"${op}" has other values for its arguments on each side`);
  const isWithout = (listed[0] ?? target.arguments.join()) === '';
  if (target.subject.kind === 'scheme' && arityOf(target.subject.ops[op]!) > 0 && isWithout)
    wrong(`"${op}" takes an argument, and no values are listed for it`);
}
