import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isHostName } from '../recorded/host-names.ts';
import { refuseHostNames } from './own-names.ts';

const refused = (text: string) => () => refuseHostNames('a.c', text);

describe('what is refuzz’s own is refused where it is defined', () => {
  test.each([
    ['void refuzz_free(void) { }', '1:6'],
    ['/* one\n * two */ int x;\nstatic inline\nint refuzz_linked (void)\n{ return 1; }', '4:5'],
    ['#include <refuzz.h>\n# define refuzz_use() do { } while (0)', '2:10'],
    ['#undef refuzz_free', '1:8'],
    ['void refuzz_call_rcu(void *head, void (*func)(void *)) __attribute__((noinline)) { }', '1:6'],
    ['unsigned __tsan_atomic32_load(void *a, int order) { return 0; }', '1:10'],
    ['void __ubsan_handle_out_of_bounds_minimal(void) {}', '1:6'],
    ['char __heap_base;', '1:6'],
    ['static int __data_end[4];', '1:12'],
    ['void mine(void) __asm__("refuzz_free");', '1:26'],
  ])('%s', (text, place) => {
    expect(refused(text)).toThrow(
      new RegExp(`^a\\.c:${place}: "\\w+" is refuzz's own; give yours another name$`),
    );
  });
});

describe('what is called, declared, or only mentioned is not', () => {
  test.each([
    'void f(void) { refuzz_free(); if (refuzz_linked()) { refuzz_use(); } }',
    'void refuzz_free(void);',
    'extern char __heap_base;\nint g(void) { return __heap_base; }',
    '/* void refuzz_free(void) { } */\n// #define refuzz_free',
    'void refuzz_mine(void) { }\n#define __mine 1',
    'while (refuzz_linked())\n\t;\n{ int x; }',
  ])('%s', (text) => {
    expect(refused(text)).not.toThrow();
  });
});

test('all that host.h declares is known', () => {
  const header = readFileSync('targets/c/include/refuzz/host.h', 'utf8');
  const declared = [...header.matchAll(/^\w[\w ]*?\**(refuzz_\w+)\([^{\n]*\);$/gm)].map(([, name]) => name!);
  expect(declared.length).toBeGreaterThan(15);
  expect(declared.filter((name) => !isHostName(name))).toEqual([]);
});
