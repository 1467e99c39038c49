import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCommandLine } from '../../cli/command-line.ts';
import { plainStyle } from '../../export/show/show.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'refuzz-from-tree-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));
const at = (...names: string[]) => join(FOLDER, ...names);

/** A tree of two files: an object that is found by a loop of compare-exchange, and made by a function that no protocol needs. */
const TREE = {
  'include/net/flow.h': `#include <linux/atomic.h>
#include <linux/list.h>

struct flow {
	struct list_head list;
	atomic_t users;
};

void flow_put(struct flow *flow);
`,
  'net/flow.c': `#include <linux/slab.h>
#include <linux/spinlock.h>
#include <net/flow.h>

static LIST_HEAD(flows);
static DEFINE_SPINLOCK(flows_lock);

static bool flow_tryget(struct flow *flow)
{
	int old = atomic_read(&flow->users);

	do {
		if (!old)
			return false;
	} while (!atomic_try_cmpxchg(&flow->users, &old, old + 1));
	return true;
}

struct flow *flow_new(void)
{
	struct flow *flow = kzalloc(sizeof(*flow), GFP_KERNEL);

	if (!flow)
		return NULL;
	atomic_set(&flow->users, 1);
	spin_lock(&flows_lock);
	list_add(&flow->list, &flows);
	spin_unlock(&flows_lock);
	return flow;
}

struct flow *flow_find(void)
{
	struct flow *flow;

	spin_lock(&flows_lock);
	list_for_each_entry(flow, &flows, list) {
		if (flow_tryget(flow)) {
			spin_unlock(&flows_lock);
			return flow;
		}
	}
	spin_unlock(&flows_lock);
	return NULL;
}

void flow_put(struct flow *flow)
{
	if (atomic_dec_and_test(&flow->users)) {
		spin_lock(&flows_lock);
		list_del(&flow->list);
		spin_unlock(&flows_lock);
		kfree(flow);
	}
}
`,
};

async function convertTree(...more: string[]) {
  const said = { out: '', err: '' };
  const streams = {
    out: (text: string) => {
      said.out += text;
    },
    err: (text: string) => {
      said.err += text;
    },
    isTerminal: false,
    style: plainStyle,
    onInterrupt: () => () => {},
  };
  const args = [
    '--struct',
    'flow.users',
    '--convert',
    '--output',
    at('flow'),
    '--workers',
    '1',
    '--no-cache',
    ...more,
  ];
  return { code: await runCommandLine(['audit', at('tree'), ...args], streams), ...said };
}

test('from a tree to a patch that it takes: stops at what is to be decided, and goes on once it is', async () => {
  for (const [name, text] of Object.entries(TREE)) {
    mkdirSync(dirname(at('tree', name)), { recursive: true });
    writeFileSync(at('tree', name), text);
  }
  const first = await convertTree();
  expect(first.code).toBe(3);
  expect(first.err).toMatch(
    /not converted: something is left to decide first: \S+scheme\.h:\d+: the count starts at 1/,
  );

  const scheme = at('flow', 'scheme.h');
  const undecided = readFileSync(scheme, 'utf8');
  // Who makes an object holds it, as is said there. flow_tryget has no caller but flow_find, so it is no op of its own.
  const decided = undecided
    .replace(/^REFUZZ_GET\(flow_tryget\)\n\{[^}]*\}\n/m, '')
    .replace(/^\s*REFUZZ_TODO\(.*\);\n/gm, '');
  writeFileSync(scheme, decided);
  const second = await convertTree();
  expect(second.out).toContain('extracted before; goes on with what is there');
  expect(second.out).toContain('the simplest: bias 0, the op of the same shape at each site');
  expect(second.err).toContain(`wrote ${at('flow', 'tree.diff')}`);
  expect(second.code).toBe(0);

  const patch = at('flow', 'tree.diff');
  rmSync(patch);
  const small = ['--scope', '2x1', '--only', 'plain', '--bias', '0'];
  const told = await convertTree(...small, '--explain', 'flow_put');
  expect(told.out).toMatch(/is equivalent within 2 × 1;[\s\S]*flow_put \(line \d+\):\n/);
  expect(existsSync(patch)).toBe(false);
  const wrong = await convertTree(...small, '--keep', 'flow_put=dec_if_one', '--json');
  expect(wrong.code).toBe(1);
  expect(JSON.parse(wrong.out.trimEnd().split('\n').at(-1)!)).toMatchObject({
    conversions: [],
    memory: 'sc',
  });
  expect((await convertTree(...small, '--keep', 'nobody=dec')).code).toBe(2);
  const again = await convertTree(...small, '--memory', 'kernel', '--time', '60s');
  expect(again.out).toContain('checked (--memory kernel)');
  expect(again.code).toBe(0);

  execFileSync('git', ['apply', '--check', patch], { cwd: at('tree') });
  execFileSync('git', ['apply', patch], { cwd: at('tree') });
  const code = readFileSync(at('tree', 'net', 'flow.c'), 'utf8');
  expect(code).toContain('\n{\n\treturn refcount_inc_not_zero(&flow->users);\n}\n');
  expect(code).toContain('\trefcount_set(&flow->users, 1);');
  expect(code).not.toContain('atomic_');
});
