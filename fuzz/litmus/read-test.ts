import { InputError } from '../../targets/subject/input-error.ts';
import { readBody } from './read-c.ts';
import { readEnd } from './read-condition.ts';
import { described, Scanner, type Token } from './scanner.ts';
import type { Expected, Initial, LitmusTest, Thread } from './syntax.ts';

/**
 * Reads a litmus test in the dialect of the kernel's tools/memory-model.
 *
 *     C MP+poonceonces
 *     { int x = 0; }
 *     P0(int *x, int *y) { WRITE_ONCE(*x, 1); WRITE_ONCE(*y, 1); }
 *     P1(int *x, int *y) { int r0 = READ_ONCE(*y); int r1 = READ_ONCE(*x); }
 *     exists (1:r0=1 /\ 1:r1=0)
 *
 * @param file its name, for messages
 * @throws InputError with the place and the remedy
 */
export function readLitmusTest(file: string, text: string): LitmusTest {
  const scanner = new Scanner(file, text);
  const name = readName(scanner);
  scanner.skipTo('{');
  const { words, registers } = readInitial(scanner);
  const threads = readThreads(scanner);
  for (const { parameters } of threads) for (const one of parameters) if (!words.has(one)) words.set(one, 0);
  const end = readEnd(scanner, words, threads.length);
  for (const { thread } of registers)
    if (thread >= threads.length)
      throw new InputError(file, `gives P${thread} a register; there is no P${thread}`);
  return { file, name, words, registers, threads, ...end, expected: expectedOf(text) };
}

/** `C MP+poonceonces`. The name has signs in it, and ends with the line or a comment. */
function readName(scanner: Scanner): string {
  const first = scanner.next('OCaml');
  if (first.text !== 'C')
    throw scanner.error(
      first,
      `a litmus test of the kernel begins with "C" and its name, as "C MP+poonceonces"; found ${described(first)}`,
    );
  const name = scanner
    .restOfLine()
    .replace(/\(\*.*|\/\/.*|\/\*.*/, '')
    .trim();
  if (name === '') throw scanner.error(first, 'the test has no name: write it behind the "C"');
  return name;
}

/*
 * In the initial state a name on the right is a pointer, with `&` or without: herd7 has no other way to say it, and the
 * kernel's tests write either. A word that nobody sets holds 0, and need not be listed: threads name their words as
 * parameters, and words that are only pointed to are named there.
 */

type MutableWords = Map<string, Initial>;

/** `{ x = 1; int *p = &x; 0:r1 = y; spinlock_t lock; }` */
function readInitial(scanner: Scanner): { words: MutableWords; registers: LitmusTest['registers'] } {
  const words: MutableWords = new Map();
  const pointedTo: Token[] = [];
  const registers: { thread: number; name: string; initial: Initial }[] = [];
  scanner.expect('{', 'OCaml');
  while (!scanner.take('}', 'OCaml')) {
    if (scanner.take(';', 'OCaml')) continue;
    const start = scanner.peek('OCaml');
    if (start.kind === 'number') {
      const thread = Number(scanner.next('OCaml').text);
      scanner.expect(':', 'OCaml');
      const name = declaredName(scanner);
      scanner.expect('=', 'OCaml');
      registers.push({ thread, name: name.text, initial: readValue(scanner, pointedTo) });
    } else {
      const name = declaredName(scanner);
      const given = scanner.take('=', 'OCaml');
      words.set(name.text, given ? readValue(scanner, pointedTo) : 0);
    }
    endOfEntry(scanner);
  }
  // `p = &y` names y as well: nobody need list it.
  for (const { text } of pointedTo) if (!words.has(text)) words.set(text, 0);
  return { words, registers };
}

/** Entries are parted by `;`, and the last one may do without. */
function endOfEntry(scanner: Scanner): void {
  const { text } = scanner.peek('OCaml');
  if (text === '[')
    throw scanner.error(scanner.peek('OCaml'), 'arrays are not supported: name a word for each element');
  if (text !== '}') scanner.expect(';', 'OCaml');
}

/** The last of several words: `struct srcu_struct *s`, `[x]`. */
function declaredName(scanner: Scanner): Token {
  if (scanner.take('[', 'OCaml')) {
    const name = scanner.name('the name of a word', 'OCaml');
    scanner.expect(']', 'OCaml');
    return name;
  }
  let name = scanner.name('the name of a word or register', 'OCaml');
  for (;;) {
    const { kind, text } = scanner.peek('OCaml');
    if (text === '*') scanner.next('OCaml');
    else if (kind === 'name') name = scanner.next('OCaml');
    else return name;
  }
}

/** `1`, `-1`, `&x`, `x`, `ATOMIC_INIT(1)`. As in herd7, the name of a word is a pointer to it. */
function readValue(scanner: Scanner, pointedTo: Token[]): Initial {
  const token = scanner.next('OCaml');
  if (token.text === '-') return -Number(scanner.next('OCaml').text);
  if (token.kind === 'number') return Number(token.text) | 0;
  if (token.text === '(' || token.text === 'ATOMIC_INIT') {
    if (token.text !== '(') scanner.expect('(', 'OCaml');
    const value = readValue(scanner, pointedTo);
    scanner.expect(')', 'OCaml');
    return value;
  }
  if (token.text === 'NULL') return 0;
  const name = token.text === '&' ? scanner.name('the name of a word', 'OCaml') : token;
  if (name.kind !== 'name')
    throw scanner.error(name, `expected a number or a word, found ${described(name)}`);
  pointedTo.push(name);
  return { pointsTo: name.text };
}

/** `P0(…) { … }`, one after the other. */
function readThreads(scanner: Scanner): Thread[] {
  const threads: Thread[] = [];
  while (/^P\d+$/.test(scanner.peek('OCaml').text)) {
    const name = scanner.next('OCaml');
    if (name.text !== `P${threads.length}`)
      throw scanner.error(
        name,
        `expected P${threads.length}, found ${name.text}: threads are numbered from P0`,
      );
    threads.push({ parameters: readParameters(scanner), body: readBody(scanner) });
  }
  const { kind, text, ...place } = scanner.peek('OCaml');
  if (threads.length === 0)
    throw scanner.error(
      place,
      `expected a thread, as "P0(int *x) { … }", found ${described({ kind, text, ...place })}`,
    );
  return threads;
}

/**
 * `(int *x, struct foo **p, spinlock_t *lock)`: what counts is the last word of each, which is the name of a shared word. All
 * of them are pointers, whatever the type says.
 */
function readParameters(scanner: Scanner): string[] {
  const parameters: string[] = [];
  scanner.expect('(', 'C');
  while (!scanner.take(')', 'C')) {
    let name = scanner.name('a parameter', 'C');
    for (;;) {
      const { kind, text } = scanner.peek('C');
      if (text === '*') scanner.next('C');
      else if (kind === 'name') name = scanner.next('C');
      else break;
    }
    if (name.text !== 'void') parameters.push(name.text);
    if (scanner.peek('C').text !== ')') scanner.expect(',', 'C');
  }
  return parameters;
}

/** `Result: Never`, in whatever comment. */
function expectedOf(text: string): Expected | undefined {
  const match = /\bResult:\s*(Never|Sometimes|Always|DEADLOCK)\b([^\n]*)/.exec(text);
  if (!match) return undefined;
  return {
    observation: match[1] as Expected['observation'],
    isRace: /data-?race/i.test(match[2]!),
    line: text.slice(0, match.index).split('\n').length,
  };
}
