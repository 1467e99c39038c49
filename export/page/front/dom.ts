/*
 * Why no framework: a page here is made once from its data, and then one table is filled anew, or one
 * class is set. That is what these two functions are for. And with a single maker of elements it is plain
 * to see that no text is read as HTML.
 */

// Every text comes from sources, cases or people that nobody vouches for. So it goes into the page as text: this file is the
// only one that makes elements, and it parses no HTML.

const SVG = 'http://www.w3.org/2000/svg';

/** What a child may be; nothing is left out. */
export type Child = Node | string | number | undefined | false;

/** Attributes; of those that begin with `on`, what is to be done. */
export type Attributes = Readonly<
  Record<string, string | number | boolean | undefined | ((event: Event) => void)>
>;

/** An HTML element. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  return filled(document.createElement(tag), attributes, children);
}

/** An element of a drawing. */
export function s<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled<One extends Element>(element: One, attributes: Attributes, children: readonly Child[]): One {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false && isSafe(name, value))
      element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children)
    if (child !== undefined && child !== false) element.append(child instanceof Node ? child : String(child));
  return element;
}

/** A link leads within the page, to the kernel's sources, or to the user's own file; a script it never runs. */
function isSafe(name: string, value: string | number | boolean): boolean {
  return name !== 'href' || /^(#|https:\/\/|file:\/\/\/|blob:)/.test(String(value));
}

/** A link to a page. */
export function link(to: string, ...children: readonly Child[]): HTMLAnchorElement {
  return h('a', { href: `#/${to}` }, ...children);
}

/** Of a path with slashes: what may stand behind the sign for a fragment. */
export function addressOf(kind: string, id: string): string {
  return `${kind}/${id.split('/').map(encodeURIComponent).join('/')}`;
}
