import type { Report, Reporter, Result } from './result.ts';

/** Of the format. It grows when a field goes or means something else, and stays when one is added. */
const FORMAT = 1;

/**
 * A line of JSON for each result, every one whole by itself, so that lines of many runs can be put together. Fields are
 * always there; what there is not is null. docs/reporters.md has the table.
 */
export const JSONL: Reporter = {
  name: 'jsonl',
  text: (report) => report.results.map((one) => `${JSON.stringify(line(one, report))}\n`).join(''),
};

/** Every field, in this order, in every line: whoever reads columns need not look for keys. */
function line(one: Result, report: Report) {
  const { suite, name, status, message, details, place, finding, rule, command } = one;
  return {
    refuzz: FORMAT,
    version: report.version,
    run: report.command,
    exit: report.exitCode,
    suite,
    name,
    status,
    message,
    details: details ?? [],
    file: place?.file ?? null,
    line: place?.line ?? null,
    column: place?.column ?? null,
    finding: finding
      ? {
          target: finding.target,
          signature: finding.signature,
          op: finding.op,
          boundary: finding.boundary,
          kind: finding.kind,
          judgement: finding.judgement,
          new: finding.isNew,
          cause: finding.cause ?? null,
          case: finding.case ?? null,
        }
      : null,
    rule: rule?.id ?? null,
    command: command ?? null,
  };
}
