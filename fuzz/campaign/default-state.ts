import { join } from 'node:path';

/** Where a campaign is kept when nobody names a folder. */
export const DEFAULT_STATE = join('.refuzz', 'campaign');
