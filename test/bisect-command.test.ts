import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ran, refuzz } from './refuzz.ts';

const root = mkdtempSync(join(tmpdir(), 'refuzz-bisect-test-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const HEADER = readFileSync('targets/c/include/linux/refcount.h', 'utf8');
/** What the tests plant: one line each. */
const REFUSES_ZERO = { from: 'if (old == 1)\n', to: 'if (old <= 1)\n' };
const TAKES_TWO = {
  from: 'atomic_fetch_sub_release(1, &r->refs) <= 1',
  to: 'atomic_fetch_sub_release(2, &r->refs) <= 1',
};
const LOADS_AND_STORES = {
  from: 'return atomic_cmpxchg_release(&r->refs, 1, 0) == 1;',
  to: 'if (atomic_read(&r->refs) != 1) return false; atomic_set(&r->refs, 0); return true;',
};

let repositories = 0;

/** A kernel's repository, as small as one can be: what refuzz reads, and a file that it does not. */
class Repository {
  readonly path = join(root, `linux-${repositories++}`);
  #commits = 0;

  constructor() {
    mkdirSync(join(this.path, 'include/linux'), { recursive: true });
    mkdirSync(join(this.path, 'lib'));
    this.git('init', '--quiet', '--initial-branch', 'main');
    writeFileSync(join(this.path, 'lib/refcount.c'), '#include <linux/refcount.h>\n');
    this.write(HEADER);
    this.commit('the counter as it is');
    this.git('tag', 'v1');
  }

  git(...args: string[]): string {
    const config = ['user.name=Ann Author', 'user.email=ann@example.org', 'commit.gpgsign=false'];
    const set = config.flatMap((one) => ['-c', one]);
    return execFileSync('git', ['-C', this.path, ...set, ...args], { encoding: 'utf8' }).trim();
  }

  get header(): string {
    return readFileSync(join(this.path, 'include/linux/refcount.h'), 'utf8');
  }

  write(header: string): void {
    writeFileSync(join(this.path, 'include/linux/refcount.h'), header);
  }

  /** @returns the first twelve digits of the commit */
  commit(subject: string): string {
    this.git('add', '-A');
    const date = `2026-01-${String(10 + (this.#commits++ % 15)).padStart(2, '0')}T12:00:00Z`;
    this.git('commit', '--quiet', '-m', subject, '--date', date);
    return this.git('rev-parse', 'HEAD').slice(0, 12);
  }

  plant({ from, to }: { from: string; to: string }, subject: string): string {
    expect(this.header).toContain(from);
    this.write(this.header.replace(from, to));
    return this.commit(subject);
  }

  /** Touches the header, and nothing that it does. */
  comment(text: string): string {
    appendFileSync(join(this.path, 'include/linux/refcount.h'), `/* ${text} */\n`);
    return this.commit(`refcount: ${text}`);
  }

  unrelated(times: number): void {
    for (let time = 0; time < times; time++) {
      writeFileSync(join(this.path, `notes-${this.#commits}`), '');
      this.commit('documentation');
    }
  }
}

const bisect = (repository: Repository, ...args: string[]) =>
  refuzz(['bisect', '--kernel', repository.path, ...args], { cwd: root });
const fromTo = (good: string, bad: string) => ['--good', good, '--bad', bad];
const json = ({ out }: Ran) => JSON.parse(out.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;

describe('a line of revisions', () => {
  const linux = new Repository();
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
    const ran = await bisect(linux, ...fromTo('v1', `${twice}~1`), '--json');
    expect(ran.code, ran.err).toBe(0);
    const [first, came] = ran.out.split('\n');
    expect(first).toMatch(
      new RegExp(
        `^first bad: ${culprit} refcount: dec_not_one looks at more \\(Ann Author, 2026-01-\\d\\d\\)$`,
      ),
    );
    expect(came).toMatch(/^ {2}came {2}dec_not_one parts from refcount\/v5\.5 where .* it returns false/);
    expect(json(ran)).toMatchObject({ between: 18, touching: 4, skipped: 0, later: 0 });
  });

  test('says when there is more to look for', async () => {
    const ran = await bisect(linux, ...fromTo('v1', 'v2'));
    expect(ran.out).toContain(`first bad: ${culprit}`);
    expect(ran.out).toMatch(new RegExp(`signatures came later: .*--good ${culprit}`));
    const rest = await bisect(linux, ...fromTo(culprit, 'v2'));
    expect(rest.out).toMatch(new RegExp(`^first bad: ${twice} .*\n {2}came {2}dec parts from`));
  });

  test('may be asked about another target', async () => {
    const ran = await bisect(linux, ...fromTo('v1', 'v2'), '--', 'kernel-vs-atomic', '--threads', '1');
    expect(ran.code, ran.err).toBe(0);
    expect(ran.out).toContain(`first bad: ${culprit}`);
    expect(ran.out).toContain(': check kernel-vs-atomic, 1 × 1; of ');
  });

  test('may be asked about a case', async () => {
    const tree = join(root, 'bad-tree');
    mkdirSync(tree);
    linux.git('worktree', 'add', '--quiet', '--detach', tree, twice);
    await refuzz(
      ['check', 'kernel-vs-model', '--kernel', tree, '--threads', '1', '--ops', '1', '--corpus', 'c'],
      {
        cwd: root,
      },
    );
    const path = execFileSync('find', ['c', '-name', 'dec-interior-*.yaml'], { cwd: root, encoding: 'utf8' });
    const stored = path.trim().split('\n')[0]!;
    const ran = await bisect(linux, ...fromTo('v1', 'v2'), '--', stored);
    expect(ran.out, ran.err).toContain(`first bad: ${twice} refcount: dec is quicker`);
    expect(ran.out).toContain(`came  ${stored} replays as recorded`);
  });

  test('leaves the working tree as it is', async () => {
    writeFileSync(join(linux.path, 'lib/refcount.c'), 'not to be read\n');
    const before = linux.git('status', '--porcelain', '--branch');
    const ran = await bisect(linux, ...fromTo('v1', 'v2'));
    expect(ran.out).toContain(`first bad: ${culprit}`);
    expect(linux.git('status', '--porcelain', '--branch')).toBe(before);
  });

  test.each([
    ['that are one and the same', ['v1', 'v1'], /v1 is v1, or comes after it/],
    ['of which good is bad', ['v2~1', 'v2'], /v2~1 is bad: it shows all that v2 shows/],
    ['the wrong way round', ['v2', 'v1'], /--good: v2 is v1, or comes after it; name the earlier one/],
    ['that are not there', ['v1', 'v9'], /there is no revision "v9"/],
    ['that are options', ['v1', '--output=x'], /there is no revision "--output=x"/],
  ])('revisions %s', async (_about, [good, bad], problem) => {
    const ran = await bisect(linux, `--good=${good}`, `--bad=${bad}`);
    expect(ran.err).toMatch(problem);
    expect(ran.code).toBe(2);
  });
});

test('what came with a merge is found on the line that brought it', async () => {
  const linux = new Repository();
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

test('a merge that is bad where both of its lines are good is the first bad one', async () => {
  const linux = new Repository();
  linux.git('checkout', '--quiet', '-b', 'topic');
  linux.comment('on the topic');
  linux.git('checkout', '--quiet', 'main');
  linux.unrelated(1);
  linux.write(`/* on the main line */\n${HEADER}`);
  linux.commit('refcount: on the main line');
  linux.git('merge', '--quiet', '--no-ff', '--no-commit', 'topic');
  const culprit = linux.plant(REFUSES_ZERO, 'merge topic, and more');
  linux.unrelated(3);
  const ran = await bisect(linux, ...fromTo('v1', 'main'));
  expect(ran.out, ran.err).toContain(`first bad: ${culprit} merge topic, and more`);
});

describe('a revision that does not compile', () => {
  test('is skipped, told and counted', async () => {
    const linux = new Repository();
    linux.comment('one');
    linux.comment('two');
    // The one that halves best.
    linux.write(`${linux.header}\nint broken = missing;\n`);
    const broken = linux.commit('refcount: half of it');
    linux.write(linux.header.replace('\nint broken = missing;\n', ''));
    linux.commit('refcount: the other half');
    const culprit = linux.plant(REFUSES_ZERO, 'refcount: looks at more');
    linux.comment('three');
    const ran = await bisect(linux, ...fromTo('v1', 'main'), '--json');
    expect(ran.out, ran.err).toContain(`first bad: ${culprit}`);
    expect(ran.code).toBe(0);
    expect(ran.err).toContain(`skipped  ${broken} refcount: half of it`);
    expect(json(ran)).toMatchObject({ skipped: 1, touching: 6 });
  });

  test('may be the first bad one too, and then there are several', async () => {
    const linux = new Repository();
    linux.comment('one');
    linux.write(`${linux.header.replace(REFUSES_ZERO.from, REFUSES_ZERO.to)}\nint broken = missing;\n`);
    const broken = linux.commit('refcount: half of it');
    linux.write(linux.header.replace('\nint broken = missing;\n', ''));
    const mended = linux.commit('refcount: the other half');
    linux.comment('two');
    const ran = await bisect(linux, ...fromTo('v1', 'main'));
    expect(ran.code, ran.err).toBe(3);
    expect(ran.out).toContain('first bad: one of 2');
    expect(ran.out).toMatch(new RegExp(`${broken} .*\n {2}${mended} `));
    expect(ran.err).toContain(`${broken}: include/linux/refcount.h`);
    expect(ran.err).toContain("use of undeclared identifier 'missing'");
    expect(ran.out).toContain('1 skipped');
  });

  test('and is good or bad is wrong input', async () => {
    const linux = new Repository();
    linux.write('nothing of the kind\n');
    const broken = linux.commit('refcount: nothing');
    const ran = await bisect(linux, ...fromTo('v1', 'main'));
    expect(ran.code).toBe(2);
    expect(ran.err).toContain(`${broken}: `);
  });
});

test('what went is no business of a bisection for what came, and is told', async () => {
  const linux = new Repository();
  linux.plant(REFUSES_ZERO, 'worse');
  linux.git('tag', 'worse');
  linux.plant({ from: REFUSES_ZERO.to, to: REFUSES_ZERO.from }, 'better');
  linux.plant(TAKES_TWO, 'worse again');
  const mended = await bisect(linux, ...fromTo('worse', 'main~1'));
  expect(mended.code).toBe(2);
  expect(mended.err).toContain('main~1 is good');
  linux.git('checkout', '--quiet', '-b', 'fork', 'v1');
  linux.comment('of a fork');
  const forked = await bisect(linux, ...fromTo('fork', 'main'));
  expect(forked.out, forked.err).toMatch(/^first bad: [0-9a-f]{12} worse again /);
});

test('an interrupt is heard', async () => {
  const linux = new Repository();
  linux.plant(REFUSES_ZERO, 'worse');
  const ran = await refuzz(['bisect', '--kernel', linux.path, ...fromTo('v1', 'main')], {
    cwd: root,
    signalAfter: /asking/,
  });
  expect(ran.code).toBe(130);
  expect(ran.out).toBe('');
});

test('a bare repository, and none', async () => {
  const linux = new Repository();
  const culprit = linux.plant(REFUSES_ZERO, 'worse');
  const bare = join(root, 'bare.git');
  linux.git('clone', '--quiet', '--bare', linux.path, bare);
  const ran = await refuzz(['bisect', '--kernel', bare, ...fromTo('v1', 'main')], { cwd: root });
  expect(ran.out, ran.err).toContain(`first bad: ${culprit}`);
  const none = mkdtempSync(join(root, 'none-'));
  const refused = await refuzz(['bisect', '--kernel', none, ...fromTo('v1', 'main')], { cwd: root });
  expect(refused.code).toBe(2);
  expect(refused.err).toContain(`${none}: is in no git repository`);
  const missing = await refuzz(['bisect', '--kernel', join(root, 'nowhere'), ...fromTo('v1', 'main')]);
  expect(missing.err).toMatch(/nowhere: is in no git repository/);
});
