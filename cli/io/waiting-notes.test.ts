import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { waitingNotes } from './waiting-notes.ts';

let said = '';
const io = {
  err: (text: string) => {
    said += text;
  },
};
beforeEach(() => {
  said = '';
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A piece of work of so many milliseconds, during which timers are heard. */
function work(begins: (what: string) => () => void, what: string, milliseconds: number): void {
  const over = begins(what);
  vi.advanceTimersByTime(milliseconds);
  over();
}

test('what is over within a second is not mentioned', () => {
  const begins = waitingNotes(io);
  work(begins, 'compiling a.c', 400);
  work(begins, 'compiling b.c', 500);
  vi.advanceTimersByTime(10_000);
  expect(said).toBe('');
});

test('after a second of it all, it is said what goes on, and then each piece as it is done', () => {
  const begins = waitingNotes(io);
  work(begins, 'compiling a.c', 700);
  work(begins, 'compiling b.c', 800);
  work(begins, 'compiling c.c', 2000);
  expect(said).toBe('compiling b.c …\n  1.5 s  compiling b.c\n  3.5 s  compiling c.c\n');
});

test('a piece that keeps the thread busy is told at its end', () => {
  let time = 0;
  const begins = waitingNotes(io, () => time);
  const over = begins('compiling a.c');
  time = 4100;
  over();
  expect(said).toBe('  4.1 s  compiling a.c\n');
});
