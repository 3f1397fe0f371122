/** The rungs as they are drawn: some of the gateway's stand together. */

import type { Counts, RungName } from './types';
import { words } from './words';

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

/** By the ends of calls. */
const COLOURS: Record<string, string> = { stale: '--kept' };

/** Where traffic is something to look into. */
const TROUBLE = new Set(['fallback', 'kept', 'refused']);

export const RUNGS: Rung[] = words.rungs.map((rung) => ({
  id: rung.id,
  title: rung.title,
  meaning: rung.meaning,
  slices: Object.entries(rung.ends).map(([name, label]) => ({ name: name as RungName, label, colour: COLOURS[name] ?? `--${name}` })),
  trouble: TROUBLE.has(rung.id),
}));

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

export const RUNG_WORDS = Object.fromEntries([...SLICES.map((slice) => [slice.name, slice.label]), ['left', words.left]]) as Record<RungName, string>;
