/** The groups of dispositions, as they are drawn. */

import type { Counts, Disposition } from './types';
import { words } from './words';

export interface Slice {
  name: Disposition;
  label: string;
  colour: string;
}

export interface DispositionGroup {
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

export const GROUPS: DispositionGroup[] = words.dispositionGroups.map((group) => ({
  id: group.id,
  title: group.title,
  meaning: group.meaning,
  slices: Object.entries(group.ends).map(([name, label]) => ({ name: name as Disposition, label, colour: COLOURS[name] ?? `--${name}` })),
  trouble: TROUBLE.has(group.id),
}));

export const SLICES: Slice[] = GROUPS.flatMap((group) => group.slices);

export function of(group: DispositionGroup, counts: Counts): number {
  return group.slices.reduce((sum, slice) => sum + counts[slice.name], 0);
}

/** All calls but those whose callers left. */
export function judged(counts: Counts): number {
  return GROUPS.reduce((sum, group) => sum + of(group, counts), 0);
}

/** Whether something is wrong there: a fresh answer from the cache is as good as new. */
export function isLit(group: DispositionGroup, counts: Counts): boolean {
  return group.trouble && group.slices.some((slice) => slice.name !== 'cached' && counts[slice.name] > 0);
}

export const DISPOSITION_LABELS = Object.fromEntries([...SLICES.map((slice) => [slice.name, slice.label]), ['left', words.left]]) as Record<Disposition, string>;
