import type { Body, Op, Protocol, Step } from './language.ts';
import type { Random } from './random.ts';
import { anyAccess } from './random-protocols.ts';
import { CHECKED, SATURATED } from './refcount.ts';

/** What a change of the code may be: the after of a pair is the before with some of these. */
export interface Edit {
  readonly name: string;
  apply(protocol: Protocol, random: Random): Protocol;
}

/** The kinds of edit. Some change nothing where there is nothing for them to change. */
export const EDITS: readonly Edit[] = [
  local('drop an access', () => []),
  local('replace an access', (_, random) => [anyAccess(random)]),
  local('insert an access', (step, random) => [step, anyAccess(random)]),
  local('insert an inert store', (step) => [step, { do: 'store', word: 'scratch', value: 1 }]),
  local('use behind an access', (step) => [step, { do: 'use' }]),
  local('warn', (step) => [step, { do: 'warn', text: 'beware' }]),
  local('warn and pin', (step) => [
    step,
    { do: 'store', word: 'count', value: SATURATED },
    { do: 'warn', text: 'beware' },
  ]),
  local('warn instead', () => [{ do: 'warn', text: 'beware' }]),
  local('do twice', (step) => [step, step]),
  local(
    'change a constant',
    (step, random) => [otherConstant(step, random)],
    (step) => 'value' in step || step.do === 'cas',
  ),
  local(
    'free at once, or later',
    (step) => [step.do === 'free' ? { do: 'call_rcu' } : { do: 'free' }],
    (step) => step.do === 'free' || step.do === 'call_rcu',
  ),
  local(
    'return something else',
    (_, random) => [{ do: 'return', result: random.one(['granted', 'refused', 'void']) }],
    (step) => step.do === 'return',
  ),
  local('give up', (step, random) => [
    step,
    { do: 'return', result: random.one(['granted', 'refused', 'void']) },
  ]),
  local('split an atomic', split, (step) => step.do === 'add' || step.do === 'exchange'),
  {
    name: 'swap two steps',
    apply: (protocol, random) => inOneOp(protocol, random, (body) => swapped(body, random)),
  },
  {
    name: 'drop a lock',
    apply: (protocol, random) => inOneOp(protocol, random, (body) => withoutLocks(body)),
  },
  {
    name: 'drop rcu_read_lock',
    apply: (protocol, random) => inOneOp(protocol, random, (body) => withoutSections(body)),
  },
  {
    name: 'check an op',
    apply: (protocol, random) => ({ ...inOneOp(protocol, random, checked), saturated: SATURATED }),
  },
  { name: 'convert', apply: (protocol) => ({ ...inEveryOp(protocol, checked), saturated: SATURATED }) },
  { name: 'convert', apply: (protocol) => ({ ...inEveryOp(protocol, checked), saturated: SATURATED }) },
  { name: 'bias', apply: biased },
  {
    name: 'bias and convert',
    apply: (protocol) => ({ ...inEveryOp(biased(protocol), checked), saturated: SATURATED }),
  },
];

/** An edit of one step. @param fits which steps it is for; any access, if it does not say */
function local(
  name: string,
  change: (step: Step, random: Random) => Body,
  fits: (step: Step) => boolean = (step) => !['if', 'return', 'warn'].includes(step.do),
): Edit {
  return {
    name,
    apply: (protocol, random) =>
      inOneOp(protocol, random, (body) => {
        const places = count(body, fits);
        return places === 0 ? body : at(body, random.below(places), fits, (step) => change(step, random));
      }),
  };
}

/** Changes the body of one op, or of the callback. */
function inOneOp(protocol: Protocol, random: Random, change: (body: Body) => Body): Protocol {
  const chosen = random.one([...Object.keys(protocol.ops), 'callback']);
  if (chosen === 'callback') return { ...protocol, callback: withoutCalls(change(protocol.callback)) };
  const op = protocol.ops[chosen]!;
  return { ...protocol, ops: { ...protocol.ops, [chosen]: { ...op, body: change(op.body) } } };
}

function inEveryOp(protocol: Protocol, change: (body: Body) => Body): Protocol {
  const ops = Object.entries(protocol.ops).map(([name, op]): [string, Op] => [
    name,
    { ...op, body: change(op.body) },
  ]);
  return { ...protocol, ops: Object.fromEntries(ops), callback: change(protocol.callback) };
}

/** A callback that queues itself again would never come to an end. */
function withoutCalls(body: Body): Body {
  return everywhere(body, (step) => (step.do === 'call_rcu' ? [] : [step]));
}

function count(body: Body, fits: (step: Step) => boolean): number {
  let places = 0;
  everywhere(body, (step) => {
    if (fits(step)) places++;
    return [step];
  });
  return places;
}

/** Changes the step that is number `place` of those that fit. */
function at(body: Body, place: number, fits: (step: Step) => boolean, change: (step: Step) => Body): Body {
  let met = 0;
  return everywhere(body, (step) => (fits(step) && met++ === place ? change(step) : [step]));
}

/** A body with each step replaced, the inner ones first. */
export function everywhere(body: Body, change: (step: Step) => Body): Body {
  return body.flatMap((step) =>
    change(
      step.do === 'if'
        ? { ...step, yes: everywhere(step.yes, change), no: everywhere(step.no, change) }
        : step,
    ),
  );
}

function otherConstant(step: Step, random: Random): Step {
  const by = random.one([1, -1]);
  if (step.do === 'cas')
    return random.once(2) ? { ...step, from: step.from + by } : { ...step, to: step.to + by };
  if (step.do === 'add_unless') return { ...step, unless: step.unless + by };
  if (!('value' in step)) return step;
  // An addition of nothing is an access without an effect, which is worth trying too.
  if ('word' in step && step.word === 'list') return { ...step, value: (step.value + 1) % 3 } as Step;
  return { ...step, value: step.value + by } as Step;
}

/** What was indivisible is a load and a store: wrong as soon as somebody comes between. */
function split(step: Step): Body {
  if (step.do === 'exchange')
    return [
      { do: 'load', word: step.word },
      { do: 'store', word: step.word, value: step.value },
    ];
  if (step.do !== 'add') return [step];
  const stores = [0, 1, 2].map((value): Step => {
    const yes: Body = [{ do: 'store', word: step.word, value: value + step.value }];
    return { do: 'if', is: '==', value, yes, no: [] };
  });
  return [{ do: 'load', word: step.word }, ...stores];
}

function swapped(body: Body, random: Random): Body {
  if (body.length < 2) return body;
  const place = random.below(body.length - 1);
  return body.map((step, index) =>
    index === place ? body[index + 1]! : index === place + 1 ? body[place]! : step,
  );
}

function withoutLocks(body: Body): Body {
  return everywhere(body, (step) => (step.do === 'lock' || step.do === 'unlock' ? [] : [step]));
}

function withoutSections(body: Body): Body {
  return everywhere(body, (step) => (step.do === 'rcu_lock' || step.do === 'rcu_unlock' ? [] : [step]));
}

/** Each plain change of the count as refcount_t does it. What is tested for 1 afterwards is a put that may be the last. */
function checked(body: Body): Body {
  return body.flatMap((step, index): Body => {
    if (step.do === 'if') return [{ ...step, yes: checked(step.yes), no: checked(step.no) }];
    if (!('word' in step) || step.word !== 'count') return [step];
    const next = body[index + 1];
    const isTested = next?.do === 'if' && next.value === 1;
    if (step.do === 'add' && step.value === 1) return CHECKED.inc;
    if (step.do === 'add' && step.value === -1) return isTested ? CHECKED.decAndTest : CHECKED.dec;
    if (step.do === 'add_unless' && step.value === 1 && step.unless === 0) return CHECKED.incNotZero;
    return [step];
  });
}

/** One more everywhere: what each count is, what it is compared with, and what is stored. */
function biased(protocol: Protocol): Protocol {
  const states = Object.entries(protocol.states).map(([name, state]) => [
    name,
    { ...state, count: state.count + 1 },
  ]);
  const shifted = inEveryOp(protocol, (body) => shift(body, false).body);
  return { ...shifted, states: Object.fromEntries(states), bias: protocol.bias + 1 };
}

/** @param isOfCount whether `r` is a count where the body begins @returns also whether it is one behind it */
function shift(body: Body, isOfCount: boolean): { body: Body; isOfCount: boolean } {
  let is = isOfCount;
  const moved = body.map((step): Step => {
    if (step.do === 'if') {
      const yes = shift(step.yes, is).body;
      const no = shift(step.no, is).body;
      return { ...step, value: is ? step.value + 1 : step.value, yes, no };
    }
    if (!('word' in step)) return step;
    if (step.do !== 'store') is = step.word === 'count';
    if (step.word !== 'count') return step;
    switch (step.do) {
      case 'cas':
        return { ...step, from: step.from + 1, to: step.to + 1 };
      case 'add_unless':
        return { ...step, unless: step.unless + 1 };
      case 'store':
        return step.value === SATURATED ? step : { ...step, value: step.value + 1 };
      case 'exchange':
      case 'await':
        return { ...step, value: step.value + 1 };
      default:
        return step;
    }
  });
  return { body: moved, isOfCount: is };
}
