import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditSchema } from '../../export/audit/audit-shape.ts';
import { makeFolder } from '../../targets/subject/folders.ts';
import { packageRoot } from '../../targets/subject/package-root.ts';

// A step of the build: the schema of `audit --json`, beside those of cases and targets. These are written by a step of a
// lower floor, which must not know of audits.

const folder = join(packageRoot(), 'dist', 'schema');
makeFolder(folder);
writeFileSync(join(folder, 'audit.json'), auditSchema());
