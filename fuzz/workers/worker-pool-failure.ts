import { InputError } from '../../targets/subject/input-error.ts';

/** An error on its way between threads. A structured clone of an Error would lose its class and its own fields. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** What makes it an InputError. */
  readonly input?: { readonly file: string; readonly line?: number; readonly column?: number };
}

/** An error as plain data. */
export function packFailure(thrown: unknown): Failure {
  if (!(thrown instanceof Error)) return { name: 'Error', message: String(thrown), stack: undefined };
  const { name, message, stack } = thrown;
  if (!(thrown instanceof InputError)) return { name, message, stack };
  const { file, line, column } = thrown;
  const position = line === undefined || column === undefined ? {} : { line, column };
  return { name, message, stack, input: { file, ...position } };
}

/** The same error, on the other side. An InputError is one again. */
export function unpackFailure({ name, message, stack, input }: Failure): Error {
  const error = input ? inputError(message, input) : Object.assign(new Error(message), { name });
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** The message of an InputError begins with its place, which its constructor puts there again. */
function inputError(message: string, { file, line, column }: NonNullable<Failure['input']>): InputError {
  if (line === undefined || column === undefined)
    return new InputError(file, message.slice(`${file}: `.length));
  return new InputError(file, message.slice(`${file}:${line}:${column}: `.length), { line, column });
}
