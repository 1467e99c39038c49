import type { KtapTest } from '../../targets/booted/ktap-log.ts';
import { readKtap } from '../../targets/booted/ktap-log.ts';
import type { LoadedModule } from '../../targets/booted/load-modules.ts';
import type { Result } from './result.ts';

/** A module that was inserted in a booted kernel, and the tests whose KTAP it has logged. */
export function moduleResults({ path, exitCode, log }: LoadedModule): Result[] {
  const ktap = readKtap(log);
  return [
    inserted(path, exitCode),
    ...(ktap?.tests.flatMap((test) => leaves(test, path)) ?? []),
    // A log that breaks off, or contradicts itself, decides nothing.
    ...(ktap?.problems.map(
      (message): Result => ({ suite: path, name: `KTAP: ${message}`, status: 'undecided', message }),
    ) ?? []),
  ];
}

/**
 * Whether the module went in. That is a result of its own: a module whose tests are all fine and which the kernel then
 * refused to load again would be no success.
 */
function inserted(path: string, exitCode: number | undefined): Result {
  const one = { suite: path, name: 'inserted' };
  if (exitCode === 0) return { ...one, status: 'ok', message: '' };
  if (exitCode === undefined)
    return { ...one, status: 'undecided', message: 'the guest did not come so far, or did not come back' };
  return { ...one, status: 'failed', message: `insmod failed (${exitCode})` };
}

/** Tests that have no subtests, with the names of those around them. */
function leaves(test: KtapTest, suite: string, within = ''): Result[] {
  const name = `${within}${test.name}`;
  if (test.subtests.length > 0) return test.subtests.flatMap((one) => leaves(one, suite, `${name}/`));
  const message = test.directive || (test.status === 'failed' ? (test.diagnostics.at(-1) ?? 'not ok') : '');
  return [{ suite, name, status: test.status, message, details: test.diagnostics }];
}

/** How the tests of a log went, for a person. @returns undefined for a log without KTAP */
export function testsLine(log: readonly string[]): string | undefined {
  const ktap = readKtap(log);
  if (!ktap) return undefined;
  const all = ktap.tests.flatMap((test) => leaves(test, ''));
  const count = (wanted: Result['status']) => all.filter(({ status }) => status === wanted).length;
  return [
    `KTAP: ${count('ok')} ok, ${count('failed')} not ok, ${count('skipped')} skipped`,
    ...ktap.problems,
  ].join('; ');
}
