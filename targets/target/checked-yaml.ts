import { closest } from 'fastest-levenshtein';
import type { Document, LineCounter, Node } from 'yaml';
import type { z } from 'zod';
import { InputError } from '../subject/input-error.ts';
import { yaml, zod } from '../subject/on-demand.ts';

/** Characters. */
const MOST_QUOTED = 200;

/** The keys and indices that lead to a node. */
export type Path = readonly PropertyKey[];

/** A file that has the shape its schema asks for. */
export interface Checked<T> {
  readonly value: T;
  /** The error to throw for a node that has the right shape and makes no sense. */
  errorAt(path: Path, text: string): InputError;
}

/**
 * Reads one YAML document, and holds it to a schema.
 *
 * The subset of YAML is the one that a reader can take at its face: words as keys, no aliases, no tags, one
 * document.
 *
 * @param file its name, for messages
 * @param before what is wrong by this schema is told before anything that is wrong by the other, as what is of a later
 *   version has no slips of the pen
 * @throws InputError at the misspelt key, else at the first node in the file that is wrong
 */
export function parseChecked<T>(
  file: string,
  text: string,
  schema: z.ZodType<T>,
  before?: z.ZodType,
): Checked<T> {
  const source = new Source(file, text);
  // Read once: a command may read a thousand cases, and most of its time is YAML's.
  const document = source.read();
  const early = before?.safeParse(document, { error: explain });
  if (early?.success === false) throw source.errorOf(early.error.issues);
  const parsed = schema.safeParse(document, { error: explain });
  if (!parsed.success) throw source.errorOf(parsed.error.issues);
  return { value: parsed.data, errorAt: (path, problem) => source.errorAt(path, problem) };
}

/**
 * `unknown op "icn"; did you mean "inc"?` The nearest is the one with the smallest Levenshtein distance, however large
 * that is: a hint, not a correction.
 */
export function unknownName(what: string, name: string, known: readonly string[]): string {
  const unknown = `unknown ${what} ${quoted(name)}`;
  return known.length > 0 ? `${unknown}; did you mean "${closest(name, known)}"?` : unknown;
}

/** What was found where something else was expected, in a word or two. */
export function describe(found: unknown): string {
  if (found === null || found === undefined) return 'nothing';
  if (Array.isArray(found)) return 'a list';
  if (typeof found === 'object') return 'a mapping';
  return typeof found === 'string' ? quoted(found) : String(found);
}

/** A text of somebody's in a message: of a long one the beginning, as a file of a megabyte may be one text. */
export function quoted(text: string): string {
  return text.length > MOST_QUOTED ? `"${text.slice(0, MOST_QUOTED)}…"` : `"${text}"`;
}

/** A document with its text's line starts: it turns paths into positions. */
class Source {
  readonly #file: string;
  readonly #lines: LineCounter;
  readonly #document: Document;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#lines = new (yaml().LineCounter)();
    this.#document = this.#guard(() =>
      yaml().parseDocument(text, {
        lineCounter: this.#lines,
        prettyErrors: false,
        logLevel: 'error',
        // It would compare each key with all before it: half a minute for a file of a megabyte.
        uniqueKeys: false,
      }),
    );
  }

  /**
   * The document as plain values. @throws InputError at the first thing that YAML itself, or our subset of it, refuses
   */
  read(): unknown {
    const { isScalar } = yaml();
    const { errors, warnings, contents } = this.#document;
    if (errors.some((error) => error.code === 'RESOURCE_EXHAUSTION')) throw this.#tooDeep();
    const problem = [...errors, ...warnings].sort((a, b) => a.pos[0] - b.pos[0])[0];
    if (problem) throw this.#errorAtOffset(problem.pos[0], SYNTAX[problem.code] ?? problem.message);
    if (contents === null || (isScalar(contents) && contents.value === null)) {
      throw new InputError(this.#file, 'the file is empty');
    }
    return this.#guard(() => {
      this.#rejectSurprises();
      return this.#document.toJS();
    });
  }

  /**
   * An error at the node to which a path leads. Paths are those of the schema's issues: `['ops', 2]` is the third entry
   * of the list below the key `ops`.
   */
  errorAt(path: Path, text: string): InputError {
    return this.#errorAtOffset(this.#offsetOf(path), text);
  }

  /**
   * A misspelt key comes first, wherever it stands: the same slip also makes the right key missing, and "missing"
   * is the lesser help.
   */
  errorOf(issues: readonly z.core.$ZodIssue[]): InputError {
    const found = issues.map((issue) => {
      const misspelt = issue.code === 'unrecognized_keys';
      const offset = misspelt ? this.#keyOffset(issue.path, issue.keys[0]!) : this.#offsetOf(issue.path);
      return { misspelt, offset, message: issue.message };
    });
    const first = found.sort((a, b) => Number(b.misspelt) - Number(a.misspelt) || a.offset - b.offset)[0]!;
    return this.#errorAtOffset(first.offset, first.message);
  }

  /**
   * yaml throws bare errors, without a position, when the stack is full. Any other error is a defect, and passes
   * through.
   */
  #guard<R>(work: () => R): R {
    try {
      return work();
    } catch (error) {
      const exhausted = [RangeError, ReferenceError, yaml().YAMLParseError].some(
        (kind) => error instanceof kind,
      );
      throw exhausted ? this.#tooDeep() : error;
    }
  }

  /** Where the stack ends is chance, so no position is given. */
  #tooDeep(): InputError {
    return new InputError(this.#file, 'nested too deeply');
  }

  /**
   * An alias shows a name where a reader wants the value. The key of `1: x` or `? [a]: x` would become text without a
   * word, and then look like one that is misspelt. Of a key that is there twice, one would be left out.
   */
  #rejectSurprises(): void {
    const { isNode, isScalar, visit } = yaml();
    visit(this.#document, {
      Alias: (_key, alias) => {
        throw this.#errorAtOffset(
          alias.range?.[0] ?? 0,
          `write the value out instead of the alias *${alias.source}`,
        );
      },
      Map: (_key, { items }) => {
        const keys = new Set<unknown>();
        for (const { key } of items) {
          if (!isScalar(key) || typeof key.value !== 'string') continue;
          if (keys.has(key.value)) throw this.#errorAtOffset(startOf(key), 'this key is there already');
          keys.add(key.value);
        }
      },
      Pair: (_key, { key }) => {
        if (isScalar(key) && typeof key.value === 'string') return;
        throw this.#errorAtOffset(isNode(key) ? startOf(key) : 0, 'a key must be a word');
      },
    });
  }

  /** The start of the node, or of the nearest one around it when it is missing. */
  #offsetOf(path: Path): number {
    const { isMap, isNode, isSeq } = yaml();
    let node: unknown = this.#document.contents;
    let offset = isNode(node) ? startOf(node) : 0;
    for (const step of path) {
      if (isMap(node)) node = node.get(step, true);
      else if (isSeq(node)) node = node.items[Number(step)];
      else return offset;
      if (!isNode(node)) return offset;
      offset = startOf(node);
    }
    return offset;
  }

  /** The key itself, not what stands behind it. */
  #keyOffset(path: Path, name: string): number {
    const { isMap, isScalar } = yaml();
    const map = path.length > 0 ? this.#document.getIn(path, true) : this.#document.contents;
    const key = isMap(map)
      ? map.items.find((pair) => isScalar(pair.key) && pair.key.value === name)?.key
      : undefined;
    return yaml().isNode(key) ? startOf(key) : this.#offsetOf(path);
  }

  /** Offsets count characters from 0, lines and columns from 1. */
  #errorAtOffset(offset: number, text: string): InputError {
    const { line, col } = this.#lines.linePos(offset);
    return new InputError(this.#file, text, { line, column: col });
  }
}

/** Where yaml's own message does not say what to do. */
const SYNTAX: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a file holds one document; begin another file',
  TAG_RESOLVE_FAILED: 'tags are not understood here; leave it out',
};

/** A node that has been read from text has a range; 0, the start of the file, is only for the type checker. */
function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** Types of values, as people call them. */
const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a mapping',
  string: 'text',
  number: 'a number',
  int: 'an integer',
};

/** Messages for what a schema leaves to us; a schema's own message goes before. Undefined leaves the message to zod. */
function explain(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'unrecognized_keys') {
    const known = issue.inst instanceof zod().ZodObject ? Object.keys(issue.inst.shape) : [];
    return unknownName('key', String(issue.keys[0]), known);
  }
  const key = issue.path?.at(-1);
  if (issue.input === undefined && typeof key === 'string') return `the key "${key}" is missing`;
  if (issue.code === 'invalid_type') {
    return `expected ${TYPES[issue.expected] ?? issue.expected}, not ${describe(issue.input)}`;
  }
  if (issue.code === 'invalid_value') return explainChoice(issue.input, issue.values.map(String));
  return explainSize(issue);
}

/** A name that is not known gets the nearest one; of anything else the choice is listed. */
function explainChoice(found: unknown, known: readonly string[]): string {
  if (typeof found === 'string' && known.length > 1) return unknownName('name', found, known);
  return `expected ${known.length > 1 ? 'one of ' : ''}${known.join(', ')}, not ${describe(found)}`;
}

/** Limits of numbers are named with what was found; of texts and lists the least is 1 in all schemas, hence "empty". */
function explainSize(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'too_small') {
    if (issue.origin === 'array' || issue.origin === 'string') return 'must not be empty';
    return `must be at least ${issue.minimum}, not ${describe(issue.input)}`;
  }
  if (issue.code !== 'too_big') return undefined;
  if (issue.origin === 'array') return `takes at most ${issue.maximum}`;
  return `must be at most ${issue.maximum}, not ${describe(issue.input)}`;
}
