import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseSync } from 'oxc-parser';

/**
 * Measures the source itself: what `test/ratchet.test.ts` holds, and the table in CONTRIBUTING.md.
 *
 *     npm run build && node dist/bench/house.js [folder]
 */

/** Folders whose sources are measured; tests, benchmarks and declaration files are not. */
export const FLOORS = ['cli', 'export', 'convert', 'audit', 'fuzz', 'oracles', 'targets'];

/** A function of any form, at its first line. */
export interface MeasuredFunction {
  readonly place: string;
  readonly lines: number;
}

export interface MeasuredFile {
  readonly path: string;
  readonly lines: number;
  /** Lines that hold a comment and no code. */
  readonly commentLines: number;
  readonly functions: readonly MeasuredFunction[];
  /** `path:line name` of each exported declaration that no docstring stands over. */
  readonly undocumented: readonly string[];
  readonly exports: number;
  /** Relative imports, as paths from the root. */
  readonly imports: readonly string[];
}

/** The nodes that are looked at, with their places in the text. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** @param root the checkout; paths in the result start below it */
export function measureHouse(root = '.'): MeasuredFile[] {
  return FLOORS.flatMap((floor) => sourcesIn(root, floor)).map((path) =>
    measureFile(path, readFileSync(join(root, path), 'utf8')),
  );
}

function sourcesIn(root: string, floor: string): string[] {
  return readdirSync(join(root, floor), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.(test|d)\.ts$/.test(name))
    .map((name) => join(floor, name))
    .sort();
}

/** @param path names the file in places @param text of TypeScript @throws Error for what does not parse */
export function measureFile(path: string, text: string): MeasuredFile {
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]!.message}`);
  const lineOf = lineNumbers(text);
  const place = ({ start }: Node) => `${path}:${lineOf(start)}`;
  const functions: MeasuredFunction[] = [];
  const imports: string[] = [];
  walk(program as unknown as Node, (node) => {
    if (FUNCTIONS.has(node.type)) {
      functions.push({ place: place(node), lines: lineOf(node.end) - lineOf(node.start) + 1 });
    }
    const source = (node.source as Node | null | undefined)?.value;
    if (typeof source === 'string' && source.startsWith('.'))
      imports.push(normalize(join(dirname(path), source)));
  });
  const documentedAt = new Set(
    comments
      .filter(({ type, value }) => type === 'Block' && value.startsWith('*'))
      .map(({ end }) => end + text.slice(end).search(/\S/)),
  );
  const exported = exportedIn(program.body as unknown as readonly Node[]);
  return {
    path,
    lines: text.trimEnd().split('\n').length,
    commentLines: commentLines(text, comments),
    functions,
    undocumented: exported
      .filter(({ node }) => !documentedAt.has(node.start))
      .map(({ node, name }) => `${place(node)} ${name}`),
    exports: exported.length,
    imports,
  };
}

/** Lines on which a comment stands alone: from the first non-blank of the line, or within a block. */
function commentLines(
  text: string,
  comments: readonly { readonly start: number; readonly end: number }[],
): number {
  const lineOf = lineNumbers(text);
  const lines = new Set<number>();
  for (const { start, end } of comments) {
    const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
    if (before.trim() !== '') continue;
    for (let line = lineOf(start); line <= lineOf(end - 1); line++) lines.add(line);
  }
  return lines.size;
}

function exportedIn(body: readonly Node[]): { node: Node; name: string }[] {
  return body.flatMap((node) => {
    const declaration =
      node.type === 'ExportNamedDeclaration' ? (node.declaration as Node | null) : undefined;
    return declaration ? [{ node, name: nameOf(declaration) }] : [];
  });
}

function nameOf(declaration: Node): string {
  const [first] = (declaration.declarations as Node[] | undefined) ?? [declaration];
  return String((first!.id as Node | null)?.name ?? declaration.type);
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child !== null && typeof child === 'object' && 'type' in child) walk(child as Node, visit);
    }
  }
}

/** @returns the line, from 1, of an offset in the text */
function lineNumbers(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

/** Pairs of folders that import from each other, `one <-> other`. A folder and one inside it are no pair. */
export function twoWayPairs(files: readonly MeasuredFile[]): string[] {
  const edges = new Set<string>();
  for (const { path, imports } of files) {
    for (const imported of imports) edges.add(`${dirname(path)} ${dirname(imported)}`);
  }
  return [...edges]
    .map((edge) => edge.split(' ') as [string, string])
    .filter(([one, other]) => one < other && edges.has(`${other} ${one}`))
    .map((pair) => pair.join(' <-> '))
    .sort();
}

/** What the ratchet holds, as numbers. */
export interface HouseFigures {
  readonly files: number;
  readonly lines: number;
  readonly longestFile: string;
  readonly filesOver300: number;
  readonly functions: number;
  readonly longestFunction: string;
  readonly functionsOver70: number;
  readonly medianFunction: number;
  readonly ninetiethFunction: number;
  /** Per cent of lines. */
  readonly commentShare: number;
  readonly twoWayPairs: number;
  readonly exports: number;
  readonly undocumented: number;
}

/** @param files at least one */
export function figuresOf(files: readonly MeasuredFile[]): HouseFigures {
  const functions = files.flatMap((file) => file.functions).sort((one, other) => one.lines - other.lines);
  const longest = files.reduce((most, file) => (file.lines > most.lines ? file : most));
  const last = functions.at(-1)!;
  const sum = (of: (file: MeasuredFile) => number) => files.reduce((total, file) => total + of(file), 0);
  const lines = sum((file) => file.lines);
  return {
    files: files.length,
    lines,
    longestFile: `${longest.lines} ${longest.path}`,
    filesOver300: files.filter((file) => file.lines > 300).length,
    functions: functions.length,
    longestFunction: `${last.lines} ${last.place}`,
    functionsOver70: functions.filter((one) => one.lines > 70).length,
    medianFunction: functions[functions.length >> 1]!.lines,
    ninetiethFunction: functions[Math.floor(functions.length * 0.9)]!.lines,
    commentShare: Math.round((1000 * sum((file) => file.commentLines)) / lines) / 10,
    twoWayPairs: twoWayPairs(files).length,
    exports: sum((file) => file.exports),
    undocumented: sum((file) => file.undocumented.length),
  };
}

/** By room: files, lines, comment share. */
function roomTable(files: readonly MeasuredFile[]): string[] {
  const rooms = [...new Set(files.map(({ path }) => dirname(path)))];
  return rooms.map((room) => {
    const own = files.filter(({ path }) => dirname(path) === room);
    const { files: count, lines, commentShare, undocumented, exports } = figuresOf(own.map(asIfOneFunction));
    return `| ${room} | ${count} | ${lines} | ${commentShare} % | ${exports - undocumented} of ${exports} |`;
  });
}

/** A file of types has no functions, and `figuresOf` wants one. */
function asIfOneFunction(file: MeasuredFile): MeasuredFile {
  return file.functions.length > 0 ? file : { ...file, functions: [{ place: file.path, lines: 0 }] };
}

function main(root: string | undefined): void {
  const files = measureHouse(root);
  console.log('| figure | |\n|---|---|');
  for (const [name, value] of Object.entries(figuresOf(files))) console.log(`| ${name} | ${value} |`);
  console.log('\n| room | files | lines | comments | exports with a docstring |\n|---|---|---|---|---|');
  for (const row of roomTable(files)) console.log(row);
  for (const pair of twoWayPairs(files)) console.log(`two ways: ${pair}`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv[2]);
