import { h } from './dom.ts';

/*
 * A drawing takes its looks from the style of the page, which a file of its own has not. So each part is
 * asked how it looks here and now, and says so itself in the copy: a drawing that is saved in the dark
 * theme is dark.
 *
 * A picture is made by having the browser draw that file. Nothing leaves the machine for it: the policy of
 * the page allows pictures from the page itself, and from nowhere else.
 */

/** What a drawing looks like, and must look like without this page's style. */
const LOOKS = [
  'paint-order',
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-opacity',
  'stroke-width',
  'stroke-dasharray',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
];
/** Points of a picture to one of the drawing: it is looked at on fine screens, too. */
const SCALE = 2;

/** A drawing as a file of its own: every part says how it looks. */
export function standalone(drawing: SVGSVGElement): string {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const parts = [drawing, ...drawing.querySelectorAll('*')];
  for (const [at, part] of [copy, ...copy.querySelectorAll('*')].entries()) {
    const looks = getComputedStyle(parts[at]!);
    for (const name of LOOKS) {
      const value = looks.getPropertyValue(name);
      if (value !== '' && value !== 'none 0px') part.setAttribute(name, value);
    }
    part.removeAttribute('class');
  }
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return new XMLSerializer().serializeToString(copy);
}

/** The same as a picture. */
export async function picture(drawing: SVGSVGElement): Promise<Blob> {
  const source = URL.createObjectURL(new Blob([standalone(drawing)], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = source;
    await image.decode();
    // Its size is that of the drawing and not that on the screen, where it may be shrunk to fit.
    const canvas = h('canvas');
    canvas.width = drawing.width.baseVal.value * SCALE;
    canvas.height = drawing.height.baseVal.value * SCALE;
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, fail) => {
      canvas.toBlob(
        (blob) => (blob ? done(blob) : fail(new Error('the browser made no picture'))),
        'image/png',
      );
    });
  } finally {
    URL.revokeObjectURL(source);
  }
}

/** Hands a file to the reader. */
export function save(name: string, content: string | Blob, type = 'text/plain'): void {
  const blob = typeof content === 'string' ? new Blob([content], { type }) : content;
  const address = URL.createObjectURL(blob);
  const link = h('a', { href: address, download: name });
  // The address is kept: a browser may ask its user first, and reads the file later.
  link.click();
}
