import type { Exit, LoopOp } from '../sites/site.ts';

/**
 * The statements that stand in the place of a loop, once its op is a call that tells whether it was granted.
 *
 *     both ways return, true and false      return refcount_inc_not_zero(&p->refs);
 *     it is refused, and returns            if (!refcount_inc_not_zero(&p->refs))
 *                                                   return NULL;
 *     it leaves a variable                  found = refcount_inc_not_zero(&p->refs);
 *
 * @param call an expression of the call
 * @param indent what lines begin with behind the first
 */
export function loopText(loop: LoopOp, call: string, indent = ''): string {
  const text = statementsText(loop, call, indent);
  return loop.gives ? text.replace(/^([ \t]*)return /m, '$1') : text;
}

function statementsText({ granted, refused, use }: LoopOp, call: string, indent: string): string {
  // A form that is never refused, or always: only one way is left.
  const [, plain, answer] = /^\((.*), ([01])\)$/s.exec(call) ?? [];
  if (plain !== undefined)
    return inARow([`${plain};`, ...(answer === '1' ? granted : refused).statements], indent);
  if (call === '1' || call === '0') return inARow((call === '1' ? granted : refused).statements, indent);
  if (use.kind === 'void') {
    const isNothing = call === '(void)0' && granted.statements.length > 0;
    return inARow([...(isNothing ? [] : [`${call};`]), ...granted.statements], indent);
  }
  const told = toldText(granted, refused, call);
  if (told !== undefined) return told;
  const test = (isGranted: boolean) => (isGranted ? call : negated(call));
  const [early, late, isGranted] =
    refused.jumps || granted.statements.length === 0 ? [refused, granted, false] : [granted, refused, true];
  if (early.statements.length === 0) return `(void)${call};`;
  const first = `if (${test(isGranted)})${body(early.statements, indent)}`;
  if (late.statements.length === 0) return first;
  if (early.jumps) return inARow([first, ...late.statements], indent);
  return `${first}\n${indent}else${body(late.statements, indent)}`;
}

/**
 * Where the two ways differ in what they tell, and in nothing else.
 *
 *     returns false, returns true        return !call;
 *     err = 0, err = -ENOENT             err = call ? 0 : -ENOENT;
 */
function toldText(granted: Exit, refused: Exit, call: string): string | undefined {
  if (granted.returns !== undefined && refused.returns === !granted.returns)
    return `return ${granted.returns ? call : negated(call)};`;
  const [yes, no] = [granted.assigns, refused.assigns];
  if (!yes || !no || yes.name !== no.name) return undefined;
  if (yes.value === 1 && no.value === 0) return `${yes.name} = ${call};`;
  if (yes.value === 0 && no.value === 1) return `${yes.name} = ${negated(call)};`;
  return `${yes.name} = ${call} ? ${yes.value} : ${no.value};`;
}

function negated(call: string): string {
  return call.startsWith('!') ? call.slice(1) : `!${call}`;
}

function inARow(statements: readonly string[], indent: string): string {
  return statements.length === 0 ? ';' : statements.join(`\n${indent}`);
}

/** Braces where there is more than one. */
function body(statements: readonly string[], indent: string): string {
  const lines = statements.map((text) => `\n${indent}\t${text}`).join('');
  return statements.length === 1 ? lines : ` {${lines}\n${indent}}`;
}
