import type { Branch, Site, Test } from '../../audit/census/counter.ts';

/*
 * What is done with the result of an op, in words. A reader checks a verdict by these lines: so they say what was seen and
 * nothing that follows from it.
 */

/** The op as the rules know it: `add_unless(1, -1)`, `init(1)`, `inc`. */
export function opText({ op, amounts }: Pick<Site, 'op' | 'amounts'>): string {
  return amounts.length === 0 ? op : `${op}(${amounts.join(', ')})`;
}

/**
 * What its result decides, a line each.
 *
 *     true: frees directly (peer_put → kfree)
 *     tested: < 0, beside other conditions
 *     true: frees by rcu (call_rcu), under a further condition
 *     asserted: == 0
 *     stored
 */
export function useLines({ use }: Site): string[] {
  if (use.result === 'void') return [];
  const tests = use.tests.map(testText);
  const part = use.isPartOfCondition ? ', beside other conditions' : '';
  const branches = (
    [
      ['true', use.whenTrue],
      ['false', use.whenFalse],
    ] as const
  ).flatMap(([name, branch]) => branchLines(branch).map((line) => `${name}: ${line}`));
  const tested = tests.length > 0 ? `${use.result}: ${tests.join('; ')}` : use.result;
  return [`${tested}${part}`, ...branches];
}

/** `== 1`, `< 0 in an assertion`, `== 0, waited for`. */
function testText({ relation, with: against, isAssertion, isAwaited }: Test): string {
  return `${relation} ${against}${isAssertion ? ' in an assertion' : ''}${isAwaited ? ', waited for' : ''}`;
}

/** In the order of what matters to a verdict: what is freed, who is woken, what else is called, how the branch ends. */
function branchLines(branch: Branch | undefined): string[] {
  if (!branch) return [];
  const freed = branch.frees.map(({ how, path, isSameObject, isConditional }) => {
    const what = isSameObject ? 'frees' : 'frees something';
    const way = how === 'directly' ? '' : ` by ${how === 'other' ? 'other means' : how}`;
    return `${what}${way} (${path.join(' → ')})${isConditional ? ', under a further condition' : ''}`;
  });
  const wakes = branch.wakes.length > 0 ? [`wakes (${branch.wakes.join(', ')})`] : [];
  // A call that frees or wakes has been told.
  const told = new Set([...branch.frees.map(({ path }) => path[0]), ...branch.wakes]);
  const calls = [...new Set(branch.calls.map(({ callee }) => callee))].filter((callee) => !told.has(callee));
  const called = calls.length > 0 ? [`calls ${calls.slice(0, 6).join(', ')}${more(calls.length - 6)}`] : [];
  return [...freed, ...wakes, ...called, ...(branch.leaves ? [branch.leaves] : [])];
}

function more(number: number): string {
  return number > 0 ? ` and ${number} more` : '';
}

/** How an op came to be charged to this counter, where that is not plain: through wrappers, or by a name alone. */
export function wayText({ via, attribution, isCreation, release }: Site): string {
  const parts = [
    ...(via.length > 0 ? [`through ${via.join(' → ')}`] : []),
    ...(attribution === 'typed' ? [] : [`attributed ${attribution}`]),
    ...(isCreation ? ['of a new object'] : []),
    ...(release ? [`release: ${release}`] : []),
  ];
  return parts.join(', ');
}
