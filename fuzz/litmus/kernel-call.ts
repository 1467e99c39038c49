import type { Operand, Written } from '../memory/event.ts';
import type { Path, Valued } from './path.ts';

/** A function of the kernel's that a litmus test can call. */
export interface KernelCall {
  /** `place`: where the argument lies, as `*x` in `READ_ONCE(*x)`; `value`: what it is. */
  readonly args: readonly ('place' | 'value')[];
  /** The paths on which it can go on, with what it returns. */
  does(site: CallSite): readonly Valued[];
}

/** A call. */
export interface CallSite {
  readonly path: Path;
  readonly args: readonly Operand[];
  readonly at: Written;
  /** How many words there are. */
  readonly words: number;
  /** Which section a value of `srcu_read_lock` stands for. */
  readonly sections: WeakMap<Operand, number>;
  /** @throws InputError at the call */
  refuse(text: string): never;
}
