import type { Test } from '../census/counter.ts';
import type { BranchFact, CallFact, SiteFact, UseFact } from '../scan/facts.ts';
import type { FunctionDef } from './symbols.ts';

/*
 * A wrapper and its callers have names of their own, and what one calls true the other may call false. Here what is known in
 * one of them is told in the words of the other.
 */

/** Whether a comparison of a truth asks for it, or for its opposite; undefined for what makes no sense. */
export function truthOf({ relation, with: amount }: Test): boolean | undefined {
  if ((relation !== '==' && relation !== '!=') || (amount !== 0 && amount !== 1)) return undefined;
  return (relation === '==') === (amount === 1);
}

/**
 * What an object of a function is called where that is called. Parameters tell; what the function finds for itself has no
 * name there:
 *
 *     static bool put(struct ctx *c, struct x *x) { return dec_and_test(&x->refs); }
 *     if (put(ctx, p->x)) …        x is p->x, and not ctx
 */
export function objectAt(object: string, { fact }: FunctionDef, call: CallFact): string {
  const parts = /^[(&*\s]*(\w+)[)\s]*(.*)$/.exec(object);
  const index = parts === null ? -1 : fact.p.findIndex((text) => text.startsWith(`${parts[1]}:`));
  if (index === -1) return '';
  const given = `${call.m[index] ?? ''}`;
  const rest = parts![2]!;
  // `&f->page` of `page_put(&f->page)` lies in f, whatever f is called by those who hand it there.
  const and = object.trimStart().startsWith('&') ? '&' : '';
  return rest === '' ? given : `${and}${given.replace(/^&/, '')}${rest}`;
}

/**
 * The calls on a wrapper's own branches, as its caller would write them. Otherwise `b` of the wrapper and another `b` of
 * the caller would be one object:
 *
 *     #define box_put(b) do { if (dec_and_test(&(b)->users)) kfree(b); } while (0)
 *     box_put(x);                kfree x
 *     static void put(atomic_t *v, struct box *b) { if (dec_and_test(v)) kfree(b); }
 *     put(&b->users, other);     kfree other
 */
export function renamed(use: UseFact, { fact }: FunctionDef, call: CallFact): UseFact {
  const names = new Map(fact.p.map((text, index) => [text.slice(0, text.indexOf(':')), index]));
  // Names of the wrapper that are no parameters: what is called like something of the caller is told apart.
  const theirs = new Set(call.m.flatMap((text) => `${text}`.match(/[A-Za-z_]\w*/g) ?? []));
  const rename = (path: string) => {
    const [, and = '', root = '', members = ''] = /^(&?)(\w+)(.*)$/.exec(path) ?? [];
    const index = names.get(root);
    if (index === undefined) return theirs.has(root) ? `${and}_${root}${members}` : path;
    const given = `${call.m[index] ?? ''}`.replace(/[\s()]/g, '').replaceAll('->', '.');
    if (!/^&?[A-Za-z_][\w.]*$/.test(given)) return '';
    return members === '' ? given : `${and}${given.replace(/^&/, '')}${members}`;
  };
  const branch = (one: BranchFact): BranchFact => ({
    ...one,
    ...(one.c && {
      c: one.c.map((text) => {
        const space = text.lastIndexOf(' ');
        return `${text.slice(0, space)} ${text
          .slice(space + 1)
          .split(',')
          .map(rename)
          .join(',')}`;
      }),
    }),
  });
  return { ...use, ...(use.y && { y: branch(use.y) }), ...(use.n && { n: branch(use.n) }) };
}

/**
 * What a wrapper returns is used as its caller uses it. That compares what the wrapper gave, which may have been a
 * comparison already, or the opposite of what the op said:
 *
 *     static bool busy(atomic_t *v) { return !dec_and_test(v); }
 *     if (busy(&b->users)) return; kfree(b);        the op says true where the caller goes on
 */
export function callersUse(site: SiteFact, call: CallFact): UseFact {
  const own = site.u.t ?? [];
  const isOpposite = isTruth(site) && own.length === 1 && own[0]!.relation === '==' && own[0]!.with === 0;
  const isTold = isTruth(site) || own.length > 0;
  const [first] = call.u.t ?? [];
  const isFlipped = (isTold && first !== undefined && truthOf(first) === false) !== isOpposite;
  const all = [
    ...(isOpposite ? [] : own),
    ...(call.u.t ?? []).filter((one) => !isTold || truthOf(one) === undefined),
  ];
  const { y: whenTrue, n: whenFalse, t: _, ...rest } = call.u;
  const [y, n] = isFlipped ? [whenFalse, whenTrue] : [whenTrue, whenFalse];
  const part = site.u.part === 1 || rest.part === 1;
  return {
    ...rest,
    ...(all.length > 0 && { t: all }),
    ...(y && { y }),
    ...(n && { n }),
    ...(part && { part: 1 as const }),
  };
}

/** Ops that give a truth value: `if (op(v))` is all there is to test. */
const TRUTHS = /_and_test|_not_zero|add_negative|_unless|not_one|if_one|_and_lock|try_cmpxchg/;

/** Whether an op gives one. */
export function isTruth({ op }: SiteFact): boolean {
  return TRUTHS.test(op) && op !== 'dec_if_positive';
}
