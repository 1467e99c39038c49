import { minimizePools } from '../../fuzz/campaign/minimize-pools.ts';
import { EXIT, type Io } from '../io/io.ts';

interface PoolOptions {
  readonly state?: string;
}

/**
 * `refuzz pool minimize`: a line for each target once it is written.
 *
 * @throws InputError when there is no campaign, or a process is running it
 */
export async function minimizePoolCommand({ state }: PoolOptions, io: Io): Promise<number> {
  for await (const { target, before, kept } of minimizePools(state))
    io.out(`${target}: ${before} programs, ${kept} kept\n`);
  return EXIT.OK;
}
