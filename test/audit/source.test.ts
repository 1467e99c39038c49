import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { FolderTree } from '../../audit/source/folder-tree.ts';
import { openTrees } from '../../audit/source/open-trees.ts';
import type { Recall, SourceTree } from '../../audit/source/source-tree.ts';
import { entriesOf } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { FILE, readBytes } from '../../targets/subject/read-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'refuzz-source-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FILES: Readonly<Record<string, string>> = {
  'a.c': 'int a;\n',
  'a/b.c': 'int b;\n',
  'a/z.h': 'int z; /* Gr\u00fc\u00dfe */\n',
  'a-b/c.c': '\ufeffint c;\n',
  'net/ipv4/d.c': 'int d;\n',
  'net/README': 'nothing',
  '.git/hooks.c': 'int never;\n',
};
/** By code unit: `-` and `.` come before `/`. */
const PATHS = ['a-b/c.c', 'a.c', 'a/b.c', 'a/z.h', 'net/ipv4/d.c'];

function write(below: string, files: Readonly<Record<string, string | Buffer>>): string {
  const root = join(folder, below);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

async function all(tree: SourceTree, recall?: Recall) {
  const files = [];
  for await (const file of tree.files(recall)) files.push(file);
  return files;
}

const root = write('tree', FILES);
const git = (...args: string[]) => execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' });
git('init', '--quiet', '--initial-branch', 'main');
git('config', 'user.email', 'a@b');
git('config', 'user.name', 'a');
git('add', '.');
git('commit', '--quiet', '-m', 'all');
git('tag', 'v1');
for (const [name, flag] of [
  ['tree.tar', ''],
  ['tree.tar.gz', 'z'],
  ['tree.tar.bz2', 'j'],
  ['tree.tar.xz', 'J'],
] as const)
  execFileSync('tar', [
    `c${flag}f`,
    join(folder, name),
    '--sort=name',
    '--exclude=.git',
    '-C',
    folder,
    'tree',
  ]);
execFileSync('tar', ['cf', join(folder, 'bare.tar'), '--exclude=.git', '-C', root, '.']);
execFileSync('tar', ['cf', join(folder, 'part.tar'), '-C', root, 'net']);

describe('a tree', () => {
  const KINDS = ['tree', 'tree.tar', 'tree.tar.gz', 'tree.tar.bz2', 'tree.tar.xz', 'bare.tar'];
  test.each(KINDS)('is the same from %s', async (name) => {
    const tree = await openTrees([join(folder, name)]);
    const files = await all(tree);
    expect(files.map(({ path }) => path).sort()).toEqual(PATHS);
    for (const { path, text } of files) expect(text, path).toBe(FILES[path]);
    expect(tree.skipped).toEqual([]);
    expect(tree.expected).toBeGreaterThan(0);
    expect(await tree.texts(['a/z.h', 'gone.c'])).toEqual(new Map([['a/z.h', FILES['a/z.h']]]));
  });

  test('is the same from a revision, whatever lies in the folder now; its digests are those of a folder', async () => {
    const revision = await all(await openTrees([root], { rev: 'v1' }));
    const found = await all(await openTrees([root]));
    const plain = (files: typeof found) => files.map(({ path, digest, text }) => ({ path, digest, text }));
    expect(plain(revision)).toEqual(plain(found));
    expect(revision[0]?.digest).toBe(git('rev-parse', 'v1:a-b/c.c').trim());
  });

  test('of a folder in a repository has its paths below that folder', async () => {
    const tree = await openTrees([join(root, 'net')], { rev: 'main' });
    expect((await all(tree)).map(({ path }) => path)).toEqual(['ipv4/d.c']);
    expect(await tree.texts(['ipv4/d.c'])).toEqual(new Map([['ipv4/d.c', 'int d;\n']]));
  });

  test('comes in the order of its paths, from a folder and from a revision', async () => {
    for (const rev of [undefined, 'v1']) {
      const files = await all(await openTrees([root], { rev }));
      expect(files.map(({ path }) => path)).toEqual(PATHS);
    }
  });

  test('keeps the folder of an archive that is a part of a kernel', async () => {
    const files = await all(await openTrees([join(folder, 'part.tar')]));
    expect(files.map(({ path }) => path)).toEqual(['net/ipv4/d.c']);
  });

  test('of several paths has the name of each before its files', async () => {
    const paths = ['a', 'net', 'a.c'].map((name) => join(root, name));
    const tree = await openTrees(paths);
    const files = await all(tree);
    const names = ['a/b.c', 'a/z.h', 'net/ipv4/d.c', 'a.c'].map((name) => join(root, name));
    expect(files.map(({ path }) => path)).toEqual(names);
    expect(await tree.texts([names[2]!, names[3]!])).toEqual(
      new Map([
        [names[2], FILES['net/ipv4/d.c']],
        [names[3], FILES['a.c']],
      ]),
    );
  });

  test('of files is named as the user named them', async () => {
    const tree = await openTrees(['./test/../targets/c/build/kernel-kref.c']);
    expect((await all(tree)).map(({ path }) => path)).toEqual(['targets/c/build/kernel-kref.c']);
  });

  test('is not read where its reader remembers it', async () => {
    for (const rev of [undefined, 'v1']) {
      const tree = await openTrees([root], { rev });
      const stamps = new Map((await all(tree)).map(({ path, stamp, digest }) => [path, { stamp, digest }]));
      const again = await all(tree, (path, stamp) =>
        path !== 'a.c' && stamps.get(path)?.stamp === stamp ? stamps.get(path)?.digest : undefined,
      );
      expect(again.map(({ path }) => path)).toEqual(PATHS);
      expect(again.filter(({ text }) => text !== undefined).map(({ path }) => path)).toEqual(['a.c']);
    }
  });
});

describe('hostile', () => {
  test('files are skipped, each with its reason, and nothing else is', async () => {
    const hostile = write('hostile', {
      'zero.c': Buffer.from('int\0x;'),
      'latin.c': Buffer.from([...Buffer.from('/* '), 0xe9, ...Buffer.from(' */\n')]),
      'huge.c': '',
      'good.c': 'int good;\n',
      'below/good.h': 'int also;\n',
    });
    truncateSync(join(hostile, 'huge.c'), 100 << 20);
    execFileSync('mkfifo', [join(hostile, 'pipe.c')]);
    symlinkSync('loop.c', join(hostile, 'loop.c'));
    symlinkSync('.', join(hostile, 'below/again'));
    symlinkSync('..', join(hostile, 'below/up'));
    symlinkSync('/etc', join(hostile, 'out'));
    symlinkSync('good.c', join(hostile, 'same.c'));
    symlinkSync('nowhere', join(hostile, 'not-of-c'));
    const tree = await openTrees([hostile]);
    const files = await all(tree);
    expect(files.map(({ path }) => path)).toEqual(['below/good.h', 'good.c', 'latin.c']);
    expect(files.at(-1)?.text).toBe('/* \ufffd */\n');
    expect(tree.skipped).toEqual([
      { file: 'below/again', why: 'is a link to a folder of the tree, read there' },
      { file: 'below/up', why: 'is a link out of the tree' },
      { file: 'huge.c', why: 'is larger than 32 MB; a C source is smaller' },
      { file: 'loop.c', why: 'is a link that leads nowhere, or to itself' },
      { file: 'out', why: 'is a link out of the tree' },
      { file: 'pipe.c', why: 'is no file but a pipe' },
      { file: 'same.c', why: 'is a link to a file of the tree, read there' },
      { file: 'zero.c', why: 'is no text: it holds zero bytes' },
    ]);
  });

  test('folders and files that refuse, or have gone, are told; the root that refuses is an error', async () => {
    const refusing = (...names: string[]) =>
      new FolderTree(root, {
        entriesOf: (path) => {
          if (names.includes(relative(root, path)))
            throw new InputError(path, 'cannot be read (permission denied)');
          return entriesOf(path);
        },
        readBytes: (path) =>
          names.includes(relative(root, path))
            ? readBytes(join(root, 'it-has-gone'), FILE.audited)
            : readBytes(path, FILE.audited),
      });
    const tree = refusing('net', 'a.c');
    expect((await all(tree)).map(({ path }) => path)).toEqual(['a-b/c.c', 'a/b.c', 'a/z.h']);
    expect(tree.skipped).toEqual([
      { file: 'a.c', why: 'there is no such file' },
      { file: 'net', why: 'cannot be read (permission denied)' },
    ]);
    await expect(all(refusing(''))).rejects.toThrow('permission denied');
  });

  test('deep folders end', async () => {
    const deep = write('deep', { [`${'d/'.repeat(80)}x.c`]: 'int x;\n', 'y.c': 'int y;\n' });
    const tree = await openTrees([deep]);
    expect((await all(tree)).map(({ path }) => path)).toEqual(['y.c']);
    expect(tree.skipped.map(({ why }) => why)).toEqual(['lies more than 64 folders deep']);
  });

  test('archives that are cut short or damaged are errors, wherever that shows', async () => {
    const whole = readBytes(join(folder, 'tree.tar.xz'), FILE.audited);
    const flipped = Uint8Array.from(whole);
    flipped[whole.length >> 1]! ^= 0xff;
    write('cut', {
      'a.tar.xz': Buffer.from(whole.subarray(0, whole.length - 60)),
      'b.tar.xz': Buffer.from(flipped),
      'c.tar.gz': gzipSync('no tar at all '.repeat(100)),
      'd.tar': Buffer.from('nothing'),
    });
    for (const name of ['a.tar.xz', 'b.tar.xz', 'c.tar.gz', 'd.tar']) {
      const reading = openTrees([join(folder, 'cut', name)]).then((tree) => all(tree));
      await expect(reading, name).rejects.toThrow(/name a folder/);
      await expect(reading, name).rejects.toBeInstanceOf(InputError);
    }
  });

  test.each([
    [['nowhere'], undefined, 'there is no such file'],
    [[root, join(root, 'net')], undefined, 'name one of the two'],
    [[root], 'v99', 'there is no revision "v99"'],
    [[root], '--output=x', 'there is no revision'],
    [[tmpdir()], 'v1', 'is in no git repository'],
    [[join(root, 'a.c')], 'v1', 'is no folder; with --rev'],
    [[join(root, 'net/README')], undefined, 'is no archive'],
  ])('%s at %s is an error: %s', async (paths, rev, problem) => {
    const reading = openTrees(paths, { rev }).then((tree) => all(tree));
    await expect(reading).rejects.toThrow(problem);
    await expect(reading).rejects.toBeInstanceOf(InputError);
  });
});
