import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

/** refuzz's own, which stands for a kernel's. */
export const HEADER = readFileSync('targets/c/include/linux/refcount.h', 'utf8');

/** What tests plant, of one line. */
export interface Defect {
  readonly from: string;
  readonly to: string;
}

export const REFUSES_ZERO: Defect = { from: 'if (old == 1)\n', to: 'if (old <= 1)\n' };
export const TAKES_TWO: Defect = {
  from: 'int old = atomic_fetch_sub_release(1, &r->refs);',
  to: 'int old = atomic_fetch_sub_release(2, &r->refs);',
};
export const LOADS_AND_STORES: Defect = {
  from: 'return atomic_cmpxchg_release(&r->refs, 1, 0) == 1;',
  to: 'if (atomic_read(&r->refs) != 1) return false; atomic_set(&r->refs, 0); return true;',
};

/** A kernel's repository, as small as one can be: what refuzz reads, and a file that it does not. */
export class Repository {
  readonly path: string;
  #commits = 0;

  /** @param path where it is made */
  constructor(path: string) {
    this.path = path;
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
    return execFileSync('git', ['-C', this.path, ...set, ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  }

  /** What nobody but the user may change. */
  get state(): Readonly<Record<string, string>> {
    return {
      status: this.git('status', '--porcelain', '--branch'),
      index: this.git('ls-files', '--stage'),
      refs: this.git('for-each-ref'),
      head: this.git('rev-parse', '--symbolic-full-name', 'HEAD'),
      worktrees: this.git('worktree', 'list', '--porcelain'),
    };
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

  plant({ from, to }: Defect, subject: string): string {
    expect(this.header).toContain(from);
    this.write(this.header.replace(from, to));
    return this.commit(subject);
  }

  /**
   * Touches the header, and nothing that it does. By the same words each time: a header that lies in many repositories
   * is compiled once.
   */
  comment(text: string): string {
    appendFileSync(join(this.path, 'include/linux/refcount.h'), '/* a word */\n');
    return this.commit(`refcount: ${text}`);
  }

  unrelated(times: number): void {
    for (let time = 0; time < times; time++) {
      writeFileSync(join(this.path, `notes-${this.#commits}`), '');
      this.commit('documentation');
    }
  }
}
