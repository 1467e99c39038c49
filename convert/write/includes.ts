import type { Edit } from '../../audit/patch/unified-diff.ts';

/**
 * The headers that a converted source needs: <linux/refcount.h> in the place of <linux/atomic.h>, if nothing of that is left; and
 * what an RCU callback needs. A header that is new goes where the alphabet has it, if the others are sorted.
 *
 * @param after the text with all else that changes
 */
export function includeEdits(text: string, after: string, hasCallback: boolean): Edit[] {
  const code = after.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '');
  const edits: Edit[] = [];
  const usesAtomic = /\batomic_\w+/.test(code.replace(/^[ \t]*#[ \t]*include.*$/gm, ''));
  const atomic = /^#include <linux\/atomic\.h>\n/m.exec(text);
  if (atomic && !usesAtomic && /\brefcount_\w+/.test(code))
    edits.push({ from: atomic.index, to: atomic.index + atomic[0].length, text: '' });
  const wanted = [
    ...(hasCallback ? ['linux/container_of.h', 'linux/rcupdate.h'] : []),
    ...(/\brefcount_\w+/.test(code) ? ['linux/refcount.h'] : []),
  ];
  for (const name of wanted) {
    if (text.includes(`#include <${name}>`)) continue;
    const at = placeOf(text, name);
    if (at !== undefined) edits.push({ from: at, to: at, text: `#include <${name}>\n` });
  }
  return edits;
}

/** In front of the first header behind it, or behind the last. @returns undefined for a file without headers, which another includes */
function placeOf(text: string, name: string): number | undefined {
  const there = [...text.matchAll(/^#include <([^>\n]+)>\n/gm)];
  if (there.length === 0) return undefined;
  const next = there.find(([, other]) => other!.startsWith('linux/') && other! > name);
  if (next) return next.index;
  const last = there.at(-1)!;
  return last.index + last[0].length;
}
