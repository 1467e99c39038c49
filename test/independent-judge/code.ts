import type { Body, Comparison, Result, Step } from './language.ts';

/** An access of the language. */
export type AccessStep = Exclude<Step, { do: 'warn' | 'if' | 'return' }>;

/** A body without nesting: conditions are jumps. `end` is the last of every piece of code. */
export type Instruction =
  | { readonly kind: 'access'; readonly step: AccessStep }
  | { readonly kind: 'warn'; readonly text: string }
  /** Goes to `to` unless the comparison holds. */
  | { readonly kind: 'unless'; readonly is: Comparison; readonly value: number; readonly to: number }
  | { readonly kind: 'jump'; readonly to: number }
  | { readonly kind: 'return'; readonly result: Result };

/** Flattens a body, so that where an op stands is one number. */
export function codeOf(body: Body): readonly Instruction[] {
  const code: Instruction[] = [];
  append(body, code);
  code.push({ kind: 'return', result: 'void' });
  return code;
}

function append(body: Body, code: Instruction[]): void {
  for (const step of body) {
    switch (step.do) {
      case 'warn':
        code.push({ kind: 'warn', text: step.text });
        break;
      case 'return':
        code.push({ kind: 'return', result: step.result });
        break;
      case 'if':
        appendIf(step, code);
        break;
      case 'add_unless':
        appendLoop(step, code);
        break;
      default:
        code.push({ kind: 'access', step });
    }
  }
}

/** `unless → no; yes …; jump → end; no …; end` */
function appendIf(step: Extract<Step, { do: 'if' }>, code: Instruction[]): void {
  const test = code.length;
  code.push({ kind: 'jump', to: 0 });
  append(step.yes, code);
  const jump = code.length;
  code.push({ kind: 'jump', to: 0 });
  code[test] = { kind: 'unless', is: step.is, value: step.value, to: code.length };
  append(step.no, code);
  code[jump] = { kind: 'jump', to: code.length };
}

/** `load; unless r != … → end; attempt`: an attempt that fails has loaded anew, and goes back to the test before it. */
function appendLoop(step: Extract<Step, { do: 'add_unless' }>, code: Instruction[]): void {
  code.push({ kind: 'access', step: { do: 'load', word: step.word } });
  code.push({ kind: 'unless', is: '!=', value: step.unless, to: code.length + 2 });
  code.push({ kind: 'access', step });
}

/** Whether a comparison of the last result holds. */
export function holds(is: Comparison, r: number, value: number): boolean {
  switch (is) {
    case '==':
      return r === value;
    case '!=':
      return r !== value;
    case '<':
      return r < value;
    case '>':
      return r > value;
  }
}
