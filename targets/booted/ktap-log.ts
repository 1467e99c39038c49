/** A test of a KTAP log. */
export interface KtapTest {
  readonly name: string;
  /** As the kernel says it; `skipped` by its directive, whatever stands before the number. */
  readonly status: 'ok' | 'failed' | 'skipped';
  /** What follows the name: `SKIP`, `TIMEOUT`, with their reason; empty text without. */
  readonly directive: string;
  /** Lines that begin with `# `, before the result. */
  readonly diagnostics: readonly string[];
  readonly subtests: readonly KtapTest[];
}

/** What a log holds. */
export interface KtapLog {
  readonly tests: readonly KtapTest[];
  /** In what the log is not as KTAP 1 wants it: results that are missing, numbers out of order, a test that is better than its subtests. */
  readonly problems: readonly string[];
  /** Lines that are no KTAP: of a kernel there are always some. */
  readonly others: readonly string[];
}

/** Tests at one depth, while they are read. */
interface Level {
  readonly indent: number;
  /** As `# Subtest:` has it. */
  name: string | undefined;
  plan: number | undefined;
  readonly tests: KtapTest[];
  diagnostics: string[];
  /** What was read below, and belongs to the next result. */
  below: Level | undefined;
}

/**
 * Reads the KTAP in what a kernel has logged, see Documentation/dev-tools/ktap.rst. Whatever else the kernel said between
 * is put aside. A log that breaks off is no success: what has no result is a problem.
 *
 *     KTAP version 1
 *     1..1
 *         # Subtest: repro_test
 *         1..2
 *         ok 1 as_recorded
 *         not ok 2 as_the_reference
 *     not ok 1 repro_test
 *
 * @returns undefined for a log without KTAP
 */
export function readKtap(lines: readonly string[]): KtapLog | undefined {
  const first = lines.findIndex((line) => VERSION.test(line.trim()));
  return first < 0 ? undefined : new KtapReader().read(lines, first);
}

const VERSION = /^(?:KTAP version 1|TAP version 14)$/;
const SUBTEST = /^# Subtest: (.+)$/;
const PLAN = /^1\.\.(\d+)$/;
const RESULT = /^(ok|not ok) (\d+)(?: (?:- )?([^#]*?))?(?: ?# ?([A-Z]+)(?: (.*))?)?$/;

class KtapReader {
  readonly #problems: string[] = [];
  readonly #others: string[] = [];
  #levels: Level[] = [];

  read(lines: readonly string[], first: number): KtapLog {
    this.#others.push(...lines.slice(0, first));
    for (const line of lines.slice(first)) this.#take(line);
    this.#backTo(0);
    const [top] = this.#levels as [Level];
    this.#checkPlan(top);
    if (top.below) this.#problems.push(`${top.below.name ?? 'a subtest'} has no result of its own`);
    return { tests: top.tests, problems: this.#problems, others: this.#others };
  }

  #take(line: string): void {
    const text = line.trim();
    const indent = line.length - line.trimStart().length;
    const subtest = SUBTEST.exec(text);
    const plan = PLAN.exec(text);
    const result = RESULT.exec(text);
    if (VERSION.test(text)) this.#levelAt(indent);
    else if (subtest) this.#levelAt(indent).name = subtest[1];
    else if (plan) this.#planned(this.#levelAt(indent), Number(plan[1]));
    else if (result) this.#finished(this.#levelAt(indent), result);
    else if (text.startsWith('# ')) this.#levels.at(-1)!.diagnostics.push(text.slice(2));
    else if (text !== '') this.#others.push(line);
  }

  /** The level of an indent: a deeper one begins, or all deeper ones are over. */
  #levelAt(indent: number): Level {
    this.#backTo(indent);
    const last = this.#levels.at(-1);
    if (last?.indent === indent) return last;
    const level = { indent, name: undefined, plan: undefined, tests: [], diagnostics: [], below: undefined };
    this.#levels.push(level);
    return level;
  }

  #backTo(indent: number): void {
    while (this.#levels.length > 1 && this.#levels.at(-1)!.indent > indent) {
      const over = this.#levels.pop()!;
      this.#checkPlan(over);
      this.#levels.at(-1)!.below = over;
    }
  }

  #planned(level: Level, count: number): void {
    if (level.plan !== undefined) this.#problems.push(`a second plan, 1..${count}`);
    else level.plan = count;
  }

  #finished(level: Level, [, word, number, name = '', directive = '', reason = '']: RegExpExecArray): void {
    const { below, diagnostics } = level;
    const subtests = below?.tests ?? [];
    const status = directive === 'SKIP' ? 'skipped' : word === 'ok' ? 'ok' : 'failed';
    const called = name.trim();
    if (Number(number) !== level.tests.length + 1)
      this.#problems.push(`${called}: number ${number}, where ${level.tests.length + 1} was due`);
    if (below?.name !== undefined && below.name !== called)
      this.#problems.push(`${called}: its subtests are those of ${below.name}`);
    if (status === 'ok' && subtests.some((one) => one.status === 'failed'))
      this.#problems.push(`${called}: ok, and a subtest of it is not`);
    const told = [directive, reason].filter((part) => part !== '').join(' ');
    level.tests.push({ name: called, status, directive: told, diagnostics, subtests });
    level.diagnostics = [];
    level.below = undefined;
  }

  #checkPlan({ name = 'the log', plan, tests }: Level): void {
    if (plan === undefined) this.#problems.push(`${name}: no plan`);
    else if (plan !== tests.length)
      this.#problems.push(`${name}: ${plan} tests planned, ${tests.length} with a result`);
  }
}
