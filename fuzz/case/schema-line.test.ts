import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Case } from './case.ts';
import { formatCase } from './case-file.ts';
import { loadCases, readCase, removeHalfWritten, storeCase, writeCase } from './corpus.ts';
import { caseSchema } from './json-schema.ts';
import { SCHEMA_FILE } from './schema-line.ts';

const [STORED, OTHER] = loadCases(['corpus/canary']).map((one) => one.case) as [Case, Case];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'refuzz-schema-line-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const schema = () => join(folder, SCHEMA_FILE);

test('a stored case names the schema of its corpus, wherever it lies, and reads as before', () => {
  const { cause: _, ...causeless } = OTHER;
  for (const stored of [STORED, causeless]) {
    const path = storeCase(folder, stored);
    const [line, ...rest] = readFileSync(path, 'utf8').split('\n');
    const way = /^# yaml-language-server: \$schema=(.*)$/.exec(line!)![1]!;
    expect(resolve(dirname(path), way)).toBe(schema());
    expect(rest.join('\n')).toBe(formatCase(stored));
    expect(formatCase(readCase(path))).toBe(formatCase(stored));
  }
  expect(readFileSync(schema(), 'utf8')).toBe(caseSchema());
});

test('a schema of an earlier version is renewed, and a file of somebody else stays', () => {
  writeFileSync(schema(), '{ "$id": "urn:refuzz:case" }');
  storeCase(folder, STORED);
  expect(readFileSync(schema(), 'utf8')).toBe(caseSchema());
  writeFileSync(schema(), '{}');
  storeCase(folder, STORED);
  expect(readFileSync(schema(), 'utf8')).toBe('{}');
});

test('a case that is written over keeps its line, or its lack of one', () => {
  const path = storeCase(folder, STORED);
  const text = readFileSync(path, 'utf8');
  writeCase(path, STORED);
  expect(readFileSync(path, 'utf8')).toBe(text);
  writeFileSync(path, formatCase(STORED));
  writeCase(path, STORED);
  expect(readFileSync(path, 'utf8')).toBe(formatCase(STORED));
});

test('what a kill left of the schema goes with what it left of the case', () => {
  writeFileSync(`${schema()}.123456`, '{');
  removeHalfWritten(folder, STORED);
  expect(existsSync(`${schema()}.123456`)).toBe(false);
});
