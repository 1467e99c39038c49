import { constantOf, limitOf, type OpSite } from '../sites/site.ts';
import { constant } from './polarity.ts';

/** A form as a person writes it. */
export function formText(form: string, site: OpSite, bias: number): string {
  const unmoved = constantOf(site);
  return form
    .replaceAll('$v', bias === 0 ? '(int)refcount_read($r)' : `((int)refcount_read($r) ${plus(-bias)})`)
    .replaceAll('$r', () => site.counter)
    .replaceAll('$l', () => moved(limitOf(site), bias))
    .replaceAll('$c', () => moved(unmoved, bias))
    .replaceAll('$+', () => moved(unmoved, 1))
    .replaceAll('$-', () => moved(unmoved, -1))
    .replaceAll('$u', () => unmoved);
}

/** `0` by 1 is `1`, `PEER_IDLE` is `PEER_IDLE + 1`. */
export function moved(text: string, by: number): string {
  if (by === 0) return text;
  const value = constant(text);
  return value === undefined ? `${text} ${plus(by)}` : String(value + by);
}

/** As people write it: `x - 1`, and not `x + -1`. */
function plus(by: number): string {
  return by < 0 ? `- ${-by}` : `+ ${by}`;
}

/** Blanks are no difference: what is as it was stays formatted as it was. */
export function isSameText(one: string, other: string): boolean {
  return one.replace(/\s+/g, '') === other.replace(/\s+/g, '');
}
