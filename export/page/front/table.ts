import { type Child, h } from './dom.ts';

/*
 * A table that may be wider than the page. It scrolls by itself, so that the page does not; and what scrolls must be within
 * reach of the keyboard, and must have a name for those who hear it.
 *
 *     div.scroll  tabindex=0, named    the keys scroll it
 *       table     heads with a scope   a screen reader names row and column of each cell
 */

/** @param name for who hears the page @param heads texts, or cells of the caller's own */
export function table(
  name: string,
  kind: string,
  heads: readonly (string | HTMLTableCellElement)[],
  body: HTMLElement | readonly HTMLElement[],
): HTMLElement {
  const cells = heads.map((head) => (typeof head === 'string' ? h('th', { scope: 'col' }, head) : head));
  const rows = body instanceof HTMLElement ? body : h('tbody', {}, ...body);
  return scroller(name, h('table', { class: kind }, h('thead', {}, h('tr', {}, ...cells)), rows));
}

/** What may be wider than the page, of whatever kind. */
export function scroller(name: string, ...content: readonly Child[]): HTMLElement {
  return h('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': name }, ...content);
}

/** The cell that names a row. */
export function rowHead(...content: readonly Child[]): HTMLElement {
  return h('th', { scope: 'row' }, ...content);
}
