/** How it stands in one sentence, and what to do about what is wrong. */

import { connection, snapshot } from './store';
import type { Alarm, Level } from './types';

export const WORD: Record<Level, string> = { ok: 'fine', info: 'note', warning: 'warning', critical: 'critical' };

export function Verdict() {
  const now = snapshot.value;
  const state = connection.value;
  if (!now) return null;
  const lost = state.state === 'lost';
  return (
    <section class={`verdict ${lost ? 'lost' : now.verdict.level}`} aria-labelledby="verdict-title">
      <span class="sign" aria-hidden="true" />
      <div>
        <h1 id="verdict-title">{lost ? 'Not connected. This is what was known last.' : now.verdict.headline}</h1>
        {lost ? <p>{state.message} Trying again every second.</p> : now.verdict.why && <p>{now.verdict.why}</p>}
        {now.draining && <p>The gateway is shutting down: it takes no new calls.</p>}
      </div>
    </section>
  );
}

function Item({ alarm }: { alarm: Alarm }) {
  return (
    <li class={`alarm ${alarm.level}`} data-kind={alarm.kind} data-about={alarm.about}>
      <p class="text">
        <span class={`chip ${alarm.level}`}>{WORD[alarm.level]}</span> <strong>{alarm.about}</strong> {alarm.text}
      </p>
      <p class="advice">{alarm.advice}</p>
    </li>
  );
}

export function Alarms() {
  const alarms = snapshot.value?.alarms ?? [];
  return (
    <section class="panel alarms" aria-labelledby="alarms-title">
      <header>
        <h2 id="alarms-title">
          What to do <small>{alarms.length > 0 ? alarms.length : ''}</small>
        </h2>
      </header>
      {alarms.length === 0 ? (
        <p class="quiet">Nothing. No alarm is raised.</p>
      ) : (
        <ul tabIndex={0} aria-labelledby="alarms-title">
          {alarms.map((alarm) => (
            <Item key={`${alarm.kind} ${alarm.about}`} alarm={alarm} />
          ))}
        </ul>
      )}
    </section>
  );
}
