import type { Census, Counter, Site } from '../../audit/census/counter.ts';
import { censusOfTexts } from './census-of-texts.ts';

/** A structure with a counter of each kind, which most tests of the census work on. */
export const HEADER = `
struct box {
	struct list_head list;
	atomic_t users;		/* who holds it */
	refcount_t refs;
	struct kref kref;
	struct rcu_head rcu;
	struct work_struct work;
	spinlock_t lock;
};
`;

/** The counter of that name; an error names those that there are. */
export function counterIn({ counters }: Census, name: string): Counter {
  const found = counters.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name} among ${counters.map((one) => one.name).join(', ')}`);
  return found;
}

/** The sites of `box.users`, or of another counter, when a function's body is this. */
export async function sitesOf(body: string, name = 'box.users', head = ''): Promise<readonly Site[]> {
  const census = await censusOfTexts({
    'a.c': `${HEADER}${head}\nint work_on(struct box *b, int n)\n{\n${body}\n}\n`,
  });
  return counterIn(census, name).sites;
}

/** What is called on a branch; `?` before what stands under a further condition. */
export const calls = (site: Site | undefined, branch: 'whenTrue' | 'whenFalse') =>
  site?.use[branch]?.calls.map(({ callee, isNested }) => (isNested ? `?${callee}` : callee));
