/** A command that a page shows, and what it says that it prints. */
export interface ShownCommand {
  readonly page: string;
  readonly line: number;
  readonly command: string;
  /** Lines; undefined where the page shows no output. */
  readonly output: readonly string[] | undefined;
  /** Which folder it runs in: the place in `Page.folders`. */
  readonly folder: number;
  /** What comments above its block say; `before` only with the first command of a block. */
  readonly notes: Notes;
}

/** What comments directly above a block say of it. */
export interface Notes {
  /** `not run: why`, where it takes another machine, the network or a mount. */
  readonly notRun: string | undefined;
  /** `slow: about how long`, where only `REFUZZ_DOCS=all` runs it. */
  readonly slow: string | undefined;
  /** `needs: files and programs`, without which it is left out where CI is not set. */
  readonly needs: readonly string[];
  /** `before: a line of shell`, for what a reader has done before. */
  readonly before: readonly string[];
  /** `shortened: 3d → 2s`, for what is run in the place of what is shown. */
  readonly shortened: readonly (readonly [from: string, to: string])[];
  /** `varies: a regular expression`, for what another run prints differently. */
  readonly varies: readonly string[];
  /** `file: name`, where the block is a file that later commands read. */
  readonly file: string | undefined;
  /** `any order`, where the order of lines is one of how often something was met. */
  readonly isAnyOrder: boolean;
}

/** A page, as far as its commands go. */
export interface Page {
  readonly path: string;
  /**
   * Folders in which its commands run, as what is put into each: every `<!-- files: … -->` begins another one, for all
   * that follows it; `none` makes it empty.
   */
  readonly folders: readonly (readonly string[])[];
  readonly commands: readonly ShownCommand[];
  /** Blocks with `<!-- file: name -->` above them: what whoever reads the page keeps under that name. */
  readonly files: readonly ShownFile[];
}

/** A file that a page shows whole. */
export interface ShownFile {
  readonly line: number;
  readonly folder: number;
  readonly name: string;
  readonly text: string;
}

const COMMENT = /^<!-- (files|file|not run|slow|needs|before|shortened|varies|any order)(?:: (.+))? -->$/;
const BLOCK = /((?:^<!-- .+ -->\n)*)^```(\w*)\n([\s\S]*?)^```$/gm;

function notesOf(comments: string): Notes {
  const found = comments
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, name, text = ''] = COMMENT.exec(line) ?? [];
      if (name === undefined) throw new Error(`no test knows what to do with ${line}`);
      return { name, text };
    });
  const all = (wanted: string) => found.filter(({ name }) => name === wanted).map(({ text }) => text);
  return {
    notRun: all('not run')[0],
    slow: all('slow')[0],
    needs: all('needs').flatMap((text) => text.split(' ')),
    before: all('before'),
    shortened: all('shortened').map((text) => text.split(' → ') as [string, string]),
    varies: all('varies'),
    file: all('file')[0],
    isAnyOrder: all('any order').length > 0,
  };
}

interface Block {
  readonly line: number;
  readonly folder: number;
  readonly notes: Notes;
  readonly language: string;
  readonly body: string;
}

/** The fenced blocks that comments are about, or that show commands. */
function blocksOf(text: string, beginnings: readonly number[]): Block[] {
  return [...text.matchAll(BLOCK)].map((match) => {
    const [, comments, language, body] = match as unknown as [string, string, string, string];
    const start = match.index + comments.length;
    const line = text.slice(0, start).split('\n').length;
    const folder = beginnings.filter((index) => index < start).length;
    return { line, folder, notes: notesOf(comments), language, body };
  });
}

/**
 * Every command of the fenced blocks of a page: in `sh` the whole block is one script, without output; in a block without a
 * language that begins with `$ ` each such line is a command, and what follows it is its output.
 */
export function readPage(path: string, text: string): Page {
  const beginnings = [...text.matchAll(/^<!-- files: (.+) -->$/gm)];
  const blocks = blocksOf(
    text,
    beginnings.map(({ index }) => index),
  );
  const commands = blocks.flatMap(({ line, folder, notes, language, body }) => {
    const one = { page: path, line, folder, notes };
    if (language === 'sh') return [{ ...one, command: body.trim(), output: undefined }];
    if (language !== '' || !body.startsWith('$ ')) return [];
    const parts = body.split(/^\$ /m).slice(1);
    return parts.map((part, index) => {
      const [command, ...output] = part.trimEnd().split('\n');
      const own = index === 0 ? notes : { ...notes, before: [] };
      return { ...one, notes: own, command: command!, output: output.length > 0 ? output : undefined };
    });
  });
  const files = blocks.flatMap(({ line, folder, notes: { file: name }, body }) =>
    name === undefined ? [] : [{ line, folder, name, text: body }],
  );
  const folders = [[], ...beginnings.map(([, names]) => (names === 'none' ? [] : names!.split(' ')))];
  return { path, folders, commands, files };
}
