import type { CSource } from '../../targets/c/build/source-files.ts';
import type { Menu } from '../menu/candidate.ts';
import { loopText } from '../menu/loop-text.ts';
import {
  type CallSite,
  constantOf,
  type FreeSite,
  type LoopOp,
  limitOf,
  type OpSite,
  onOneLine,
  type Site,
  type Sites,
} from '../sites/site.ts';
import { closing, type Token, tokensOf } from '../sites/tokens.ts';

/** What the module asks its host for: which form a site has, and the bias. */
export const FORM = 'refuzz_form';
/** The other half: the form is asked for by its site's number, the bias once for all. */
export const SHIFT = 'refuzz_shift';

/** Goes before the first header. */
const HEAD = [
  ...['refuzz.h', 'linux/atomic.h', 'linux/refcount.h', 'linux/container_of.h'],
  ...['linux/rcupdate.h', 'linux/slab.h', 'linux/spinlock.h', 'linux/mutex.h'],
]
  .map((name) => `#include <${name}>\n`)
  .concat(`int ${FORM}(int site);\nint ${SHIFT}(void);\nREFUZZ_STUB(${FORM});\nREFUZZ_STUB(${SHIFT});\n`)
  .join('');

/**
 * The source in which each site asks which form it has: one module for all candidates.
 *
 *     atomic_dec(&peer->refcnt)   becomes   (refuzz_form(2) == 1 ? (void)(refcount_dec(…)) : … : (void)(atomic_dec(&peer->refcnt)))
 *
 * Form 0 is the source as it was, and form n is number n - 1 of the menu. The counter stays an atomic_t, and is handed to ops of refcount_t as if
 * it were one: both are one integer.
 */
export function switchedSource(source: CSource, { structure, place }: Sites, menu: Menu): CSource {
  const files = new Map(source.files);
  for (const name of new Set(menu.sites.map(({ file }) => file))) {
    const text = files.get(name)!;
    files.set(name, switchedFile(text, name, menu, { structure, place }));
  }
  const main = files.get(source.main)!;
  const first = /^[ \t]*#[ \t]*include\b/m.exec(main)?.index ?? 0;
  files.set(source.main, `${main.slice(0, first)}${HEAD}${main.slice(first)}`);
  return { ...source, files };
}

interface ObjectNames {
  readonly structure: string;
  readonly place: string;
}

/**
 * A file whose sites ask for their forms. Line breaks stay where they were, so that what the compiler says is of the user's lines.
 *
 *     atomic_dec(&p->refs);       switch (refuzz_form(3)) of its forms, the first of which is atomic_dec(&p->refs)
 */
function switchedFile(text: string, name: string, menu: Menu, names: ObjectNames): string {
  const tokens = tokensOf(text);
  const head = rcuHeadOf(tokens, names.structure);
  const edits: { from: number; to: number; text: string }[] = [];
  for (const [number, site] of menu.sites.entries()) {
    if (site.file !== name) continue;
    if (site.kind === 'free') edits.push(...freeEdits(site, number, tokens, names, head.name));
    else if (site.kind === 'op' && site.loop)
      edits.push({ from: site.from, to: site.to, text: switchedLoop(site, site.loop, number, menu, text) });
    else edits.push({ from: site.from, to: site.to, text: switched(site, number, menu) });
  }
  if (edits.some(({ text: inserted }) => inserted.includes('call_rcu(')) && head.insertAt !== undefined)
    edits.push({ from: head.insertAt, to: head.insertAt, text: `struct rcu_head ${head.name};\n` });
  // From the end, so that places stay as they are.
  return edits
    .sort((one, other) => other.from - one.from || other.to - one.to)
    .reduce((whole, edit) => whole.slice(0, edit.from) + edit.text + whole.slice(edit.to), text);
}

/** An expression of all forms. */
function switched(site: Exclude<Site, FreeSite>, number: number, menu: Menu): string {
  if (site.kind === 'call') return switchedCall(site, number, menu);
  const isVoid = site.use.kind === 'void';
  const isValue = site.kind === 'op' && site.use.kind === 'value';
  const cast = isVoid ? '(void)' : isValue ? '(int)' : '(int)!!';
  const forms = menu.forms[number]!.map(
    ({ text }, at) => `${FORM}(${number}) == ${at + 1} ? ${cast}(${inModule(text!, site)}) : `,
  );
  return `(${forms.join('')}${cast}(${onOneLine(site.written)}))`;
}

/** A call is a statement, and what is called may be a macro of statements, which is no expression. */
function switchedCall(site: CallSite, number: number, menu: Menu): string {
  const forms = menu.forms[number]!.map(
    ({ text }, at) => `if (${FORM}(${number}) == ${at + 1}) { ${inModule(text!, site)}; } else `,
  );
  return `do { ${forms.join('')}{ ${onOneLine(site.written)}; } } while (0)`;
}

/**
 * Statements of all forms. What is declared in a loop and used behind it stays in front of both.
 *
 *     if (refuzz_form(0) == 1) { return refcount_inc_not_zero(…); } else { old = atomic_read(…); do { … } while (…); return true; }
 */
function switchedLoop(site: OpSite, loop: LoopOp, number: number, menu: Menu, text: string): string {
  if (loop.gives) return switchedGiven(site, loop, number, menu);
  const forms = menu.forms[number]!.map(
    ({ text: form }, at) =>
      `if (${FORM}(${number}) == ${at + 1}) { ${onOneLine(loopText(loop, inModule(form!, site)))} } else `,
  );
  const keeps = loop.keeps.map((range) => `${text.slice(...range)} `).join('');
  const asWas = [...loop.keeps]
    .reverse()
    .reduce((whole, [from, to]) => whole.slice(0, from) + whole.slice(to), text.slice(0, site.to))
    .slice(site.from);
  return `${keeps}{ ${forms.join('')}{ ${asWas} } }`;
}

/** The same for what a statement expression gives. */
function switchedGiven(site: OpSite, loop: LoopOp, number: number, menu: Menu): string {
  const forms = menu.forms[number]!.map(({ text: form }, at) => {
    const given = onOneLine(loopText(loop, inModule(form!, site))).trim();
    return `${FORM}(${number}) == ${at + 1} ? (int)({ ${given} }) : `;
  });
  return `(${forms.join('')}(int)({ ${site.written} }));`;
}

/** A form's text, with everything that it leaves open. */
function inModule(text: string, site: Exclude<Site, FreeSite>): string {
  if (site.kind === 'call') return onOneLine(text);
  const counter = `((refcount_t *)(${onOneLine(site.counter)}))`;
  const constant = constantOf(site);
  return text
    .replaceAll('$v', `((int)refcount_read($r) - ${SHIFT}())`)
    .replaceAll('$r', () => counter)
    .replaceAll('$l', () => `((${limitOf(site)}) + ${SHIFT}())`)
    .replaceAll('$c', () => `(int)((${constant}) + ${SHIFT}())`)
    .replaceAll('$+', () => `((${constant}) + 1)`)
    .replaceAll('$-', () => `((${constant}) - 1)`)
    .replaceAll('$u', () => `(${constant})`);
}

/** The statement, and in front of its function the callback. */
function freeEdits(
  site: FreeSite,
  number: number,
  tokens: readonly Token[],
  { structure, place }: ObjectNames,
  head: string,
): { from: number; to: number; text: string }[] {
  const later = `refuzz_later_${number}`;
  const returns = site.returns === undefined ? '' : ` return ${site.returns};`;
  const call = `call_rcu(&(${site.object})->${head}, ${later});${returns}`;
  const callback = [
    `static void ${later}(struct rcu_head *refuzz_head) {`,
    `struct ${structure} *${site.object} = container_of(refuzz_head, struct ${structure}, ${head});`,
    `if (refcount_dec_and_test((refcount_t *)&${site.object}->${place})) ${site.free}; }\n`,
  ].join(' ');
  const at = declarationAt(tokens, site.from);
  // What lies within is switched by itself: this only puts something around it.
  return [
    { from: at, to: at, text: callback },
    { from: site.from, to: site.from, text: `{ if (${FORM}(${number}) == 2) { ${call} } else { ` },
    { from: site.to, to: site.to, text: ' } }' },
  ];
}

/** Where the declaration begins that a place lies in. */
export function declarationAt(tokens: readonly Token[], place: number): number {
  let start = 0;
  for (let at = 0; at < tokens.length && tokens[at]!.from < place; at++) {
    const { text, directive } = tokens[at]!;
    if (directive > 0) {
      if (tokens[at + 1]?.directive !== directive) start = at + 1;
      continue;
    }
    if (text === '{' || text === '(' || text === '[') {
      const close = closing(tokens, at);
      if (tokens[close]!.to > place) break;
      at = close;
      if (text === '{') start = close + 1;
    } else if (text === ';') start = at + 1;
  }
  return tokens[start]?.from ?? 0;
}

/** The rcu_head of a structure: its name, and where one belongs if there is none yet. */
export function rcuHeadOf(
  tokens: readonly Token[],
  structure: string,
): { readonly name: string; readonly insertAt: number | undefined } {
  for (let at = 0; at + 2 < tokens.length; at++) {
    const isIt =
      tokens[at]!.text === 'struct' && tokens[at + 1]!.text === structure && tokens[at + 2]!.text === '{';
    if (!isIt) continue;
    const close = closing(tokens, at + 2);
    for (let member = at + 3; member + 1 < close; member++)
      if (tokens[member]!.text === 'rcu_head' && tokens[member + 1]!.kind === 'name')
        return { name: tokens[member + 1]!.text, insertAt: undefined };
    return { name: 'rcu', insertAt: tokens[close]!.from };
  }
  return { name: 'rcu', insertAt: undefined };
}
