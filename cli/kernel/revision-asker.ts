import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Commit, GitHistory } from '../../targets/c/build/git-history.ts';
import { makeFolder } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Io } from '../io/io.ts';
import type { Facts, Question } from './bisect-question.ts';
import { shortOf, type Verdict } from './bisection.ts';
import { verdictOf } from './came-between.ts';

/**
 * Asks revisions, each content of the files once: a revert, a merge that changes nothing, and kernel-doc have their answer
 * already.
 */
export class RevisionAsker {
  readonly history: GitHistory;
  readonly question: Question;
  readonly #folder = mkdtempSync(join(tmpdir(), 'refuzz-bisect-'));
  /** A text where there is no answer: why. */
  readonly #known = new Map<string, Facts | string>();
  #trees = 0;
  /** Revisions without an answer. */
  skipped = 0;

  constructor(history: GitHistory, question: Question) {
    this.history = history;
    this.question = question;
  }

  /** How many different contents were asked. */
  get asked(): number {
    return this.#known.size;
  }

  /** @throws InputError where the revision has no answer */
  async ask(commit: Commit): Promise<Facts> {
    const texts = await this.history.textsAt(commit.sha);
    const key = JSON.stringify([...texts].map(([path, text]) => [path, withoutComments(text)]));
    if (!this.#known.has(key)) this.#known.set(key, await this.#askTexts(texts));
    const known = this.#known.get(key)!;
    if (typeof known === 'string') throw new InputError(shortOf(commit), known);
    return known;
  }

  /** What a revision is. Why one is skipped is told at once. */
  async verdict(commit: Commit, came: readonly string[], io: Io): Promise<Verdict> {
    try {
      return verdictOf(shortOf(commit), came, await this.ask(commit));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.skipped++;
      io.err(`${error.message}\n`);
      return 'skipped';
    }
  }

  async #askTexts(texts: ReadonlyMap<string, string>): Promise<Facts | string> {
    const tree = join(this.#folder, String(this.#trees++));
    mkdirSync(tree);
    for (const [path, text] of texts) {
      makeFolder(dirname(join(tree, path)));
      writeFileSync(join(tree, path), text);
    }
    try {
      return await this.question.ask(tree);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return error.message.replaceAll(`${tree}/`, '').replaceAll(tree, 'the tree');
    }
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Strings are matched first: what looks like a comment in one is none. */
function withoutComments(text: string): string {
  return text
    .replace(/("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|\/\*[\s\S]*?\*\/|\/\/.*/g, (_, kept = ' ') => kept)
    .trim();
}
