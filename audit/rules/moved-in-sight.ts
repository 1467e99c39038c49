import type { Site } from '../census/counter.ts';
import { areTogether, beside, type Evidence } from './evidence.ts';
import { valueSet } from './movement.ts';
import { branchAt, branchWhen } from './outcome.ts';

/*
 * Ops on a branch on which the value is known: there is no other way to read them.
 */

/**
 * Counted up on the branch on which it is 0, and nothing there sets it first, or finds another object:
 *
 *     if (refcount_dec_and_test(&p->users))        if (refcount_read(&p->users) == 0)
 *             refcount_inc(&p->users);                     refcount_inc(&p->users);
 *
 *     if (refcount_inc_not_zero(&p->users))
 *             return 0;
 *     refcount_inc(&p->users);                     (who was refused found it at 0)
 */
export function raisedAtZero(e: Evidence): readonly Site[] {
  const asked = [
    ...e.zeroReads.map((site) => ({ site, branch: branchAt(site, 0) })),
    ...e.endings.map(({ site }) => ({ site, branch: branchWhen(site, true) })),
    ...e.guarded.map((site) => ({ site, branch: branchWhen(site, false) })),
  ].filter(({ site }) => !site.use.isPartOfCondition && beside(e.of('set'), [site]).length === 0);
  return asked.flatMap(({ site, branch }) => {
    const lines = new Set(e.gets.filter((get) => areTogether(get, site)).map(({ line }) => line));
    const raised = branch?.calls.find(({ line, isNested }) => !isNested && lines.has(line));
    if (raised === undefined) return [];
    const before = branch!.calls.filter(({ line }) => line < raised.line);
    return before.some(({ callee }) => FINDS.test(callee) || sets(e, callee)) ? [] : [site];
  });
}

/** Functions that give an object: the same name may stand for another one from there on. */
const FINDS = /alloc|dup|copy|clone|create|new|make|find|lookup|first|next|entry|search|select|pick/i;

/** The function that is called gives the counter a value, as one that makes an object ready does. */
function sets(e: Evidence, callee: string): boolean {
  return e.of('set', 'init').some(({ fn }) => fn === callee);
}

/**
 * Set on a branch on which others hold it, or from a value that was read, with no lock in sight:
 *
 *     if (!refcount_dec_and_test(&p->refs))        refcount_set(&p->refs, refcount_read(&p->refs) + 1);
 *             refcount_set(&p->refs, 1);
 */
export function setWhileHeld(e: Evidence): readonly Site[] {
  const held = [
    ...e.endings.map(({ site }) => ({ site, branch: branchWhen(site, false) })),
    ...e.guarded.map((site) => ({ site, branch: branchWhen(site, true) })),
    ...e
      .reads(({ kind, value }) => kind === 'above' && value === 1)
      .map((site) => ({ site, branch: branchAt(site, 5) })),
  ];
  // `kref_init(&p->ref)` is a set(1) by another name.
  return e.of('set', 'init').filter((site) => {
    const value = valueSet(site);
    if (typeof value === 'string') return isReadAgain(site, value) && site.locks.length === 0;
    // `p = kmemdup(p, …); refcount_set(&p->refs, 1);` copies before it writes: from there on p is another one.
    if (value === undefined || value === 0 || site.isCreation === true) return false;
    return held.some(
      ({ site: asker, branch }) =>
        areTogether(asker, site) &&
        !asker.use.isPartOfCondition &&
        branch?.calls.some(({ line, isNested }) => line === site.line && !isNested) &&
        !branch.calls.some(({ callee }) => FINDS.test(callee)),
    );
  });
}

/** `refcount_read(&p->refs) + 1`, or `+ n`, set on p. */
function isReadAgain({ object, text }: Site, value: string): boolean {
  return (
    /^\w+_read\([^)]*\)\s*[-+]\s*[\w.>-]+$/.test(value) && value.includes(object) && text.includes(value)
  );
}
