import type { Judgement } from '../../oracles/divergence.ts';

/** What a judgement means to somebody who uses the code. `R` is the reference, `S` the subject. */
interface JudgementWords {
  readonly means: string;
  readonly toDo: string;
}

const WORDS: Readonly<Record<Judgement, JudgementWords>> = {
  breaks: {
    means: 'S goes wrong where R does not, and nobody is told.',
    toDo: 'A defect: mend it in S before it goes out. Keep the case; replay holds the repair.',
  },
  misses: {
    means: 'The callers are wrong already, R lets it pass, and S lets it pass as well: nobody is warned.',
    toDo: 'Nothing gets worse. If S is there to catch this, it lacks a check; if not, keep the case as known.',
  },
  'false-alarm': {
    means: 'S objects to a use that is sound with R: it refuses, warns, or gives the count up for lost.',
    toDo: 'Find the callers that do this. They must change before they use S, or use another of its ops.',
  },
  changes: {
    means: 'Neither goes wrong, but they do not do the same.',
    toDo: 'Look through the callers for one that relies on what R did. If there is none, keep the case as known.',
  },
  protects: {
    means:
      'A misuse that R lets pass in silence is stopped: S warns, or holds the count where it does no harm.',
    toDo: 'Nothing: this is what S is for. Keep the case, so that a later version which stops doing it is noticed.',
  },
  transient: {
    means:
      'S first changes the word and then mends it, as it documents. For that moment other threads see a value that is about to be overwritten, or have their own change overwritten.',
    toDo: 'Nothing, as long as misuse is repaired where it comes from: without the misuse there is no such moment.',
  },
};

/** What a judgement means, in plain words. */
export function meaningOf(judgement: Judgement, sides: Names): string {
  return named(WORDS[judgement].means, sides);
}

/** What to do about it. */
export function toDoAbout(judgement: Judgement, sides: Names): string {
  return named(WORDS[judgement].toDo, sides);
}

interface Names {
  readonly reference: string;
  readonly subject: string;
}

function named(text: string, { reference, subject }: Names): string {
  return text.replaceAll(/\bR\b/g, () => reference).replaceAll(/\bS\b/g, () => subject);
}
