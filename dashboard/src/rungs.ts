/** The rungs as they are drawn: some of the gateway's stand together. */

import type { Counts, RungName } from './types';

export interface Slice {
  name: RungName;
  label: string;
  colour: string;
}

export interface Rung {
  id: string;
  title: string;
  meaning: string;
  slices: Slice[];
  /** Whether traffic here is something to look into. */
  trouble: boolean;
}

export const RUNGS: Rung[] = [
  {
    id: 'first',
    title: 'Answered at once',
    meaning: 'by the model asked for, at the first attempt',
    slices: [{ name: 'first', label: 'at once', colour: '--first' }],
    trouble: false,
  },
  {
    id: 'retried',
    title: 'Answered after retries',
    meaning: 'by the model asked for, in more than one attempt',
    slices: [{ name: 'retried', label: 'retried', colour: '--retried' }],
    trouble: false,
  },
  {
    id: 'fallback',
    title: 'Answered by a fallback',
    meaning: 'by a target of a later tier',
    slices: [{ name: 'fallback', label: 'fallback', colour: '--fallback' }],
    trouble: true,
  },
  {
    id: 'kept',
    title: 'Kept or canned answer',
    meaning: 'an earlier answer, or the route’s own words',
    slices: [
      { name: 'cached', label: 'fresh', colour: '--cached' },
      { name: 'stale', label: 'stale', colour: '--kept' },
      { name: 'canned', label: 'canned', colour: '--canned' },
    ],
    trouble: true,
  },
  {
    id: 'queued',
    title: 'Queued for later',
    meaning: 'accepted as a job',
    slices: [{ name: 'queued', label: 'queued', colour: '--queued' }],
    trouble: false,
  },
  {
    id: 'refused',
    title: 'Refused or broken off',
    meaning: 'an error, or half an answer and an error',
    slices: [
      { name: 'refused', label: 'refused', colour: '--refused' },
      { name: 'broken', label: 'broken off', colour: '--broken' },
    ],
    trouble: true,
  },
];

export const SLICES: Slice[] = RUNGS.flatMap((rung) => rung.slices);

export function of(rung: Rung, counts: Counts): number {
  return rung.slices.reduce((sum, slice) => sum + counts[slice.name], 0);
}

/** All calls but those whose callers left. */
export function judged(counts: Counts): number {
  return RUNGS.reduce((sum, rung) => sum + of(rung, counts), 0);
}

/** Whether something is wrong there: a fresh answer from the cache is as good as new. */
export function isLit(rung: Rung, counts: Counts): boolean {
  return rung.trouble && rung.slices.some((slice) => slice.name !== 'cached' && counts[slice.name] > 0);
}

export const RUNG_WORDS: Record<RungName, string> = {
  first: 'at once',
  retried: 'retried',
  fallback: 'fallback',
  cached: 'from cache',
  stale: 'stale',
  canned: 'canned',
  queued: 'queued',
  refused: 'refused',
  broken: 'broken off',
  left: 'caller left',
};
