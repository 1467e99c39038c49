import { program } from './example/case.mjs';

/** Prints accesses in the order in which they were made. */
export function printTable(values, rows) {
  const head = { thread: 'thread', op: 'op', access: 'access', values, end: '' };
  const columns = ['thread', 'op', 'access', 'values'];
  const name = ({ thread }) => (thread === program.length ? 'RCU' : String(thread));
  const lines = [head, ...rows.map((row) => ({ ...row, thread: name(row) }))];
  const width = (column) => Math.max(...lines.map((line) => line[column].length));
  for (const line of lines) {
    const cells = columns.map((column) => line[column].padEnd(width(column)));
    console.log([...cells, line.end.trim()].join('  ').trimEnd());
  }
  console.log();
}
