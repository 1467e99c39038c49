/** A constant, variable or type that clang does not know, or of which it knows too little: where it is first met. */
export interface UndefinedName {
  readonly name: string;
  readonly kind: 'identifier' | 'type' | 'incomplete';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Of a slip, what clang takes it for. */
  readonly meant: string | undefined;
}

const PLACE = String.raw`^(.*):(\d+):(\d+): (?:fatal )?error: `;
const NOT_DECLARED = new RegExp(
  `${PLACE}(use of undeclared identifier|unknown type name) '(\\w+)'(?:; did you mean '(\\w+)'\\?)?$`,
  'gm',
);
/** `field has incomplete type 'struct idr'`, `incomplete definition of type 'struct idr'`, … */
const NOT_COMPLETE = new RegExp(
  `${PLACE}.*\\bincomplete (?:type|definition of type) .*?'((?:struct|union|enum) \\w+)'`,
  'gm',
);

/** Each once, in the order of their places as clang tells them. */
export function undefinedNames(said: string): UndefinedName[] {
  const undeclared = Array.from(
    said.matchAll(NOT_DECLARED),
    ([, file, line, column, what, name, meant]): UndefinedName => ({
      name: name!,
      kind: what!.startsWith('use') ? 'identifier' : 'type',
      file: file!,
      line: Number(line),
      column: Number(column),
      meant,
    }),
  );
  const incomplete = Array.from(
    said.matchAll(NOT_COMPLETE),
    ([, file, line, column, name]): UndefinedName => ({
      name: name!,
      kind: 'incomplete',
      file: file!,
      line: Number(line),
      column: Number(column),
      meant: undefined,
    }),
  );
  const found = new Map<string, UndefinedName>();
  for (const one of [...undeclared, ...incomplete]) if (!found.has(one.name)) found.set(one.name, one);
  return [...found.values()];
}

/** What to write for it, where no header of refuzz's has it. */
export function nameAdvice({ name, kind, meant }: UndefinedName): string {
  if (meant) return `is ${meant} meant?`;
  if (kind === 'incomplete') return 'paste its definition, or as much of it as the code uses';
  if (kind === 'type') return `paste its definition; if it does not matter: typedef int ${name};`;
  // In capitals, a constant.
  return /[a-z]/.test(name)
    ? 'paste its declaration'
    : `paste its definition; if its value does not matter: enum { ${name} };`;
}

const SYNTAX =
  /^.*:\d+:\d+: (?:fatal )?error: (?:expected |extraneous |unterminated |invalid preprocessing )/m;

/** After a slip in the syntax clang takes much for unknown that is not; then its own words say more. */
export function isMisread(said: string): boolean {
  return SYNTAX.test(said);
}
