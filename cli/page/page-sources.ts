import { statSync } from 'node:fs';
import { barePage } from '../../export/page/bare-page.ts';
import { type CampaignRead, campaignData } from '../../export/page/campaign-data.ts';
import { caseData, caseId } from '../../export/page/case-data.ts';
import { causeData } from '../../export/page/cause-data.ts';
import type { MatrixData } from '../../export/page/figure-data.ts';
import { KNOWN_SHAPES } from '../../export/page/known-shapes.ts';
import { generations, matrixData } from '../../export/page/matrix-data.ts';
import type { CampaignData, CaseData, CauseData, PageData } from '../../export/page/page-data.ts';
import { holdsNothing } from '../../fuzz/campaign/campaign-header.ts';
import { campaignStatus } from '../../fuzz/campaign/campaign-state.ts';
import type { CampaignStatus } from '../../fuzz/campaign/campaign-status.ts';
import { DEFAULT_STATE } from '../../fuzz/campaign/default-state.ts';
import { causesSeen } from '../../fuzz/case/causes-met.ts';
import { readCases, type StoredCase } from '../../fuzz/case/corpus.ts';
import { ProgramError } from '../../fuzz/program/alphabet.ts';
import type { Harness } from '../../fuzz/run/harness.ts';
import { filesBelow, statsOf } from '../../targets/subject/folders.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import type { Counter } from '../../targets/subject/subject.ts';
import { onCase } from '../case/case-errors.ts';
import { corporaOf } from '../case/find-cause.ts';
import { type CodeOptions, harnessMaker, refcountOfTree } from '../target/find-target.ts';

/*
 * What is shown comes from the disk alone: the folder of a campaign, whoever runs it, and folders of
 * cases. No lock is taken and nothing is written, so a page can be looked at while a campaign writes; and
 * what cannot be read, a case that is half copied say, is a note and no end.
 *
 * To work out a thousand cases takes some seconds, and `ui` looks every second. So each case is kept with
 * the stamp of its file, causes with the stamps of all their cases, and the matrix for good.
 */

/** What a report is made of, and a served page. */
export interface PageOptions extends CodeOptions {
  readonly state?: string;
  readonly corpus?: string;
  readonly targetFile?: readonly string[];
  /** Programs of the user's for the matrix, before those that everybody gets. */
  readonly program?: readonly string[];
}

/** A case, and the corpus that it lies in. */
interface Found {
  readonly corpus: string;
  readonly stored: StoredCase;
}

/**
 * Makes a page of what lies on disk, and makes it again when that has changed: what is known of a case file that has not
 * changed is not worked out anew.
 */
export class PageSources {
  readonly #options: PageOptions;
  readonly #corpora: readonly string[];
  readonly #harnesses = new Map<string, Harness | undefined>();
  /** By path of a case: what it was when it was read, and what was made of it. */
  readonly #cases = new Map<string, { readonly stamp: string; readonly data: CaseData }>();
  #causes: { readonly stamp: string; readonly data: readonly CauseData[] } | undefined;
  #matrix: MatrixData | undefined;

  constructor(options: PageOptions) {
    this.#options = options;
    this.#corpora = corporaOf(options.corpus);
    if (options.corpus !== undefined && this.#corpora.length === 0)
      throw new InputError(options.corpus, 'there is no such folder');
  }

  /** Changes when something has that a page would show. */
  stamp(): string {
    const status = stampOf(`${this.#options.state ?? DEFAULT_STATE}/status.json`);
    return `${status} ${this.#corpora.map((folder) => this.#filesIn(folder).map(stampOf).join()).join()}`;
  }

  /** @throws InputError for a state that is none, and for a program that is none */
  async make(): Promise<PageData> {
    const notes: string[] = [];
    const found = this.#read(notes);
    await this.#open(found, notes);
    const campaign = this.#campaign();
    const cases = found.map((one) => this.#caseOf(one));
    const causes = this.#causesOf(found, campaign);
    // It depends on what the command was given, and on nothing that changes on disk.
    this.#matrix ??= await this.#matrixOf();
    // A campaign names causes that may have no case in this corpus: only those that have get a link.
    const ids = new Set(causes.map(({ id }) => id));
    return {
      ...barePage(campaign?.folder ?? this.#corpora.join(', ')),
      ...(campaign && { campaign: campaignData(campaign, (id) => ids.has(id)) as CampaignData }),
      causes,
      cases,
      matrix: this.#matrix,
      notes,
    };
  }

  /** A corpus may be the file of one case. */
  #filesIn(corpus: string): string[] {
    return statsOf(corpus)?.isDirectory()
      ? filesBelow(corpus, { isFile: (name) => name.endsWith('.yaml') })
      : [corpus];
  }

  /** Of two cases with one address the first corpus's counts: it is the user's. */
  #read(notes: string[]): Found[] {
    const found = new Map<string, Found>();
    for (const corpus of this.#corpora) {
      const { cases, refused } = readCases([corpus]);
      notes.push(...refused.map(({ message }) => message));
      for (const stored of cases) {
        const id = caseId(corpus, stored.path);
        if (!found.has(id)) found.set(id, { corpus, stored });
      }
    }
    return [...found.values()];
  }

  /** Makes the targets of the cases ready, each once. What lacks its code is shown as it was recorded. */
  async #open(found: readonly Found[], notes: string[]): Promise<void> {
    const { targetFile } = this.#options;
    for (const { stored } of found) {
      const { target } = stored.case;
      if (this.#harnesses.has(target)) continue;
      try {
        const make = await harnessMaker([stored.case], targetFile, this.#options);
        this.#harnesses.set(target, make(stored.case, stored.path));
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        this.#harnesses.set(target, undefined);
        notes.push(error.message);
      }
    }
  }

  /**
   * The campaign that was named, or the usual one. Only a name that holds none is an error: most who look
   * at a corpus have no campaign here. One that has begun a moment ago has no status yet, and is not
   * shown.
   */
  #campaign(): CampaignRead | undefined {
    const folder = this.#options.state ?? DEFAULT_STATE;
    if (this.#options.state === undefined && holdsNothing(folder)) return undefined;
    const { status, pid } = campaignStatus(folder);
    if (status === undefined) return undefined;
    return { folder, status: status as CampaignStatus, pid };
  }

  /** A case that fits its target no more is shown as it was recorded, and says why. */
  #caseOf({ corpus, stored }: Found): CaseData {
    const stamp = stampOf(stored.path);
    const known = this.#cases.get(stored.path);
    if (known?.stamp === stamp) return known.data;
    const harness = this.#harnesses.get(stored.case.target);
    // Whatever is wrong with one case must not cost the page of the others.
    let data: CaseData;
    try {
      data = onCase(stored.path, () => caseData(corpus, stored, harness));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      data = { ...caseData(corpus, stored, undefined), note: error.message };
    }
    this.#cases.set(stored.path, { stamp, data });
    return data;
  }

  /**
   * Causes as `explain` puts them together. New are those of which the campaign has met something new: the
   * corpus alone does not know what was there before.
   */
  #causesOf(found: readonly Found[], campaign: CampaignRead | undefined): readonly CauseData[] {
    const fresh = new Set(
      campaign?.status.targets.flatMap(({ name, causes = [] }) =>
        causes.filter((cause) => cause.new > 0).map((cause) => `${name} ${cause.name}`),
      ),
    );
    const stamp = `${found.map(({ stored }) => stampOf(stored.path)).join()} ${[...fresh].join()}`;
    if (this.#causes?.stamp === stamp) return this.#causes.data;
    const ids = new Map(found.map(({ corpus, stored }) => [stored.path, caseId(corpus, stored.path)]));
    const seen = found.map(({ stored }) => {
      const { target, expect, cause } = stored.case;
      const isNew = cause !== undefined && fresh.has(`${target} ${cause}`);
      return { met: { target, divergence: expect.divergence, isNew, count: 1, case: stored.path }, stored };
    });
    const data = causesSeen(seen, (target) => this.#harnesses.get(target)).map((one) =>
      causeData(one, this.#harnesses.get(one.target), (path) => ids.get(path)),
    );
    this.#causes = { stamp, data };
    return data;
  }

  /**
   * The user's own programs come first, and a kernel that was named comes last: it is the newest
   * generation.
   */
  async #matrixOf(): Promise<MatrixData> {
    const kernel = (await refcountOfTree(this.#options))?.target.subject;
    const counters = [...generations(), ...(kernel?.kind === 'counter' ? [kernel as Counter] : [])];
    const own = (this.#options.program ?? []).map((program) => ({ program, about: 'yours' }));
    try {
      return matrixData([...own, ...KNOWN_SHAPES], counters);
    } catch (error) {
      if (error instanceof ProgramError) throw new InputError('--program', error.message);
      throw error;
    }
  }
}

/** A file that has gone is as good as another one. */
function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.mtimeMs}:${found.size}` : 'none';
}
