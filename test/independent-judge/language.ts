/**
 * The little language of the independent judge: what an op of a protocol is made of. Everything is plain data, so that
 * edits are copies, and a protocol that two judges disagree about can be printed.
 *
 * `r` is the last result: what the last load, add, compare-exchange or exchange found in its word.
 */

/** `count` and `list`, or a word of the protocol's own by name. */
export type WordName = string;

/** One step of an op. Steps that are no access (`warn`, `if`, `return`) happen together with the access before them. */
export type Step =
  | { readonly do: 'load'; readonly word: WordName }
  | { readonly do: 'store'; readonly word: WordName; readonly value: number }
  | { readonly do: 'add'; readonly word: WordName; readonly value: number }
  | { readonly do: 'exchange'; readonly word: WordName; readonly value: number }
  | { readonly do: 'cas'; readonly word: WordName; readonly from: number; readonly to: number }
  /** The loop `load; until it is `unless`: compare-exchange it to itself plus `value``; a failed one has loaded anew. */
  | { readonly do: 'add_unless'; readonly word: WordName; readonly value: number; readonly unless: number }
  /** Loads again and again until the word has the value. */
  | { readonly do: 'await'; readonly word: WordName; readonly value: number }
  | { readonly do: 'lock'; readonly lock: string }
  | { readonly do: 'unlock'; readonly lock: string }
  | { readonly do: 'rcu_lock' }
  | { readonly do: 'rcu_unlock' }
  | { readonly do: 'call_rcu' }
  | { readonly do: 'use' }
  | { readonly do: 'free' }
  | { readonly do: 'warn'; readonly text: string }
  | {
      readonly do: 'if';
      readonly is: Comparison;
      readonly value: number;
      readonly yes: Body;
      readonly no: Body;
    }
  | { readonly do: 'return'; readonly result: Result };

/** How `r` is compared with a constant. */
export type Comparison = '==' | '!=' | '<' | '>';

/** The steps of an op in order. One that falls off the end returns `void`. */
export type Body = readonly Step[];

/** What an op returns. */
export type Result = 'granted' | 'refused' | 'void';

/** What an op is to the holdings of its thread. */
export type Role = 'get' | 'enter' | 'put' | 'use' | 'other';

export interface Op {
  readonly role: Role;
  readonly body: Body;
}

/** A word or a lock of the protocol's own. */
export interface OwnWord {
  readonly name: string;
  readonly isLock: boolean;
  /** Whether it lies in the object, and goes with it when that is freed. */
  readonly isInObject: boolean;
}

export interface StartState {
  readonly count: number;
  readonly list: 0 | 1 | 2;
  /** Threads that hold a reference; one that is named twice holds two. */
  readonly holders: readonly number[];
  /** Whether holders sit in an RCU section instead. */
  readonly readers: boolean;
}

/** A protocol. `lock` and `mutex` are there always, and outlive the object as the list does. */
export interface Protocol {
  readonly ops: Readonly<Record<string, Op>>;
  readonly states: Readonly<Record<string, StartState>>;
  readonly own: readonly OwnWord[];
  readonly callback: Body;
  /** What this protocol adds to every count of the one that it is compared with. */
  readonly bias: number;
  /** The value at which it pins a broken count. */
  readonly saturated: number | undefined;
}

/** A start and, by thread, the names of the ops that it calls. */
export interface Program {
  readonly start: string;
  readonly threads: readonly (readonly string[])[];
}

/** Whether a step is an access: a point where another thread may come between. */
export function isAccess(step: Step): boolean {
  return step.do !== 'warn' && step.do !== 'if' && step.do !== 'return';
}

/** As much of a protocol as a program uses, as text for people. */
export function protocolText(
  { ops, states, callback, own, bias }: Protocol,
  { start, threads }: Program,
): string {
  const { count, list, holders, readers } = states[start]!;
  const lines = [
    `state ${start}: count ${count}, list ${list}, ${readers ? 'readers' : 'holders'} [${holders}]`,
  ];
  for (const [name, { role, body }] of Object.entries(ops))
    if (threads.flat().includes(name)) lines.push(`${role} ${name}: ${bodyText(body)}`);
  if (callback.length > 0) lines.push(`callback: ${bodyText(callback)}`);
  if (bias !== 0) lines.push(`bias ${bias}`);
  const used = lines.join();
  for (const { name, isLock, isInObject } of own)
    if (used.includes(name))
      lines.push(`${isLock ? 'lock' : 'flag'} ${name}${isInObject ? ' in the object' : ''}`);
  return lines.map((line) => `  ${line}`).join('\n');
}

/** The steps of a body on one line. */
export function bodyText(body: Body): string {
  return body.map(stepText).join('; ') || '-';
}

function stepText(step: Step): string {
  switch (step.do) {
    case 'load':
      return `load ${step.word}`;
    case 'store':
      return `${step.word} = ${step.value}`;
    case 'add':
      return step.value < 0 ? `${step.word} -= ${-step.value}` : `${step.word} += ${step.value}`;
    case 'exchange':
      return `xchg(${step.word}, ${step.value})`;
    case 'cas':
      return `cmpxchg(${step.word}, ${step.from}, ${step.to})`;
    case 'add_unless':
      return `add_unless(${step.word}, ${step.value}, ${step.unless})`;
    case 'await':
      return `await ${step.word} == ${step.value}`;
    case 'lock':
    case 'unlock':
      return `${step.do} ${step.lock}`;
    case 'warn':
      return `warn "${step.text}"`;
    case 'if': {
      const otherwise = step.no.length > 0 ? ` else { ${bodyText(step.no)} }` : '';
      return `if (r ${step.is} ${step.value}) { ${bodyText(step.yes)} }${otherwise}`;
    }
    case 'return':
      return `return ${step.result}`;
    default:
      return step.do;
  }
}

/** A program on one line: `one: put, get | kill`. */
export function programLine({ start, threads }: Program): string {
  return `${start}: ${threads.map((ops) => ops.join(', ')).join(' | ')}`;
}
