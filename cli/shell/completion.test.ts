import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { builtInFiles, nameOf } from '../../targets/target/built-in-targets.ts';
import { describedProgram } from '../command-line.ts';
import { bashCompletion } from './bash.ts';
import { everyCommand, modelOf } from './command-model.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'refuzz-completion-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

const ROOT = modelOf(describedProgram());
const TARGETS = builtInFiles().map(nameOf);
const path = (name: string) => join(FOLDER, name);
writeFileSync(path('bash'), bashCompletion(ROOT, TARGETS));
writeFileSync(path('zsh'), zshCompletion(ROOT, TARGETS));
writeFileSync(path('fish'), fishCompletion(ROOT, TARGETS));
// In the folder where words are completed.
mkdirSync(path('here'));
mkdirSync(path('here/cases of mine'));
writeFileSync(path('here/mine.yaml'), '');

/** What each shell offers for the last word. Each is started as itself, and asked by its own means. */
const SHELLS: Readonly<Record<string, (words: readonly string[]) => string[]>> = {
  bash(words) {
    const script = `source ${path('bash')}; COMP_WORDS=(refuzz "$@"); COMP_CWORD=$(($# )); _refuzz; printf '%s\n' "\${COMPREPLY[@]}"`;
    return run('bash', ['--norc', '-c', script, 'bash', ...words]);
  },
  zsh(words) {
    // A zsh with a terminal of its own, which is typed to. What its line editor is offered is written to a file.
    const inner = `PROMPT=; unsetopt beep
autoload -Uz compinit; compinit -u -D; source ${path('zsh')}
LISTMAX=10000
compadd() {
  # Those only ask what would match.
local one; for one in "$@"; do [[ $one == -[OAD] ]] && { builtin compadd "$@"; return }; done
  local -a hits
  builtin compadd -A hits "$@"; for one in $hits; do print -r -- "$one" >> ${path('hits')}; done
  builtin compadd "$@"
}
cd ${path('here')}
# Before its line editor reads, the terminal would take ^U for itself.
zle-line-init() { : > ${path('ready')} }; zle -N zle-line-init`;
    writeFileSync(path('inner.zsh'), inner);
    const until = (name: string) =>
      `for i in {1..200}; do zpty -rt inner said; [[ -e ${path(name)} ]] && break; sleep 0.1; done`;
    const outer = `zmodload zsh/zpty
rm -f ${path('ready')} ${path('done')}; : > ${path('hits')}
zpty -b inner zsh -f -i
zpty -w inner 'source ${path('inner.zsh')}'
${until('ready')}
zpty -w -n inner "refuzz $*"$'\\t'
zpty -w -n inner $'\\C-u'
zpty -w inner 'touch ${path('done')}'
${until('done')}
zpty -d inner
cat ${path('hits')}`;
    writeFileSync(path('outer.zsh'), outer);
    return [...new Set(run('zsh', ['-f', path('outer.zsh'), ...words]))];
  },
  fish(words) {
    const line = `refuzz ${words.join(' ')}`;
    const script = `source ${path('fish')}; complete -C ${JSON.stringify(line)}`;
    return run('fish', ['--no-config', '-c', script]).map((text) => text.split('\t')[0]!);
  },
};

function run(shell: string, args: readonly string[]): string[] {
  const { stdout, stderr, status } = spawnSync(shell, args, {
    cwd: path('here'),
    encoding: 'utf8',
    timeout: 60_000,
    env: { PATH: process.env.PATH, HOME: FOLDER, TERM: 'dumb', LC_ALL: 'C.UTF-8' },
  });
  expect([status, stderr.trim()], shell).toEqual([0, '']);
  return stdout.split('\n').filter((line) => line !== '');
}

const isThere = (shell: string) => spawnSync(shell, ['--version']).status === 0;

describe.each(Object.keys(SHELLS))('%s', (shell) => {
  // In CI a shell that is missing is an error.
  const skip = !isThere(shell) && process.env.CI === undefined;
  const offered = (...words: string[]) => SHELLS[shell]!(words);

  test.skipIf(skip)('reads its script without a complaint', () => {
    execFileSync(shell, ['-n', path(shell)]);
  });

  test.skipIf(skip)(
    'completes commands',
    () => {
      const found = offered('');
      for (const { name } of ROOT.commands) expect(found).toContain(name);
      expect(offered('re')).toEqual(expect.arrayContaining(['recheck', 'replay']));
      expect(offered('re')).not.toContain('fuzz');
    },
    60_000,
  );

  test.skipIf(skip)(
    'completes commands below a command',
    () => {
      expect(offered('kernel', '').sort()).toEqual(expect.arrayContaining(['doctor', 'load', 'run']));
      expect(offered('kernel', '')).not.toContain('fuzz');
    },
    60_000,
  );

  test.skipIf(skip)(
    'completes options of the command, and of no other',
    () => {
      const found = offered('check', '--s');
      for (const option of ['--state', '--sweep', '--signatures']) expect(found).toContain(option);
      expect(found).not.toContain('--seed');
      expect(offered('fuzz', '--s')).toContain('--seed');
      expect(offered('kernel', 'load', '--w')).toContain('--watchdog');
    },
    60_000,
  );

  test.skipIf(skip)(
    'completes the values of options',
    () => {
      expect(offered('check', '--discipline', '').sort()).toEqual(['free', 'holders']);
      expect(offered('check', '--reporter', 'j').sort()).toEqual(['jsonl', 'junit']);
      const folders = offered('fuzz', '--corpus', '').map((one) =>
        one.replace(/\\(.)/g, '$1').replace(/\/$/, ''),
      );
      expect(folders).toEqual(['cases of mine']);
    },
    60_000,
  );

  test.skipIf(skip)(
    'completes targets, and files',
    () => {
      expect(offered('fuzz', 'refcount-v').sort()).toEqual(
        TARGETS.filter((one) => one.startsWith('refcount-v')),
      );
      expect(offered('fuzz', 'mi')).toContain('mine.yaml');
      expect(offered('show', 'mi')).toContain('mine.yaml');
    },
    60_000,
  );
});

test('every option of every command is in every script', () => {
  const scripts = {
    bash: bashCompletion(ROOT, []),
    zsh: zshCompletion(ROOT, []),
    fish: fishCompletion(ROOT, []),
  };
  for (const { options } of everyCommand(ROOT))
    for (const long of options.flatMap(({ flags }) => flags.filter((flag) => flag.startsWith('--')))) {
      expect(scripts.bash).toContain(long);
      expect(scripts.zsh).toContain(long);
      expect(scripts.fish).toContain(`-l ${long.slice(2)} `);
    }
});
