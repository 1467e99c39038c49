import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HEADER, LOADS_AND_STORES, REFUSES_ZERO, Repository, TAKES_TWO } from './kernel-repository.ts';
import { type Ran, refuzz, startRefuzz } from './refuzz.ts';

const root = mkdtempSync(join(tmpdir(), 'refuzz-bisect-test-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let repositories = 0;
const newRepository = () => new Repository(join(root, `linux-${repositories++}`));

const bisect = (repository: Repository, ...args: string[]) =>
  refuzz(['bisect', '--kernel', repository.path, ...args], { cwd: root });
/** Enough for defects that show in one thread, and soon decided. */
const alone = (repository: Repository, ...args: string[]) =>
  bisect(repository, ...args, '--', '--threads', '1', '--ops', '1');
const fromTo = (good: string, bad: string) => ['--good', good, '--bad', bad];
const json = ({ out }: Ran) => JSON.parse(out.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;

describe('a line of revisions', () => {
  const linux = newRepository();
  let culprit: string;
  let twice: string;
  beforeAll(() => {
    linux.unrelated(6);
    linux.comment('a word on overflow');
    linux.comment('a word on underflow');
    linux.unrelated(4);
    culprit = linux.plant(REFUSES_ZERO, 'refcount: dec_not_one looks at more');
    linux.unrelated(4);
    linux.comment('a word on locks');
    twice = linux.plant(TAKES_TWO, 'refcount: dec is quicker');
    linux.unrelated(2);
    linux.git('tag', 'v2');
  });

  test('gives the first bad one, with the cause that it brought, and asks only those that touch the counters', async () => {
    const ran = await alone(linux, ...fromTo('v1', `${twice}~1`), '--json');
    expect(ran.code, ran.err).toBe(0);
    const [first, ...lines] = ran.out.split('\n');
    const came = lines.join(' ').replace(/\s+/g, ' ');
    expect(first).toMatch(
      new RegExp(
        `^first bad: ${culprit} refcount: dec_not_one looks at more \\(Ann Author, 2026-01-\\d\\d\\)$`,
      ),
    );
    expect(came).toMatch(/^ came dec_not_one parts from refcount\/v5\.5 where .* it returns false/);
    expect(json(ran)).toMatchObject({ between: 18, touching: 4, skipped: 0, later: 0 });
  });

  test('says when there is more to look for', async () => {
    const ran = await alone(linux, ...fromTo('v1', 'v2'));
    expect(ran.out).toContain(`first bad: ${culprit}`);
    expect(ran.out).toMatch(new RegExp(`signatures came later: .*--good ${culprit}`));
    const rest = await alone(linux, ...fromTo(culprit, 'v2'));
    expect(rest.out).toMatch(new RegExp(`^first bad: ${twice} .*\n {2}came {2}dec parts from`));
  });

  test('may be asked about another target', async () => {
    const ran = await bisect(
      linux,
      ...fromTo('v1', 'v2'),
      '--',
      'kernel-vs-atomic',
      '--threads',
      '1',
      '--ops',
      '1',
    );
    expect(ran.code, ran.err).toBe(0);
    expect(ran.out).toContain(`first bad: ${culprit}`);
    expect(ran.out).toContain(': check kernel-vs-atomic, 1 × 1; of ');
  });

  test('may be asked about a case', async () => {
    const tree = join(root, 'bad-tree');
    mkdirSync(tree);
    linux.git('worktree', 'add', '--quiet', '--detach', tree, twice);
    const checked = await refuzz(
      ['check', 'kernel-vs-model', '--kernel', tree, '--threads', '1', '--ops', '1', '--corpus', 'c'],
      {
        cwd: root,
      },
    );
    expect(checked.code, checked.err).toBe(1);
    const path = execFileSync('find', ['c', '-name', 'dec-interior-*.yaml'], { cwd: root, encoding: 'utf8' });
    const stored = path.trim().split('\n')[0]!;
    const ran = await bisect(linux, ...fromTo('v1', 'v2'), '--', stored);
    expect(ran.out, ran.err).toContain(`first bad: ${twice} refcount: dec is quicker`);
    expect(ran.out).toContain(`came  ${stored} replays as recorded`);
  });

  test('leaves the repository as it is: what is checked out, the index, all refs', async () => {
    writeFileSync(join(linux.path, 'lib/refcount.c'), 'not to be read\n');
    const before = linux.state;
    const ran = await alone(linux, ...fromTo('v1', 'v2'));
    expect(ran.out).toContain(`first bad: ${culprit}`);
    expect(linux.state).toEqual(before);
  });

  test.each([
    ['that are one and the same', ['v1', 'v1'], /v1 is v1, or comes after it/],
    ['of which good is bad', ['v2~1', 'v2'], /v2~1 is bad: it shows all that v2 shows/],
    ['the wrong way round', ['v2', 'v1'], /--good: v2 is v1, or comes after it; name the earlier one/],
    ['that are not there', ['v1', 'v9'], /there is no revision "v9"/],
    ['that are options', ['v1', '--output=x'], /there is no revision "--output=x"/],
  ])('revisions %s', async (_about, [good, bad], problem) => {
    const ran = await alone(linux, `--good=${good}`, `--bad=${bad}`);
    expect(ran.err).toMatch(problem);
    expect(ran.code).toBe(2);
  });
});

test('what came with a merge is found on the line that brought it', async () => {
  const linux = newRepository();
  linux.comment('before the lines part');
  linux.git('checkout', '--quiet', '-b', 'topic');
  linux.unrelated(1);
  const culprit = linux.plant(LOADS_AND_STORES, 'refcount: dec_if_one without a loop');
  linux.unrelated(1);
  linux.git('checkout', '--quiet', 'main');
  linux.unrelated(2);
  linux.git('tag', 'main-line');
  linux.git('merge', '--quiet', '--no-ff', '-m', 'merge topic', 'topic');
  linux.unrelated(1);
  // From a revision that the topic does not have: their lines parted before.
  const ran = await bisect(linux, ...fromTo('main-line', 'main'));
  expect(ran.code, ran.err).toBe(0);
  expect(ran.out).toMatch(new RegExp(`^first bad: ${culprit} .*\n {2}came {2}dec_if_one does alone what`));
});

test('of a merge only the first parent is followed where that is asked for', async () => {
  const linux = newRepository();
  linux.git('checkout', '--quiet', '-b', 'topic');
  linux.comment('on the topic');
  const culprit = linux.plant(REFUSES_ZERO, 'refcount: on the topic');
  linux.comment('on the topic, again');
  linux.git('checkout', '--quiet', 'main');
  linux.unrelated(2);
  linux.git('merge', '--quiet', '--no-ff', '-m', 'merge topic', 'topic');
  const merge = linux.git('rev-parse', 'HEAD').slice(0, 12);
  linux.comment('on the main line');
  const all = await alone(linux, ...fromTo('v1', 'main'), '--json');
  expect(all.out, all.err).toContain(`first bad: ${culprit} refcount: on the topic`);
  expect(json(all)).toMatchObject({ between: 7, touching: 4 });
  const along = await alone(linux, ...fromTo('v1', 'main'), '--first-parent', '--json');
  expect(along.out, along.err).toContain(`first bad: ${merge} merge topic`);
  expect(json(along)).toMatchObject({ between: 4, touching: 2 });
});

test('code that moves to another file that is read is followed there', async () => {
  const linux = newRepository();
  const api = 'include/linux/refcount_api.h';
  linux.git('mv', 'include/linux/refcount.h', api);
  linux.write('#include <linux/refcount_api.h>\n');
  linux.commit('refcount: all of it moves');
  linux.unrelated(1);
  const planted = HEADER.replace(REFUSES_ZERO.from, REFUSES_ZERO.to);
  writeFileSync(join(linux.path, api), planted);
  const culprit = linux.commit('refcount: dec_not_one looks at more, there');
  writeFileSync(join(linux.path, api), `${planted}/* a word */\n`);
  linux.commit('refcount: a word on overflow');
  const ran = await alone(linux, ...fromTo('v1', 'main'), '--json');
  expect(ran.out, ran.err).toContain(`first bad: ${culprit} refcount: dec_not_one looks at more, there`);
  expect(json(ran)).toMatchObject({ between: 4, touching: 3, skipped: 0 });
});

test('a merge that is bad where both of its lines are good is the first bad one', async () => {
  const linux = newRepository();
  linux.git('checkout', '--quiet', '-b', 'topic');
  linux.comment('on the topic');
  linux.git('checkout', '--quiet', 'main');
  linux.unrelated(1);
  linux.write(`/* a word */\n${HEADER}`);
  linux.commit('refcount: on the main line');
  linux.git('merge', '--quiet', '--no-ff', '--no-commit', 'topic');
  const culprit = linux.plant(REFUSES_ZERO, 'merge topic, and more');
  linux.unrelated(3);
  const ran = await alone(linux, ...fromTo('v1', 'main'));
  expect(ran.out, ran.err).toContain(`first bad: ${culprit} merge topic, and more`);
});

describe('a revision that does not compile', () => {
  test('is skipped, told and counted', async () => {
    const linux = newRepository();
    linux.comment('one');
    linux.comment('two');
    // The one that halves best.
    linux.write(`${linux.header}\nint broken = missing;\n`);
    const broken = linux.commit('refcount: half of it');
    linux.write(linux.header.replace('\nint broken = missing;\n', ''));
    linux.commit('refcount: the other half');
    const culprit = linux.plant(REFUSES_ZERO, 'refcount: looks at more');
    linux.comment('three');
    const ran = await alone(linux, ...fromTo('v1', 'main'), '--json');
    expect(ran.out, ran.err).toContain(`first bad: ${culprit}`);
    expect(ran.code).toBe(0);
    expect(ran.err).toContain(`skipped  ${broken} refcount: half of it`);
    expect(json(ran)).toMatchObject({ skipped: 1, touching: 6 });
  });

  test('may be the first bad one too, and then there are several', async () => {
    const linux = newRepository();
    linux.comment('one');
    linux.write(`${linux.header.replace(REFUSES_ZERO.from, REFUSES_ZERO.to)}\nint broken = missing;\n`);
    const broken = linux.commit('refcount: half of it');
    linux.write(linux.header.replace('\nint broken = missing;\n', ''));
    const mended = linux.commit('refcount: the other half');
    linux.comment('two');
    const ran = await alone(linux, ...fromTo('v1', 'main'));
    expect(ran.code, ran.err).toBe(3);
    expect(ran.out).toContain('first bad: one of 2');
    expect(ran.out).toMatch(new RegExp(`${broken} .*\n {2}${mended} `));
    expect(ran.err).toContain(`${broken}: include/linux/refcount.h`);
    expect(ran.err).toContain("use of undeclared identifier 'missing'");
    expect(ran.out).toContain('1 skipped');
  });

  test('and is good or bad is wrong input', async () => {
    const linux = newRepository();
    linux.write('nothing of the kind\n');
    const broken = linux.commit('refcount: nothing');
    const ran = await alone(linux, ...fromTo('v1', 'main'));
    expect(ran.code).toBe(2);
    expect(ran.err).toContain(`${broken}: `);
  });
});

test('what went is no business of a bisection for what came, and is told', async () => {
  const linux = newRepository();
  linux.plant(REFUSES_ZERO, 'worse');
  linux.git('tag', 'worse');
  linux.plant({ from: REFUSES_ZERO.to, to: REFUSES_ZERO.from }, 'better');
  linux.plant(TAKES_TWO, 'worse again');
  const mended = await alone(linux, ...fromTo('worse', 'main~1'));
  expect(mended.code).toBe(2);
  expect(mended.err).toContain('main~1 is good');
  linux.git('checkout', '--quiet', '-b', 'fork', 'v1');
  linux.comment('of a fork');
  const forked = await alone(linux, ...fromTo('fork', 'main'));
  expect(forked.out, forked.err).toMatch(/^first bad: [0-9a-f]{12} worse again /);
});

test('an interrupt is heard, and nothing is left behind', async () => {
  const linux = newRepository();
  linux.plant(REFUSES_ZERO, 'worse');
  const before = linux.state;
  const temporary = mkdtempSync(join(root, 'tmp-'));
  const { child, ended } = startRefuzz(['bisect', '--kernel', linux.path, ...fromTo('v1', 'main')], {
    cwd: root,
    env: { TMPDIR: temporary },
    onErr: (err) => {
      if (!child.killed && err.includes('asking')) child.kill('SIGINT');
    },
  });
  const ran = await ended;
  expect(ran.code).toBe(130);
  expect(ran.out).toBe('');
  expect(readdirSync(temporary)).toEqual([]);
  expect(linux.state).toEqual(before);
});

test('what is undecided is not taken for good', async () => {
  const linux = newRepository();
  linux.plant(REFUSES_ZERO, 'worse');
  const ran = await bisect(linux, ...fromTo('v1', 'main'), '--', '--limit', '3');
  expect(ran.code).toBe(2);
  expect(ran.err).toMatch(
    /--good: of v1, \d+ programs are undecided; a larger --limit behind -- decides more/,
  );
});

test('a bare repository, and none', async () => {
  const linux = newRepository();
  const culprit = linux.plant(REFUSES_ZERO, 'worse');
  const bare = join(root, 'bare.git');
  linux.git('clone', '--quiet', '--bare', linux.path, bare);
  const ran = await refuzz(
    ['bisect', '--kernel', bare, ...fromTo('v1', 'main'), '--', '--threads', '1', '--ops', '1'],
    {
      cwd: root,
    },
  );
  expect(ran.out, ran.err).toContain(`first bad: ${culprit}`);
  const none = mkdtempSync(join(root, 'none-'));
  const refused = await refuzz(['bisect', '--kernel', none, ...fromTo('v1', 'main')], { cwd: root });
  expect(refused.code).toBe(2);
  expect(refused.err).toContain(`${none}: is in no git repository`);
  const missing = await refuzz(['bisect', '--kernel', join(root, 'nowhere'), ...fromTo('v1', 'main')]);
  expect(missing.err).toMatch(/nowhere: is in no git repository/);
});
