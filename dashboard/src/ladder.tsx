/** The ladder as a picture: calls come in at the top and leave on the step that answers them. */

import { count, percent, rate } from './format';
import { GROUPS, SLICES, isLit, judged, of } from './dispositions';
import type { DispositionGroup, Slice } from './dispositions';
import { counts, route, snapshot, windowSeconds } from './store';
import type { Counts, Snapshot } from './types';
import { words } from './words';

const ROW = 68;
const TOP = 34;
const WIDTH = 190;
const TRUNK = 46;
const LEFT = 18;
const NAMED = 2;
const HEIGHT = TOP + ROW * GROUPS.length;

interface Ribbon {
  name: string;
  colour: string;
  edge: string;
  middle: string;
}

/**
 * One closed path for each slice: down the trunk, round the bend, out to the right. The rightmost slice leaves first,
 * so none crosses another.
 */
function ribbons(now: Counts): Ribbon[] {
  const all = judged(now);
  if (all === 0) return [];
  const thick = SLICES.map((slice) => (now[slice.name] === 0 ? 0 : Math.max(1.5, (TRUNK * now[slice.name]) / all)));
  const result: Ribbon[] = [];
  let right = LEFT + thick.reduce((sum, one) => sum + one, 0);
  let index = 0;
  GROUPS.forEach((group, row) => {
    const ofGroup = group.slices.map((_, i) => thick[index + i]);
    const centre = TOP + row * ROW + ROW / 2;
    let y = centre - ofGroup.reduce((sum, one) => sum + one, 0) / 2;
    group.slices.forEach((slice, i) => {
      const t = ofGroup[i];
      if (t > 0) {
        const x = right - t;
        const inner = 10;
        const outer = inner + t;
        result.push({
          name: slice.name,
          colour: slice.colour,
          edge:
            `M${n(x)} 0V${n(y + t - outer)}Q${n(x)} ${n(y + t)} ${n(x + outer)} ${n(y + t)}H${WIDTH}` +
            `V${n(y)}H${n(right + inner)}Q${n(right)} ${n(y)} ${n(right)} ${n(y - inner)}V0Z`,
          middle: `M${n(x + t / 2)} 0V${n(y + t / 2 - inner - t / 2)}Q${n(x + t / 2)} ${n(y + t / 2)} ${n(x + t / 2 + inner + t / 2)} ${n(y + t / 2)}H${WIDTH}`,
        });
        right -= t;
      }
      y += t;
    });
    index += group.slices.length;
  });
  return result;
}

function n(value: number): string {
  return value.toFixed(1);
}

function Picture({ now }: { now: Counts }) {
  const drawn = ribbons(now);
  return (
    <svg class="cascade" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} preserveAspectRatio="xMinYMin slice" aria-hidden="true">
      {GROUPS.map((group, row) => (
        <path
          key={group.id}
          class="dry"
          d={`M${LEFT + TRUNK / 2} ${row === 0 ? 0 : TOP + row * ROW - ROW / 2}V${TOP + row * ROW + ROW / 2 - 12}q0 12 12 12H${WIDTH}`}
        />
      ))}
      {drawn.map((ribbon) => (
        <path
          key={ribbon.name}
          class="ribbon"
          d={ribbon.edge}
          style={{ fill: `var(${ribbon.colour})`, d: `path("${ribbon.edge}")` } as Record<string, string>}
        />
      ))}
      {drawn.map((ribbon) => (
        <path key={`${ribbon.name}-flow`} class="flow" d={ribbon.middle} />
      ))}
    </svg>
  );
}

/** Which targets a group stands for; only those that are not well are named. */
function Carriers({ group, now }: { group: DispositionGroup; now: Snapshot }) {
  if (group.id !== 'first' && group.id !== 'fallback') return null;
  const routes = route.value && now.routes[route.value] ? [now.routes[route.value]] : Object.values(now.routes);
  const names = new Set<string>();
  for (const one of routes) {
    const tiers = group.id === 'first' ? one.tiers.slice(0, 1) : one.tiers.slice(1);
    tiers.flat().forEach((name) => names.add(name));
  }
  if (names.size === 0) return <span class="carriers">no fallback configured</span>;
  const troubled = [...names].filter((name) => ill(now, name) > 0).sort((a, b) => ill(now, b) - ill(now, a));
  const named = names.size <= NAMED ? [...names] : troubled.slice(0, NAMED);
  return (
    <span class="carriers">
      {named.map((name) => (
        <span key={name} class="carrier">
          {short(name)}
          {ill(now, name) > 0 && <b> {words.circuits[now.targets[name].breaker]}</b>}
        </span>
      ))}
      {names.size > named.length && (
        <span class="carrier">
          {named.length > 0 ? `${names.size - named.length} more` : `${names.size} targets`}
        </span>
      )}
    </span>
  );
}

/** Long names would not fit into a row of the picture. */
function short(name: string): string {
  return name.length <= 18 ? name : `${name.slice(0, 17)}…`;
}

function ill(now: Snapshot, name: string): number {
  const breaker = now.targets[name]?.breaker;
  return breaker === 'open' ? 2 : breaker === 'half_open' ? 1 : 0;
}

function Row({ group, now, whole }: { group: DispositionGroup; now: Counts; whole: Snapshot }) {
  const all = judged(now);
  const here = of(group, now);
  const share = all === 0 ? 0 : here / all;
  const lit = isLit(group, now);
  const parts = group.slices.length > 1 ? group.slices.filter((slice) => now[slice.name] > 0) : [];
  return (
    <li class={`disposition ${here > 0 ? 'wet' : ''} ${lit ? 'lit' : ''}`} data-disposition={group.id} data-count={here}>
      <span class="swatch" style={{ background: `var(${worst(group, now).colour})` }} aria-hidden="true" />
      <span class="what">
        <strong>{group.title}</strong>
        <span class="meaning">{group.meaning}</span>
        {parts.length > 0 && (
          <span class="carriers">
            {parts.map((slice) => (
              <span key={slice.name} class="carrier">
                {count(now[slice.name])} {slice.label}
              </span>
            ))}
          </span>
        )}
        <Carriers group={group} now={whole} />
      </span>
      <span class="share">{here === 0 ? '–' : percent(share)}</span>
      <span class="rate">
        {rate(here / windowSeconds.value)} <small>a second</small>
      </span>
    </li>
  );
}

/** The slice that gives a group its colour: the worst that has traffic. */
function worst(group: DispositionGroup, now: Counts): Slice {
  return [...group.slices].reverse().find((slice) => now[slice.name] > 0) ?? group.slices[0];
}

export function Ladder() {
  const whole = snapshot.value;
  const now = counts.value;
  if (!whole || !now) return null;
  const names = Object.keys(whole.routes);
  return (
    <section class="panel ladder" aria-labelledby="ladder-title">
      <header>
        <h2 id="ladder-title">Where calls end</h2>
        <span class="controls">
          {names.length > 1 && (
            <label>
              <span class="hidden">Route</span>
              <select value={route.value} onChange={(event) => (route.value = event.currentTarget.value)}>
                <option value="">All routes</option>
                {names.map((name) => (
                  <option key={name} value={name}>
                    {name === '*' ? '* (any other model)' : name}
                  </option>
                ))}
              </select>
            </label>
          )}
          <span class="switch" role="group" aria-label="Time shown">
            {([10, 60] as const).map((length) => (
              <button
                key={length}
                type="button"
                aria-pressed={windowSeconds.value === length}
                onClick={() => (windowSeconds.value = length)}
              >
                {length === 10 ? '10 s' : '1 min'}
              </button>
            ))}
          </span>
        </span>
      </header>
      <div class="falls">
        <p class="inflow">
          <strong>{rate((judged(now) + now.left) / windowSeconds.value)}</strong> {words.figures.rate}
          {now.left > 0 && (
            <span>
              {' '}
              · <b>{count(now.left)}</b> {words.left}
            </span>
          )}
        </p>
        <Picture now={now} />
        <ol class="dispositions">
          {GROUPS.map((group) => (
            <Row key={group.id} group={group} now={now} whole={whole} />
          ))}
        </ol>
      </div>
    </section>
  );
}
