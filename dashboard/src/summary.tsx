/** A row of figures, and the routes. */

import { count, millis, percent, rate } from './format';
import { GROUPS, SLICES, judged, of } from './dispositions';
import { history, route, snapshot } from './store';
import type { Counts } from './types';
import { label, words } from './words';

function sum(key: string, seconds: number): number {
  return (history.value[key] ?? []).slice(-seconds).reduce<number>((total, value) => total + (value ?? 0), 0);
}

function answered(now: Counts): number {
  return judged(now) - of(GROUPS[GROUPS.length - 1], now);
}

function Figure({ label, value, detail }: { label: string; value: string; detail?: string }) {
  return (
    <div class="figure">
      <dt>{label}</dt>
      <dd>
        {value}
        {detail && <small>{detail}</small>}
      </dd>
    </div>
  );
}

export function Summary() {
  const now = snapshot.value;
  if (!now) return null;
  const minute = now.ladder.lastMinute;
  const all = judged(minute) + minute.left;
  const lately = now.ladder.last10s;
  const waiting = Object.values(now.targets).reduce(
    (total, target) => total + target.waiting.interactive + target.waiting.standard + target.waiting.batch,
    0,
  );
  return (
    <dl class="summary">
      <Figure label={label(words.figures.rate)} value={rate((judged(lately) + lately.left) / 10)} detail="last 10 s" />
      <Figure label={label(words.figures.underWay)} value={count(now.calls)} detail="now" />
      <Figure label="Answered" value={all === 0 ? '–' : percent(answered(minute) / all)} detail="last minute" />
      <Figure label={label(words.dispositionGroups[0].ends.first ?? "")} value={all === 0 ? '–' : percent(minute.first / all)} detail="first attempt" />
      <Figure label={label(words.figures.firstToken)} value={millis(now.firstTokenMs?.p50)} detail={now.firstTokenMs ? `p99 ${millis(now.firstTokenMs.p99)}` : 'last 10 s'} />
      <Figure label={label(words.figures.answer)} value={millis(now.answerMs?.p50)} detail={now.answerMs ? `p99 ${millis(now.answerMs.p99)}` : 'last 10 s'} />
      <Figure label="Tokens a minute" value={count(sum('inputTokens', 60) + sum('outputTokens', 60))} detail={`${count(sum('outputTokens', 60))} output`} />
      <Figure label={label(words.figures.waiting)} value={count(waiting)} detail="for capacity" />
    </dl>
  );
}

export function Routes() {
  const now = snapshot.value;
  if (!now || Object.keys(now.routes).length < 2) return null;
  return (
    <section class="panel routes-panel" aria-labelledby="routes-title">
      <header>
        <h2 id="routes-title">Routes</h2>
      </header>
      <div class="scroll routes" tabIndex={0} role="group" aria-label="Table of routes">
        <table>
          <thead>
            <tr>
              <th scope="col">Route</th>
              <th scope="col">Calls, last minute</th>
              <th scope="col">Answered</th>
              <th scope="col">Where they ended</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(now.routes).map(([name, one]) => {
              const minute = one.ladder.lastMinute;
              const all = judged(minute);
              return (
                <tr key={name}>
                  <th scope="row">
                    <button type="button" class="link" aria-pressed={route.value === name} onClick={() => (route.value = route.value === name ? '' : name)}>
                      {name}
                    </button>
                  </th>
                  <td data-label="Calls, last minute">{count(all)}</td>
                  <td data-label="Answered">{all === 0 ? '–' : percent(answered(minute) / all)}</td>
                  <td data-label="Where they ended">
                    <span class="bar outcomes" aria-hidden="true">
                      {all > 0 &&
                        SLICES.map((slice) => (
                          <span key={slice.name} style={{ width: `${(100 * minute[slice.name]) / all}%`, background: `var(${slice.colour})` }} />
                        ))}
                    </span>
                    <span class="words">
                      {SLICES.filter((slice) => minute[slice.name] > 0)
                        .map((slice) => `${count(minute[slice.name])} ${slice.label}`)
                        .join(', ') || 'no calls'}
                    </span>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
