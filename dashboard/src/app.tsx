/** The page. */

import { useSignalEffect } from '@preact/signals';
import { useRef, useState } from 'preact/hooks';
import { Alarms, Banners, OverallStatusPanel, headline } from './alarms';
import { Events, UnusualCalls } from './calls';
import { Charts } from './charts';
import { forgetKey, hasKey, useKey } from './feed';
import { FleetPanel } from './fleet';
import { clock } from './format';
import { Ladder } from './ladder';
import { QueuePanel } from './queue';
import { connection, events, paused, snapshot } from './store';
import { Routes, Summary } from './summary';
import { Targets } from './targets';
import { plain } from './text';
import { switchTheme, theme } from './theme';

function Bar() {
  const state = connection.value.state;
  const now = snapshot.value;
  const words = paused.value ? 'paused' : state === 'live' ? 'live' : state === 'lost' ? 'not connected' : state;
  return (
    <header class="top">
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <span class="brand">
        <img src="dashboard/icon.svg" alt="" width="26" height="26" />
        Forebay
      </span>
      <span class={`pulse ${paused.value ? 'paused' : state}`}>
        {words}
        {now && <time dateTime={new Date(now.at).toISOString()}> {clock(now.at)}</time>}
      </span>
      <span class="buttons">
        <button type="button" aria-pressed={paused.value} onClick={() => (paused.value = !paused.value)}>
          Pause
        </button>
        <button type="button" onClick={switchTheme}>
          {theme.value === 'dark' ? 'Light' : 'Dark'}
        </button>
        {hasKey() && (
          <button type="button" onClick={forgetKey}>
            Forget key
          </button>
        )}
      </span>
    </header>
  );
}

/** Says what changes to those who do not see it: the overall status, and what is a warning or worse. */
function Announcer() {
  const box = useRef<HTMLParagraphElement>(null);
  const said = useRef('');
  const known = useRef(-1);
  useSignalEffect(() => {
    const now = snapshot.value;
    if (!now || !box.current) return;
    const newest = events.value[0];
    const grave = newest && newest.id > known.current && known.current >= 0 && newest.level !== 'info' ? newest : null;
    known.current = newest ? newest.id : 0;
    const { level, text } = headline(now);
    const sentence = text.replace(/\d+ %|Under 1 %|\d+ of \d+/, 'Some');
    if (grave) box.current.textContent = plain(`${grave.about}: ${grave.text}`);
    else if (sentence !== said.current) box.current.textContent = plain(text);
    said.current = sentence;
    document.title = `${level === 'critical' ? '✕ ' : level === 'warning' ? '! ' : ''}${plain(text)} · Forebay`;
  });
  return <p class="hidden" role="status" aria-live="polite" ref={box} />;
}

function Lock() {
  const state = connection.value;
  const [key, setKey] = useState('');
  if (state.state !== 'locked') return null;
  return (
    <main class="lock" id="main">
      <form
        class="panel"
        onSubmit={(event) => {
          event.preventDefault();
          if (key.trim() !== '') useKey(key.trim());
        }}
      >
        <h1>This gateway asks for a key</h1>
        <p>
          Enter the secret of a key that has <code>admin: true</code> in <code>auth.keys</code>. It stays in this tab until you close it, and is sent
          only to this gateway.
        </p>
        <label>
          Key
          <input type="password" name="key" autocomplete="off" value={key} onInput={(event) => setKey(event.currentTarget.value)} aria-describedby="lock-message" />
        </label>
        <p id="lock-message" class="problem" role="alert">
          {state.message}
        </p>
        <button type="submit">Show the dashboard</button>
      </form>
    </main>
  );
}

function Waiting() {
  const state = connection.value;
  return (
    <main class="lock" id="main">
      <p class="panel" role="status">
        {state.state === 'lost' ? `${state.message} Trying again every second.` : 'Connecting …'}
      </p>
    </main>
  );
}

export function App() {
  if (connection.value.state === 'locked') {
    return (
      <>
        <Bar />
        <Lock />
      </>
    );
  }
  if (!snapshot.value) {
    return (
      <>
        <Bar />
        <Waiting />
      </>
    );
  }
  return (
    <>
      <Bar />
      <Announcer />
      <main id="main" tabIndex={-1}>
        <Banners />
        <OverallStatusPanel />
        <Alarms />
        <Summary />
        <div class="split">
          <div class="column">
            <Ladder />
            <Routes />
          </div>
          <div class="column">
            <QueuePanel />
            <FleetPanel />
            <Events />
          </div>
        </div>
        <Targets />
        <Charts />
        <UnusualCalls />
      </main>
      <footer>
        The same as JSON: <a href="api/status">/api/status</a>. In a terminal: <code>forebay top</code>. For Prometheus: <a href="metrics">/metrics</a>.
      </footer>
    </>
  );
}
