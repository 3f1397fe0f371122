/** All that the page knows. */

import { computed, signal } from '@preact/signals';
import type { Columns, Counts, LiveEvent, Snapshot, UnusualCall } from './types';

const HISTORY_SECONDS = 300;
const KEPT_EVENTS = 100;
const KEPT_CALLS = 50;

export type Connection =
  | { state: 'connecting' }
  | { state: 'live' }
  | { state: 'locked'; message: string }
  | { state: 'lost'; message: string };

export const connection = signal<Connection>({ state: 'connecting' });
export const snapshot = signal<Snapshot | null>(null);
export const history = signal<Columns>({ at: [] });
export const events = signal<LiveEvent[]>([]);
export const unusual = signal<UnusualCall[]>([]);

/** While paused, messages are read and thrown away: what is shown stands still. */
export const paused = signal(false);

/** A route's name, or empty for all. */
export const route = signal('');

export const windowSeconds = signal<10 | 60>(10);

export const counts = computed<Counts | null>(() => {
  const now = snapshot.value;
  if (!now) return null;
  const of = route.value && now.routes[route.value] ? now.routes[route.value].ladder : now.ladder;
  return windowSeconds.value === 10 ? of.last10s : of.lastMinute;
});

/** A snapshot that has arrived; a full one stands for all before it. */
export function take(next: Snapshot, full: boolean): void {
  if (paused.value && !full) return;
  snapshot.value = next;
  if (full) {
    history.value = next.history && next.history.at ? next.history : { at: [] };
    events.value = [...next.events].reverse();
    unusual.value = [...next.unusual].reverse();
    return;
  }
  if (next.events.length > 0) events.value = newest(next.events, events.value, KEPT_EVENTS);
  if (next.unusual.length > 0) unusual.value = newest(next.unusual, unusual.value, KEPT_CALLS);
  if (next.second) history.value = longer(history.value, next.second);
}

/** Newest first; the same one may come twice. */
function newest<T extends { id: number }>(added: T[], known: T[], kept: number): T[] {
  const last = known.length > 0 ? known[0].id : 0;
  return [...added.filter((one) => one.id > last).reverse(), ...known].slice(0, kept);
}

function longer(columns: Columns, row: Record<string, number | null>): Columns {
  const at = columns.at;
  if (at.length > 0 && row.at === at[at.length - 1]) return columns;
  const result: Columns = {};
  for (const key of Object.keys(row)) {
    result[key] = [...(columns[key] ?? at.map(() => null)), row[key]].slice(-HISTORY_SECONDS);
  }
  return result;
}
