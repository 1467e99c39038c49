import { expect, test } from 'vitest';
import { ENGINES, uselessBecause } from './engines.ts';
import { ENGINE_OPTIONS, type EngineOptionName } from './options.ts';

const NAMES = Object.keys(ENGINE_OPTIONS) as EngineOptionName[];

test.each(ENGINES)('engine $name takes an option, or says why it does not', (engine) => {
  const { takes, useless } = engine;
  for (const name of NAMES) {
    const isRefused = useless[name] !== undefined;
    // What only one engine takes needs no reason of the others.
    const isOfOne = ENGINES.filter((one) => one.takes.includes(name)).length === 1;
    expect(takes.includes(name) || isRefused || isOfOne, name).toBe(true);
    expect(takes.includes(name) && isRefused, name).toBe(false);
    expect(uselessBecause(engine, name) === undefined, name).toBe(takes.includes(name));
  }
});

test('an option of another engine alone is refused with that engine', () => {
  const random = ENGINES.find(({ name }) => name === 'random')!;
  expect(uselessBecause(random, 'cpus')).toBe('--cpus goes with --engine kernel only');
  expect(uselessBecause(random, 'program')).toMatch(/^--program does not go with --engine random: it races/);
});

test('engines have different names and different folders', () => {
  for (const part of ['name', 'state'] as const)
    expect(new Set(ENGINES.map((engine) => engine[part])).size).toBe(ENGINES.length);
});
