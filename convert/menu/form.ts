import type { OpSite } from '../sites/site.ts';
import { constant } from './polarity.ts';

/** A form that could stand at a site. */
export interface Form {
  /** As `--keep SITE=FORM` names it. */
  readonly name: string;
  /**
   * What stands there then. `$r` is the counter's address; `$c` the constant that is compared, or set, moved by the bias, `$u` the same
   * unmoved, `$l` the limit of a get, moved, `$+` and `$-` one more and one less than that; `$v` what is read, without the bias. Undefined for the RCU callback, which is more than an expression.
   */
  readonly text: string | undefined;
  /** The op of refcount_t whose order it has; undefined for none. */
  readonly op: string | undefined;
  /** 0 for the op of the same shape; the larger, the less it is like what was there. */
  readonly distance: number;
  /** Whether the structure changes: tried when the plain forms have been. */
  readonly isStructural?: true;
  /** Only together with a bias, or only without, since it is the same as another form otherwise. */
  readonly only?: 'with bias' | 'without bias';
  /** Only where a conversion is repaired: slips of one. */
  readonly isOfRepair?: true;
  /** Why it is on the menu. */
  readonly why: string;
}

/** A row of the menu: the forms of all sites that it fits. */
export interface Row {
  readonly fits: (site: OpSite) => boolean;
  readonly forms: (site: OpSite) => readonly Form[];
}

/** How much an op adds or takes, as it is written. */
export const by = ({ effect }: OpSite) => ('by' in effect ? effect.by : '1');
/** Whether that is one. */
export const isOne = (site: OpSite) => constant(by(site)) === 1;

/** `!x` for a test that holds in the other case. */
export const asTested = (text: string, isWanted: boolean | undefined) =>
  isWanted === false ? `!${text}` : text;

/** An op of refcount_t with an amount, where that is not one. */
export function call(site: OpSite, one: string, many: string | undefined): string | undefined {
  if (isOne(site)) return `refcount_${one}($r)`;
  return many && `refcount_${many}(${by(site)}, $r)`;
}

/** Leaves out what refcount_t does not have. */
export function formsOf(
  ...forms: readonly (Omit<Form, 'text'> & { readonly text: string | undefined | false })[]
) {
  return forms.flatMap((form) => (form.text ? [{ ...form, text: form.text }] : []));
}

/** An op whose answer nobody looks at. */
export function wrapped(text: string | undefined): string | undefined {
  return text && `(void)${text}`;
}
