import { alarms, isBad, type Report, type Reporter, type Result } from './result.ts';

/**
 * Workflow commands of GitHub Actions: an annotation for each thing that is bad, at its file and line where these are
 * known, and one line for the whole run. Of the first step GitHub shows ten errors and ten warnings.
 *
 *     ::error file=my.c,line=12,col=3,title=my-pair%3A put-zero-…::do not ship: …
 *     ::warning title=…::undecided: …
 *     ::notice title=refuzz check::2 failed, 1 undecided, 14 ok
 */
export const GITHUB: Reporter = { name: 'github', text };

function text(report: Report): string {
  const lines = alarms(report).map(annotation);
  return [...lines, lastLine(report), ''].join('\n');
}

/** One bad result. Its title is its name; GitHub shows the message below, with its line breaks. */
function annotation(one: Result): string {
  const { suite, name, status, message, details = [], place, command } = one;
  const title = `${suite}: ${name}`;
  const properties = { file: place?.file, line: place?.line, col: place?.column, title };
  const body = [message, ...details, ...(command ? [command] : [])].filter((line) => line !== '');
  return commandLine(
    status === 'undecided' ? 'warning' : 'error',
    properties,
    body.length > 0 ? body.join('\n') : status,
  );
}

/** What the run came to in all, the worst first. It is there even where nothing else is, so that silence is no success. */
function lastLine({ command, results }: Report): string {
  const counts = new Map<string, number>();
  for (const { status } of results) counts.set(status, (counts.get(status) ?? 0) + 1);
  const order = ['failed', 'error', 'undecided', 'skipped', 'known', 'ok'];
  const said = order.flatMap((status) => {
    const count = counts.get(status);
    return count === undefined ? [] : [`${count} ${status}`];
  });
  const kind = results.some(isBad) ? 'error' : 'notice';
  return commandLine(kind, { title: `refuzz ${command}` }, said.join(', '));
}

function commandLine(
  kind: 'error' | 'warning' | 'notice',
  properties: Readonly<Record<string, string | number | undefined>>,
  message: string,
): string {
  const given = Object.entries(properties)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}=${inProperty(String(value))}`);
  return `::${kind} ${given.join(',')}::${inMessage(message)}`;
}

/** A line feed would end the command, and what follows it could be another one. */
function inMessage(value: string): string {
  return value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function inProperty(value: string): string {
  return inMessage(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
