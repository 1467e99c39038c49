import { test } from 'vitest';
import { madeUp, WHOLE, large } from './made-up-audit.ts';
import { auditText } from '../../export/audit/audit-text.ts';
import { counterText } from '../../export/audit/counter-text.ts';
import { plainStyle } from '../../export/show/style.ts';
test('x', () => {
console.log(auditText(madeUp(), ['linux'], plainStyle).join('\n'));
console.log('=====');
console.log(counterText(WHOLE, ['linux'], plainStyle).join('\n'));
console.log('=====');
console.log(auditText(large(5000), ['linux'], plainStyle).join('\n'));
});
