import { minimizePools } from '../../fuzz/campaign/minimize-pools.ts';
import { EXIT, type Io } from '../io/io.ts';

interface PoolOptions {
  readonly state?: string;
}

/** `refuzz pool minimize` */
export async function minimizePoolCommand({ state }: PoolOptions, io: Io): Promise<number> {
  for await (const { target, before, kept } of minimizePools(state))
    io.out(`${target}: ${before} programs, ${kept} kept\n`);
  return EXIT.OK;
}
