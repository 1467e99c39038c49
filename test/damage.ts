import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { RandomChoices } from '../fuzz/program/choices.ts';

/** Does something to a file. @returns what, in words */
type Damage = (path: string, choices: RandomChoices, others: readonly string[]) => string;

function lines(change: (lines: string[], at: number, other: number) => string[]): Damage {
  return (path, choices) => {
    const all = readFileSync(path, 'utf8').split(/(?<=\n)/);
    const [at, other] = [choices.below(all.length), choices.below(all.length)];
    writeFileSync(path, change(all, at, other).join(''));
    return `lines ${at + 1} and ${other + 1} of ${all.length}`;
  };
}

/** What bad disks, bad copies and people do to files. */
const DAMAGES: Readonly<Record<string, Damage>> = {
  'a bit flipped': (path, choices) => {
    const bytes = readFileSync(path);
    if (bytes.length === 0) return 'nothing';
    const at = choices.below(bytes.length);
    bytes[at]! ^= 1 << choices.below(8);
    writeFileSync(path, bytes);
    return `byte ${at}`;
  },
  'a number changed': (path, choices) => {
    const text = readFileSync(path, 'utf8');
    const numbers = [...text.matchAll(/\d+/g)];
    const found = numbers[choices.below(Math.max(1, numbers.length))];
    if (!found) return 'nothing';
    const instead = [String(choices.below(10)), '-1', '1e300', '99999999999', '0.5'][choices.below(5)]!;
    const end = found.index + found[0].length;
    writeFileSync(path, text.slice(0, found.index) + instead + text.slice(end));
    return `${found[0]} at ${found.index} to ${instead}`;
  },
  'cut short': (path, choices) => {
    const bytes = readFileSync(path);
    const length = choices.below(bytes.length + 1);
    writeFileSync(path, bytes.subarray(0, length));
    return `to ${length} bytes`;
  },
  'a line deleted': lines((all, at) => all.toSpliced(at, 1)),
  'a line twice': lines((all, at) => all.toSpliced(at, 0, all[at]!)),
  'two lines swapped': lines((all, at, other) => all.with(at, all[other]!).with(other, all[at]!)),
  'a folder in its place': (path) => {
    rmSync(path);
    mkdirSync(path);
    return '';
  },
  'a link in its place': (path, choices, others) => {
    rmSync(path);
    const to = choices.below(2) === 0 ? '/nowhere/at/all' : others[choices.below(others.length)]!;
    symlinkSync(to, path);
    return `to ${to}`;
  },
  empty: (path) => {
    writeFileSync(path, '');
    return '';
  },
  missing: (path) => {
    rmSync(path);
    return '';
  },
  'another file in its place': (path, choices, others) => {
    const from = others[choices.below(others.length)]!;
    if (from !== path) copyFileSync(from, path);
    return from;
  },
  'swapped with another': (path, choices, others) => {
    const other = others[choices.below(others.length)]!;
    if (other === path) return 'nothing';
    renameSync(path, `${path}.swap`);
    renameSync(other, path);
    renameSync(`${path}.swap`, other);
    return other;
  },
};

/** Damages one of the files below a folder. @returns which, and how */
export function damageIn(
  folder: string,
  choices: RandomChoices,
): { readonly path: string; readonly how: string } {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  const path = files[choices.below(files.length)]!;
  const kinds = Object.keys(DAMAGES);
  const kind = kinds[choices.below(kinds.length)]!;
  const how = DAMAGES[kind]!(path, choices, files);
  return { path, how: `${kind} ${how}`.trim() };
}

/** All whole lines of the files below a folder: one without its end was being written. */
export function linesBelow(folder: string): Set<string> {
  if (!existsSync(folder)) return new Set();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Set(
    files.flatMap(({ parentPath, name }) => {
      const lines = readFileSync(join(parentPath, name), 'utf8').split('\n');
      return name.includes('.jsonl') ? lines.slice(0, -1) : lines.filter((line) => line !== '');
    }),
  );
}
