import type { z } from 'zod';
import { onDemand, zod } from '../../targets/subject/on-demand.ts';
import { targetShape } from '../../targets/target/target-file.ts';
import { caseShape } from './case-shape.ts';

/*
 * JSON Schemas of the files that people read and write, for editors: made from the very shapes by which refuzz reads them, so
 * that the two cannot disagree. A schema knows the shape alone: that an op exists, or a schedule fits its program, only
 * refuzz can tell. It never refuses what refuzz reads.
 */

/** What an editor says of a key. Keys of parts are joined by dots. */
const ABOUT_TARGET: Readonly<Record<string, string>> = {
  target: 'The name of the target, which is also that of its file.',
  about: 'A sentence for people.',
  reference: 'A subject (refuzz targets --subjects), a C source, or "ideal".',
  subject: 'The subject under test: a built-in one, a C source, or kernel/refcount.',
  threads: 'The most threads of a program, 1 to 4.',
  ops: 'The ops to use; without it, all that both sides have.',
  initial: 'Where programs start: values such as INT_MAX-1 and 0xC0000000, or named states of a scheme.',
  arguments: 'Values that ops with arguments get.',
  oracles: 'The oracles that judge; without it, those that fit the subjects.',
  discipline: 'Whether threads put what they got (holders), or do anything (free).',
  known: 'What is known of this target, for its page.',
};

/** The same of cases. */
const ABOUT_CASE: Readonly<Record<string, string>> = {
  case: 'The version of the format: 3 with code, 2 with cause alone, 1 without both.',
  target: 'The name of a target.',
  program: 'Where it starts, and the ops of each thread.',
  'program.start': 'Of counters a value, of schemes a named state.',
  'program.threads': 'One to four lists of calls: dec, add(2).',
  schedule:
    'The thread of each access, from 0; "1~1" where thread 1 reads the write before the latest, "1 mb" where it passes a barrier ahead of its access.',
  expect: 'What replay demands.',
  'expect.divergence': 'The signature.',
  'expect.reference': 'What the reference did.',
  'expect.subject': 'What the subject did.',
  cause: 'The name of the cause, as refuzz explain takes it.',
  code: 'The C sources that it was made with, the reference first.',
  why: 'An explanation for people: yours, if you know better.',
  found: 'Who found it, and with what seed.',
};

/** The schema of target files, as text. */
export const targetSchema = onDemand(() =>
  schemaText(targetShape(), 'target', 'A fuzz target of refuzz', ABOUT_TARGET),
);

/** The schema of case files, as text. */
export const caseSchema = onDemand(() => schemaText(caseShape(), 'case', 'A case of refuzz', ABOUT_CASE));

/** A part of a schema, as far as it is gone through here. */
interface Part {
  description?: string;
  readonly properties?: Readonly<Record<string, Part>>;
  readonly items?: Part;
}

/**
 * The schema of a shape. A shape has checks that no JSON Schema can say; they are left out, and refuzz still makes them.
 *
 * @param about what is said of each key; one that is gone is an error of the build
 * @returns whole lines
 */
export function schemaText(
  shape: z.ZodType,
  name: string,
  title: string,
  about: Readonly<Record<string, string>>,
): string {
  // What may be written, and not what is read from it: a default makes a key one that may be left out.
  const { $schema, ...schema } = zod().toJSONSchema(shape, { io: 'input', unrepresentable: 'any' });
  for (const [path, text] of Object.entries(about)) partAt(schema as Part, path).description = text;
  return `${JSON.stringify({ $schema, $id: `urn:refuzz:${name}`, title, ...schema }, undefined, 2)}\n`;
}

/** `expect.divergence` is two steps down; of a list its items are meant. */
function partAt(schema: Part, path: string): Part {
  return path.split('.').reduce((part, key) => {
    const found = (part.items ?? part).properties?.[key];
    if (!found) throw new Error(`internal: the schema has no key ${path}`);
    return found;
  }, schema);
}
