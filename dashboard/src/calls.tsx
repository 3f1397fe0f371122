/** The last unusual calls with their journeys, and what changed. */

import { useState } from 'preact/hooks';
import { clock, millis } from './format';
import { RUNG_WORDS } from './rungs';
import { events, unusual } from './store';
import { WORD } from './alarms';
import type { RungName, Step, UnusualCall } from './types';

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
      <details class="call" data-rung={call.rung}>
        <summary>
          <time dateTime={new Date(call.at).toISOString()}>{clock(call.at)}</time>
          <span class={`badge ${call.rung}`}>{RUNG_WORDS[call.rung]}</span>
          <span class="route">{call.route}</span>
          <span class="took">{millis(call.tookMs)}</span>
          <span class="end">{call.end}</span>
        </summary>
        <ol class="journey">
          {call.steps.map((step, i) => (
            <li key={i} class={step.kind}>
              <span class="ms">+{millis(step.ms)}</span>
              <span class="mark" aria-hidden="true">
                {MARK[step.kind]}
              </span>
              <span>{step.text}</span>
            </li>
          ))}
        </ol>
      </details>
    </li>
  );
}

export function UnusualCalls() {
  const [only, setOnly] = useState<RungName | ''>('');
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
            <select value={only} onChange={(event) => setOnly(event.currentTarget.value as RungName | '')}>
              <option value="">all kinds</option>
              {kinds.map((kind) => (
                <option key={kind} value={kind}>
                  {RUNG_WORDS[kind]}
                </option>
              ))}
            </select>
          </label>
        )}
      </header>
      {all.length === 0 ? (
        <p class="quiet">None. A call shows here when it was retried, fell back, got a stand-in, was refused, broke off, or its caller left.</p>
      ) : (
        <ul class="list calls" tabIndex={0} aria-labelledby="calls-title">
          {shown.map((call) => (
            <Call key={call.id} call={call} />
          ))}
        </ul>
      )}
    </section>
  );
}

export function Events() {
  return (
    <section class="panel" aria-labelledby="events-title">
      <header>
        <h2 id="events-title">What happened</h2>
      </header>
      {events.value.length === 0 ? (
        <p class="quiet">Nothing yet. Circuits, gates, spikes and fallbacks show here.</p>
      ) : (
        <ol class="list events" tabIndex={0} aria-labelledby="events-title">
          {events.value.map((event) => (
            <li key={event.id} class={event.level} data-kind={event.kind}>
              <time dateTime={new Date(event.at).toISOString()}>{clock(event.at)}</time>
              <span class={`chip ${event.level}`}>{WORD[event.level]}</span>
              <span>
                {event.about && <strong>{event.about}: </strong>}
                {event.text}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
