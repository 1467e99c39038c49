import { spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { expect } from 'vitest';
import { difference } from './compare.ts';
import type { Page, ShownCommand, ShownFile } from './page.ts';

/** Whoever types the commands of pages, each in the folder of its page. */
export class Reader {
  readonly #root: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #kept = new Set<ShownFile>();
  /** Seconds of processor time that the commands took. */
  spent = 0;

  /** @param root an empty folder */
  constructor(root: string) {
    this.#root = root;
    const bin = join(root, 'bin');
    mkdirSync(bin);
    symlinkSync(resolve('dist/cli/refuzz.cjs'), join(bin, 'refuzz'));
    // REFUZZ is the checkout, for what stands in comments; none of what CI sets for itself may show.
    const { CI: _, ...env } = process.env;
    const PATH = `${bin}${delimiter}${env.PATH}`;
    this.#env = { ...env, PATH, NO_COLOR: '1', REFUZZ: resolve('.') };
  }

  /** The folder of a command, made at its first one. */
  #folderOf({ path, folders }: Page, { folder }: ShownCommand): string {
    const made = join(this.#root, `${basename(path, '.md')}-${folder}`, 'here');
    if (existsSync(made)) return made;
    mkdirSync(made, { recursive: true });
    for (const file of folders[folder]!) {
      const isExample = file.startsWith('docs/') && statSync(file).isDirectory();
      // Of an example the files; of anything else the folder or file itself.
      cpSync(file, isExample ? made : join(made, file), { recursive: true });
    }
    return made;
  }

  /** Keeps the files that the page has shown up to here; what comes later, unless there is such a file. */
  #keep({ files }: Page, { line, folder }: ShownCommand, cwd: string): void {
    for (const file of files) {
      if (file.folder !== folder || this.#kept.has(file)) continue;
      if (file.line > line && existsSync(join(cwd, file.name))) continue;
      this.#kept.add(file);
      mkdirSync(dirname(join(cwd, file.name)), { recursive: true });
      writeFileSync(join(cwd, file.name), file.text);
    }
  }

  #shell(command: string, cwd: string) {
    const times = join(this.#root, 'times');
    const descriptor = openSync(times, 'w');
    const script = 'eval "$0"; status=$?; times >&3; exit $status';
    const ran = spawnSync('sh', ['-c', script, command], {
      cwd,
      env: this.#env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe', descriptor],
      timeout: 580_000,
    });
    closeSync(descriptor);
    const ofChildren = readFileSync(times, 'utf8').trim().split('\n')[1] ?? '';
    for (const [, minutes, seconds] of ofChildren.matchAll(/(\d+)m([\d.]+)s/g))
      this.spent += Number(minutes) * 60 + Number(seconds);
    rmSync(times);
    expect(ran.error, command).toBeUndefined();
    return ran;
  }

  /** Runs a command, and holds what it prints against what the page shows. */
  run(page: Page, shown: ShownCommand): void {
    const { command, notes, output } = shown;
    const cwd = this.#folderOf(page, shown);
    this.#keep(page, shown, cwd);
    for (const before of notes.before) {
      const { status, stderr } = this.#shell(before, cwd);
      expect(status, `${before}: ${stderr}`).toBeLessThan(2);
    }
    const shortened = notes.shortened.reduce((all, [from, to]) => all.replaceAll(from, to), command);
    const { status, stdout, stderr } = this.#shell(shortened, cwd);
    const lines = (text: string) => (text === '' ? [] : text.trimEnd().split('\n'));
    const [out, err] = [lines(stdout), lines(stderr)];
    // What goes wrong is told on standard error, by a line that begins like this, unless the page shows it.
    if (!output?.some((line) => /^(refuzz|Error): /.test(line))) {
      const wrong = err.find((line) => /^(refuzz: |internal: |sh: |npm err)/i.test(line));
      expect(wrong, shortened).toBeUndefined();
      // A page may show that nothing is said, which has an exit code of its own.
      if (output?.some((line) => /^(?:undecided|not converted): /.test(line)))
        expect(status, shortened).toBe(3);
      else expect(status, `${shortened}\n${stdout}\n${stderr}`).toBeLessThan(2);
    }
    if (output !== undefined)
      expect(difference(output, out, err, notes), `${stdout}\n-- and of errors\n${stderr}`).toBeUndefined();
  }
}
