import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../fuzz/storage/version.ts';
import { makeFolder } from '../targets/subject/folders.ts';
import { packageRoot } from '../targets/subject/package-root.ts';
import { describedProgram, EXIT_CODES } from './command-line.ts';
import { modelOf } from './shell/command-model.ts';
import { manPage } from './shell/man-page.ts';

// A step of the build: the manual that npm installs. It is made here and not kept in the repository: a page that somebody
// has to remember to make again is wrong after the first option that is added.

const folder = join(packageRoot(), 'dist', 'man');
makeFolder(folder);
writeFileSync(
  join(folder, 'refuzz.1'),
  manPage(modelOf(describedProgram()), { version: version(), exitCodes: EXIT_CODES }),
);
