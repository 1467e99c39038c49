import { serveJobs } from '../../fuzz/workers/worker-pool.ts';
import { parserOfC } from '../syntax/parser.ts';
import { type Scanned, scanBatch, type ToScan } from './scan-batch.ts';

// Jobs wait in the port until the parser is there: nobody hears it before `serveJobs` does.
const parser = await parserOfC();

serveJobs(
  (_setup: null, { current }) =>
    (files: readonly ToScan[]): Scanned[] =>
      scanBatch(parser, files, current),
);
