import type { Lock, RcuObject } from '../../targets/subject/rcu-object.ts';
import type { Scheme, SchemeOp } from '../../targets/subject/subject.ts';
import { KEEP, type Word } from '../../targets/subject/word.ts';
import { holds } from './code.ts';
import type { Body, Protocol, Result, Step } from './language.ts';

/** The same protocol as refuzz has it. Bodies are walked as they are, not by the judge's flat code. */
export function schemeOf(name: string, protocol: Protocol): Scheme {
  const { own, bias, saturated } = protocol;
  const ops = Object.entries(protocol.ops).map(([op, { role, body }]): [string, SchemeOp] => [
    op,
    { role, run: (object) => new Walk(protocol, object).op(body) },
  ]);
  const states = Object.entries(protocol.states).map(([state, { count, list, holders, readers }]) => [
    state,
    { count, list, holders, readers },
  ]);
  return {
    kind: 'scheme',
    name,
    ops: Object.fromEntries(ops),
    states: Object.fromEntries(states),
    words: own.map((word) => ({ name: word.name, isInObject: word.isInObject })),
    callback: (object) => void new Walk(protocol, object).op(protocol.callback),
    bias,
    ...(saturated === undefined ? {} : { saturated }),
    about: 'a protocol of the independent judge',
  };
}

/** One run of one op. */
class Walk {
  readonly #protocol: Protocol;
  readonly #object: RcuObject;
  #r = 0;

  constructor(protocol: Protocol, object: RcuObject) {
    this.#protocol = protocol;
    this.#object = object;
  }

  op(body: Body): Result {
    return this.#body(body) ?? 'void';
  }

  /** @returns what a `return` in it returned */
  #body(body: Body): Result | undefined {
    for (const step of body) {
      if (step.do === 'return') return step.result;
      const inner = step.do === 'if' ? this.#if(step) : this.#step(step);
      if (inner) return inner;
    }
    return undefined;
  }

  #if(step: Extract<Step, { do: 'if' }>): Result | undefined {
    return this.#body(holds(step.is, this.#r, step.value) ? step.yes : step.no);
  }

  #step(step: Exclude<Step, { do: 'if' | 'return' }>): undefined {
    const object = this.#object;
    if ('word' in step) {
      this.#onWord(step);
      return;
    }
    switch (step.do) {
      case 'lock':
        this.#lock(step.lock).acquire();
        break;
      case 'unlock':
        this.#lock(step.lock).release();
        break;
      case 'rcu_lock':
        object.rcu.readLock();
        break;
      case 'rcu_unlock':
        object.rcu.readUnlock();
        break;
      case 'call_rcu':
        object.rcu.call();
        break;
      case 'use':
        object.use();
        break;
      case 'free':
        object.free();
        break;
      case 'warn':
        object.count.warn({ kind: step.text, text: step.text });
        break;
    }
  }

  #onWord(step: Extract<Step, { word: string }>): void {
    const word = this.#word(step.word);
    switch (step.do) {
      case 'load':
        this.#r = word.load();
        break;
      case 'store':
        word.store(step.value);
        break;
      case 'add':
        this.#r = step.value < 0 ? word.fetchSub(-step.value) : word.fetchAdd(step.value);
        break;
      case 'exchange':
        this.#r = word.exchange(step.value);
        break;
      case 'cas':
        this.#r = word.compareExchange(step.from, step.to);
        break;
      case 'add_unless':
        this.#r = word.update((old) => (old === step.unless ? KEEP : (old + step.value) | 0));
        break;
      case 'await':
        word.repeat(() => word.load() === step.value);
        this.#r = step.value;
        break;
    }
  }

  #word(name: string): Word {
    if (name === 'count') return this.#object.count;
    if (name === 'list') return this.#object.list;
    return this.#object.words[this.#own(name)]!;
  }

  #lock(name: string): Lock {
    if (name === 'lock') return this.#object.lock;
    if (name === 'mutex') return this.#object.mutex;
    return this.#object.locks[this.#own(name)]!;
  }

  #own(name: string): number {
    return this.#protocol.own.findIndex((word) => word.name === name);
  }
}
