import { expect, test } from 'vitest';
import { divergenceOf } from '../../oracles/divergence.ts';
import { targetLike } from '../../test/mutants/campaigns.ts';
import { parseProgram } from '../case/program-text.ts';
import { harnessOf } from '../run/harness.ts';
import { quickCause } from './quick-cause.ts';

function causeOf(target: string, signature: string, program: string): string {
  const harness = harnessOf(targetLike(target));
  const divergence = divergenceOf(signature)!;
  return quickCause(harness, { divergence, program: parseProgram(harness, program), schedule: undefined });
}

test.each([
  ['of one op that shows it alone', 'inc-zero-value-protects', '0: inc', 'inc'],
  [
    'of a large program, though the op shows it alone',
    'inc-zero-value-protects',
    '5: read, inc | dec',
    'inc',
  ],
  ['of the same op elsewhere', 'inc-saturated-value-protects', '5: read, inc | dec', 'inc'],
  ['of an op that sees what another did', 'read-zero-result-protects', '0: inc | read', 'read zero'],
])('%s', (_, signature, program, cause) => {
  expect(causeOf('refcount-v4.11', signature, program)).toBe(cause);
});

test('of a protocol it is the op and the boundary, also where the op is alone', () => {
  const signature = 'lookup-interior-result-changes';
  expect(causeOf('inet-peer-naive', signature, 'idle: lookup | lookup')).toBe('lookup interior');
  expect(causeOf('inet-peer-naive', signature, 'idle: lookup')).toBe('lookup interior');
});
