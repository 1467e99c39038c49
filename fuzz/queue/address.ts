import { InputError } from '../../targets/subject/input-error.ts';

/** Where a queue is. Nothing but `url` has the password, and nothing prints that. */
export interface QueueAddress {
  readonly kind: 'redis' | 'postgres';
  /** With everything that a client needs. */
  readonly url: string;
  /** Without user and password: for messages. */
  readonly shown: string;
  /** Replaces in a text whatever of the address is secret. Texts of clients pass here before anybody sees them. */
  redacted(text: string): string;
}

const KINDS: Readonly<Record<string, QueueAddress['kind']>> = {
  'redis:': 'redis',
  'rediss:': 'redis',
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
};
const FORMS = 'redis://HOST:PORT, rediss:// (TLS) or postgres://USER@HOST/DATABASE';

/** @throws InputError for anything else, without repeating it: it may hold a password */
export function queueAddress(text: string): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const kind = url && KINDS[url.protocol];
  if (!url || !kind) throw new InputError('--queue', `is no address of a queue; it has the form ${FORMS}`);
  // As it was written and as it is meant: a client says `p@ss` where its user had to write `p%40ss`. And all of the address, for
  // a client may repeat it in a form of its own.
  const secrets = [url.password, url.searchParams.get('password') ?? '', text].flatMap((one) => [
    one,
    decoded(one),
  ]);
  // A query may have a password too, and names of files: none of it is needed to know the server again.
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  shown.search = '';
  return {
    kind,
    url: text,
    shown: shown.href,
    redacted: (said) =>
      secrets
        .filter((secret) => secret !== '')
        // The whole address before the password that is a part of it.
        .sort((one, other) => other.length - one.length)
        .reduce((rest, secret) => rest.replaceAll(secret, '***'), said),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
