/** The last unusual calls with their journeys, and what changed. */

import { useState } from 'preact/hooks';
import { clock, millis } from './format';
import { DISPOSITION_LABELS } from './dispositions';
import { events, unusual } from './store';
import { Text } from './text';
import type { Disposition, Step, UnusualCall } from './types';
import { words } from './words';

const FIRST_EVENTS = 8;
const FIRST_CALLS = 12;

const MARK: Record<Step['kind'], string> = {
  attempt: '→',
  sent: '·',
  status: '·',
  content: '≋',
  success: '✓',
  failure: '✕',
  wait: '…',
  switch: '↘',
  end: '■',
};

function Call({ call }: { call: UnusualCall }) {
  return (
    <li>
      <details class="call" data-disposition={call.rung}>
        <summary>
          <time dateTime={new Date(call.at).toISOString()}>{clock(call.at)}</time>
          <span class={`badge ${call.rung}`}>{DISPOSITION_LABELS[call.rung]}</span>
          <span class="route">{call.route}</span>
          <span class="took">{millis(call.tookMs)}</span>
          <span class="end">
            <Text of={call.end} />
          </span>
        </summary>
        <ol class="journey">
          {call.steps.map((step, i) => (
            <li key={i} class={step.kind}>
              <span class="ms">+{millis(step.ms)}</span>
              <span class="mark" aria-hidden="true">
                {MARK[step.kind]}
              </span>
              <span>
                <Text of={step.text} />
              </span>
            </li>
          ))}
        </ol>
      </details>
    </li>
  );
}

/** Lists show the newest; the rest is asked for, so that no list scrolls within the page. */
function All({ shown, all, whole, set }: { shown: number; all: number; whole: boolean; set: (whole: boolean) => void }) {
  if (all <= shown) return null;
  return (
    <button type="button" class="all" aria-expanded={whole} onClick={() => set(!whole)}>
      {whole ? 'Show fewer' : `Show all ${all}`}
    </button>
  );
}

export function UnusualCalls() {
  const [only, setOnly] = useState<Disposition | ''>('');
  const [whole, setWhole] = useState(false);
  const all = unusual.value;
  const kinds = [...new Set(all.map((call) => call.rung))].sort();
  const shown = only === '' ? all : all.filter((call) => call.rung === only);
  return (
    <section class="panel" aria-labelledby="calls-title">
      <header>
        <h2 id="calls-title">Last unusual calls</h2>
        {kinds.length > 1 && (
          <label>
            <span class="hidden">Kind of call</span>
            <select value={only} onChange={(event) => setOnly(event.currentTarget.value as Disposition | '')}>
              <option value="">all kinds</option>
              {kinds.map((kind) => (
                <option key={kind} value={kind}>
                  {DISPOSITION_LABELS[kind]}
                </option>
              ))}
            </select>
          </label>
        )}
      </header>
      {all.length === 0 ? (
        <p class="quiet">None. Calls that are retried, fall back, get a stale or canned answer, are refused, break off or are abandoned show here.</p>
      ) : (
        <>
          <ul class="calls" aria-labelledby="calls-title">
            {(whole ? shown : shown.slice(0, FIRST_CALLS)).map((call) => (
              <Call key={call.id} call={call} />
            ))}
          </ul>
          <All shown={FIRST_CALLS} all={shown.length} whole={whole} set={setWhole} />
        </>
      )}
    </section>
  );
}

export function Events() {
  const [whole, setWhole] = useState(false);
  const all = events.value;
  return (
    <section class="panel" aria-labelledby="events-title">
      <header>
        <h2 id="events-title">Events</h2>
      </header>
      {all.length === 0 ? (
        <p class="quiet">None yet. Changes of circuits, pauses, spikes and fallbacks show here.</p>
      ) : (
        <>
          <ol class="events" aria-labelledby="events-title">
            {(whole ? all : all.slice(0, FIRST_EVENTS)).map((event) => (
              <li key={event.id} class={event.level} data-kind={event.kind}>
                <time dateTime={new Date(event.at).toISOString()}>{clock(event.at)}</time>
                <span class={`chip ${event.level}`}>{words.levels[event.level]}</span>
                <span>
                  {event.about && <strong>{event.about}: </strong>}
                  <Text of={event.text} />
                </span>
              </li>
            ))}
          </ol>
          <All shown={FIRST_EVENTS} all={all.length} whole={whole} set={setWhole} />
        </>
      )}
    </section>
  );
}
