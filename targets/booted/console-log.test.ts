import { expect, test } from 'vitest';
import { ConsoleLog } from './console-log.ts';

test('what is short is kept whole', () => {
  const log = new ConsoleLog();
  log.add(Buffer.from('one\r\ntw'));
  log.add(Buffer.from('o\r\n'));
  expect(log.text).toBe('one\ntwo\n');
  expect(log.tail(1)).toEqual(['two']);
});

test('of a flood the beginning is kept, and the end', () => {
  const log = new ConsoleLog();
  const line = Buffer.from(`${'x'.repeat(99)}\n`);
  log.add(Buffer.from('first\n'));
  for (let at = 0; at < 100_000; at++) log.add(line);
  log.add(Buffer.from('last\n'));
  expect(log.bytes).toBe(10_000_011);
  expect(log.text.length).toBeLessThan(140_000);
  expect(log.text.startsWith('first\n')).toBe(true);
  expect(log.text).toMatch(/\[… \d+ bytes left out …\]/);
  expect(log.tail(2)).toEqual(['x'.repeat(99), 'last']);
});
