import { fetchSub } from '../access/fetch-sub.mjs';
import { load } from '../access/load.mjs';
import { unrecorded } from '../notes.mjs';
import { W_COUNT } from './case.mjs';

const subject = {
  'put()': () => {
    const r0 = load(W_COUNT); // relaxed
    if (r0 !== 1) unrecorded(r0);
    fetchSub(W_COUNT, 1); // release
    return { result: false, warnings: [] };
  },
};

const reference = {
  'put()': () => {
    fetchSub(W_COUNT, 1); // release
    return { result: true, warnings: [] };
  },
};

export const ops = { subject, reference };

export const ideal = [{ op: 'put()', result: true, word: 0, objects: false }];
