import { cSubject } from '../../targets/c/c-subject.ts';
import type { CompiledSubject } from '../../targets/subject/compiled-subject.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Scheme, SchemeOp, SchemeState } from '../../targets/subject/subject.ts';
import { REFCOUNT_SATURATED } from '../../targets/subject/values.ts';
import { askedFor, type MemoryModel } from '../../targets/target/memory.ts';
import type { Candidate, Menu, Shift } from '../menu/candidate.ts';
import { FORM, SHIFT } from './switched-source.ts';

/** All that a thread needs to run candidates. Plain data. */
export interface ConversionData {
  /** The original, and the module in which sites ask for their forms. */
  readonly before: CompiledSubject;
  readonly switched: CompiledSubject;
  readonly menu: Menu;
  /** By op: the sites that it may come to; see `Sites`. */
  readonly ofOp: ReadonlyMap<string, readonly number[]>;
  readonly ofLater: readonly number[];
  /** Under which memory model both are explored; `sc` if left out. */
  readonly memory?: MemoryModel;
}

/** The original, from its own module, asked for what the memory model asks for. @throws InputError for a counter */
export function originalOf({ before, memory }: Pick<ConversionData, 'before' | 'memory'>): Scheme {
  const { recorded, ...called } = before;
  const subject = cSubject(called, recorded);
  if (subject.kind !== 'scheme') throw new InputError(before.path, 'is a counter; name a scheme');
  return askedFor(subject, memory);
}

/** The form of every site while an op runs: 0 for the source as it was, else one more than its number on the menu. */
export interface Setting {
  readonly forms: readonly number[];
  readonly bias: number;
}

/**
 * The compiled module with its switches. Ops are made of it one by one, each with a setting of its own: candidates that agree
 * on the sites of an op share that op, with all that has been learnt of it.
 */
export class SwitchedModule {
  readonly #base: Scheme;
  readonly #menu: Menu;
  #setting: Setting;
  #allowed: ReadonlySet<number>;
  readonly #asWas: Setting;
  readonly #all: ReadonlySet<number>;

  constructor({ switched, menu, memory }: Pick<ConversionData, 'switched' | 'menu' | 'memory'>) {
    this.#menu = menu;
    this.#asWas = { forms: menu.sites.map(() => 0), bias: 0 };
    this.#setting = this.#asWas;
    this.#all = new Set(menu.sites.keys());
    this.#allowed = this.#all;
    const { recorded, ...called } = switched;
    const subject = cSubject(called, recorded, undefined, (name, [site]) => this.#answer(name, site ?? 0));
    if (subject.kind !== 'scheme') throw new InputError(switched.path, 'is a counter; name a scheme');
    this.#base = askedFor(subject, memory);
  }

  /** The scheme as it was, by the module. */
  get base(): Scheme {
    return this.#base;
  }

  /**
   * An op with a setting.
   *
   * @param sites those that it may come to: another that asks is an error of ours, since it would not have been told apart
   */
  op(name: string, setting: Setting, sites: readonly number[]): SchemeOp {
    const op = this.#base.ops[name]!;
    const allowed = new Set(sites);
    return { ...op, run: (object, a, b) => this.#with(setting, allowed, () => op.run(object, a, b)) };
  }

  /** What runs later, with a setting. */
  later(setting: Setting, sites: readonly number[]): Scheme['callback'] {
    const allowed = new Set(sites);
    return (object, which) => this.#with(setting, allowed, () => this.#base.callback(object, which));
  }

  /** What the count is beside all holds, with a shift: what the structure holds is counted with it. Undefined where the source says nothing. */
  conserves(shift: Shift): Scheme['conserves'] {
    const { conserves } = this.#base;
    if (!conserves) return undefined;
    return (object) => {
      const beside = this.#with(this.#asWas, this.#all, () => conserves(object));
      return typeof beside === 'bigint' ? beside + BigInt(shift.bias) : beside + shift.bias;
    };
  }

  /** All of a candidate as a scheme like any other, as slow as that. @param only ops and states that it is to have */
  scheme(
    candidate: Candidate,
    only?: { readonly ops: readonly string[]; readonly states: readonly string[] },
  ): Scheme {
    const setting = settingOf(this.#menu, candidate);
    const shift = this.#menu.shifts[candidate.shift]!;
    const all = [...this.#all];
    const conserves = this.conserves(shift);
    const { ops, states, compiled: _, leavesOut = [], ...rest } = this.#base;
    const among = <T>(names: readonly string[] | undefined, known: Readonly<Record<string, T>>) =>
      (names ?? Object.keys(known)).map((name) => [name, known[name]!] as const);
    return {
      ...rest,
      bias: rest.bias + shift.bias,
      saturated: REFCOUNT_SATURATED,
      // What sites ask is ours, and no function of the source's.
      leavesOut: leavesOut.filter((text) => ![FORM, SHIFT].some((name) => text.startsWith(name))),
      ops: Object.fromEntries(among(only?.ops, ops).map(([name]) => [name, this.op(name, setting, all)])),
      states: Object.fromEntries(
        among(only?.states, states).map(([name, state]) => [name, shifted(state, shift)]),
      ),
      callback: this.later(setting, all),
      ...(conserves && { conserves }),
    };
  }

  #with<T>(setting: Setting, allowed: ReadonlySet<number>, run: () => T): T {
    this.#setting = setting;
    this.#allowed = allowed;
    // What stops an op passes through as an exception; the next run sets its own.
    return run();
  }

  #answer(name: string, site: number): number | undefined {
    if (name === SHIFT) return this.#setting.bias;
    if (name !== FORM) return undefined;
    if (!this.#allowed.has(site))
      throw new Error(`internal: ${this.#menu.sites[site]?.name} is met where it was not thought to be`);
    return this.#setting.forms[site];
  }
}

/** What a candidate sets its sites to. */
export function settingOf({ shifts }: Menu, { shift, forms }: Candidate): Setting {
  return { forms: forms.map((form) => form + 1), bias: shifts[shift]!.bias };
}

/** A state whose count is larger by the shift, if it has it. */
export function shifted(state: SchemeState, shift: Shift): SchemeState {
  return { ...state, count: state.count + shiftIn(state, shift) };
}

/** By how much the count of a state moves. */
export function shiftIn({ list }: SchemeState, { bias, where }: Shift): number {
  return where === 'everywhere' || list === PLACES[where] ? bias : 0;
}

/** As `SchemeState.list` numbers them. */
const PLACES = { nowhere: 0, live: 1, trash: 2 } as const;
