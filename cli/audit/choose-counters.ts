import type { Judged } from '../../audit/census/verdict.ts';
import { counterNamed } from '../../export/audit/named-counters.ts';
import { InputError } from '../../targets/subject/input-error.ts';

/*
 * A name that nobody has is wrong input and no empty answer: `--struct sock.refcnt` that lists nothing would read as if there
 * were nothing to say about it.
 */

/** The counters that are named, each once, in the order of reports. @throws InputError for a name that none has */
export function namedSome(names: readonly string[], judged: readonly Judged[], option: string): Judged[] {
  const wanted = new Set(
    names.flatMap((name) => {
      const { found, nearest } = counterNamed(name, judged);
      if (found.length > 0) return found;
      const hint = nearest.length > 0 ? `; the nearest are ${nearest.join(', ')}` : '';
      throw new InputError(option, `there is no counter ${name}${hint}`);
    }),
  );
  return judged.filter((one) => wanted.has(one));
}

/**
 * The one counter that a name means.
 *
 * Of two counters `priv.users` the wrong one would be extracted without a word, so a name that several have is refused.
 *
 * @throws InputError if there is none, or more than one
 */
export function namedOne(name: string, judged: readonly Judged[], option: string): Judged {
  const [one, ...others] = namedSome([name], judged, option);
  if (one && others.length === 0) return one;
  const ids = [one, ...others].map((each) => each?.counter.id);
  throw new InputError(option, `${name} may be any of ${ids.join(', ')}; name one of them`);
}
