/** The targets as a table, those that are not well first. */

import { useState } from 'preact/hooks';
import { count, millis, percent, seconds } from './format';
import { snapshot } from './store';
import type { Circuit, Target } from './types';
import { label, words } from './words';

const MANY = 8;

const CIRCUIT: Record<Circuit, string> = words.circuits;

const OUTCOME_COLOURS: Record<string, string> = {
  succeeded: '--first',
  throttled: '--fallback',
  throttled_day: '--fallback',
  unavailable: '--kept',
  not_ready: '--kept',
  failed: '--refused',
  timed_out: '--broken',
  interrupted: '--broken',
};

const OUTCOMES: [string, string, string][] = Object.entries(words.outcomes).map(([key, word]) => [key, word, OUTCOME_COLOURS[key] ?? '--quiet']);

function badness(target: Target): number {
  if (target.breaker === 'open') return 4;
  if (target.breaker === 'half_open') return 3;
  if (target.gateMs > 1_000) return 2;
  return (target.lastMinute.quotaUse ?? 0) > 0.8 ? 1 : 0;
}

function waiting(target: Target): number {
  return target.waiting.interactive + target.waiting.standard + target.waiting.batch;
}

function State({ target }: { target: Target }) {
  return (
    <>
      <span class={`chip ${target.breaker}`}>
        {CIRCUIT[target.breaker]}
        {target.slow ? ', slow' : ''}
      </span>
      {target.gateMs > 0 && <span class="chip gate">paused for {seconds(Math.max(1, target.gateMs / 1_000))}</span>}
    </>
  );
}

function Quota({ target }: { target: Target }) {
  const use = target.lastMinute.quotaUse;
  const bucket = target.bucket;
  if (use === null && bucket === null) return <span class="quiet">not configured</span>;
  return (
    <>
      {use !== null && (
        <span class="gauge">
          <span class={`bar ${use > 0.8 ? 'high' : ''}`} aria-hidden="true">
            <span style={{ width: `${Math.min(100, use * 100)}%` }} />
          </span>
          {percent(use)} used
        </span>
      )}
      {bucket !== null && (
        <span class="gauge">
          <span class="bar bucket" aria-hidden="true">
            <span style={{ width: `${Math.max(0, Math.min(100, (100 * bucket.level) / bucket.capacity))}%` }} />
          </span>
          bucket {count(bucket.level)} of {count(bucket.capacity)}
        </span>
      )}
    </>
  );
}

function Outcomes({ target }: { target: Target }) {
  const { attempts, outcomes } = target.lastMinute;
  const all = OUTCOMES.reduce((sum, [key]) => sum + (outcomes[key] ?? 0), 0);
  const parts = OUTCOMES.filter(([key]) => (outcomes[key] ?? 0) > 0);
  if (attempts === 0 && all === 0) return <span class="quiet">none</span>;
  return (
    <>
      <span class="bar outcomes" aria-hidden="true">
        {parts.map(([key, , colour]) => (
          <span key={key} style={{ width: `${(100 * outcomes[key]) / all}%`, background: `var(${colour})` }} />
        ))}
      </span>
      <span class="words">{parts.map(([key, word]) => `${count(outcomes[key])} ${word}`).join(', ') || `${count(attempts)} sent`}</span>
    </>
  );
}

function Row({ name, target }: { name: string; target: Target }) {
  const first = target.lastMinute.firstTokenMs;
  const answer = target.lastMinute.answerMs;
  return (
    <tr class={target.breaker} data-target={name}>
      <th scope="row">
        {name}
        <small>
          {target.model === '*' ? 'any model' : target.model} · {target.region}
        </small>
      </th>
      <td data-label="Circuit">
        <State target={target} />
      </td>
      <td data-label="Quota">
        <Quota target={target} />
      </td>
      <td data-label={label(words.figures.underWay)}>
        {count(target.inFlight)}
        {waiting(target) > 0 && <small>{count(waiting(target))} {words.figures.waiting}</small>}
      </td>
      <td data-label={label(words.figures.firstToken)}>
        {millis(first?.p50)}
        {first && <small>p99 {millis(first.p99)}</small>}
      </td>
      <td data-label={label(words.figures.answer)}>
        {millis(answer?.p50)}
        {answer && <small>p99 {millis(answer.p99)}</small>}
      </td>
      <td data-label="Requests, last minute">
        <Outcomes target={target} />
      </td>
    </tr>
  );
}

export function Targets() {
  const [search, setSearch] = useState('');
  const now = snapshot.value;
  if (!now) return null;
  const all = Object.entries(now.targets);
  const wanted = search.trim().toLowerCase();
  const shown = all
    .filter(([name, target]) => `${name} ${target.model} ${target.region} ${CIRCUIT[target.breaker]}`.toLowerCase().includes(wanted))
    .sort(([, a], [, b]) => badness(b) - badness(a));
  const open = all.filter(([, target]) => target.breaker !== 'closed').length;
  return (
    <section class="panel" aria-labelledby="targets-title">
      <header>
        <h2 id="targets-title">
          Targets <small>{all.length}{open > 0 ? `, ${open} with an open circuit` : ''}</small>
        </h2>
        {all.length > MANY && (
          <label class="search">
            <span class="hidden">Find a target</span>
            <input type="search" placeholder="name, model, region, circuit" value={search} onInput={(event) => setSearch(event.currentTarget.value)} />
          </label>
        )}
      </header>
      <div class="scroll targets" tabIndex={0} role="group" aria-label="Table of targets">
        <table>
          <thead>
            <tr>
              <th scope="col">Target</th>
              <th scope="col">Circuit</th>
              <th scope="col">Quota, last minute</th>
              <th scope="col">{label(words.figures.underWay)}</th>
              <th scope="col">{label(words.figures.firstToken)}</th>
              <th scope="col">{label(words.figures.answer)}</th>
              <th scope="col">Requests, last minute</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(([name, target]) => (
              <Row key={name} name={name} target={target} />
            ))}
          </tbody>
        </table>
        {shown.length === 0 && <p class="quiet">No target matches “{search}”.</p>}
      </div>
    </section>
  );
}
