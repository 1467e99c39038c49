import { basename, dirname } from 'node:path';
import { causesSoFar, statusScreen, targetLines } from '../../export/report/campaign-report.ts';
import { campaignStatus } from '../../fuzz/campaign/campaign-state.ts';
import { DEFAULT_STATE } from '../../fuzz/campaign/default-state.ts';
import { InputError } from '../../targets/subject/input-error.ts';
import { shellWord } from '../../targets/subject/shell-word.ts';
import { EXIT, type Io } from '../io/io.ts';

interface StatusOptions {
  readonly state?: string;
  readonly json?: boolean;
}

/**
 * How a campaign stands, from another shell. Reads what the campaign writes once a second; it takes no lock and
 * disturbs nobody.
 */
export function statusCommand(options: StatusOptions, io: Io): number {
  const folder = options.state ?? DEFAULT_STATE;
  const { header, status: known, pid } = campaignStatus(folder);
  if (known === undefined) throw new InputError(folder, 'has no status yet; ask again in a second');
  // A process that was killed could not say that it ended.
  const state = known.state === 'running' && pid === undefined ? 'failed' : known.state;
  if (options.json) {
    io.out(`${JSON.stringify({ ...known, state, pid, folder, started: header })}\n`);
    return EXIT.OK;
  }
  const again = `refuzz fuzz --resume${options.state === undefined ? '' : ` --state ${shellWord(folder)}`}`;
  const who = pid === undefined ? `not running; ${again} continues it` : `running as process ${pid}`;
  io.out(`campaign ${folder}: seed ${header.seed}; ${who}\n`);
  io.out(`${statusScreen({ ...known, state }, io.style)}\n\n${targetLines(known)}\n`);
  const causes = causesSoFar(known, io.style);
  if (causes.length > 0) io.out(`\n${causes.join('\n')}\n`);
  const named = known.targets.flatMap(({ causes: own = [] }) => own.filter(({ name }) => name !== null));
  const told = named.find((cause) => cause.new > 0) ?? named[0];
  if (told?.case !== undefined) {
    const folder = dirname(told.case);
    const place = basename(folder) === told.name ? folder : told.case;
    io.out(`\nrefuzz explain ${shellWord(place)} tells the story of one\n`);
  }
  return EXIT.OK;
}
