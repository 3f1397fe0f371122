/** How it stands in one sentence, what is wrong, and what to do about it. */

import { useState } from 'preact/hooks';
import { connection, snapshot } from './store';
import { Text } from './text';
import type { Alarm, Snapshot, OverallStatus } from './types';
import { words } from './words';

const SHOWN = 3;

/** On a phone the advice of the worst alarm is open, unless there are many. */
const FEW = 3;

/** What stands at the top of the page: a banner says for itself what it is about. */
export function headline(now: Snapshot): { level: OverallStatus['level']; text: string; also: string } {
  const { level, headline: text, calls } = now.verdict;
  if (now.alarms.some((alarm) => alarm.banner && alarm.text === text)) return { ...calls, also: '' };
  return { level, text, also: text === calls.text ? '' : calls.text };
}

export function OverallStatusPanel() {
  const now = snapshot.value;
  const state = connection.value;
  if (!now) return null;
  const lost = state.state === 'lost';
  const { level, text, also } = headline(now);
  return (
    <section class={`overall ${lost ? 'lost' : level}`} aria-labelledby="overall-title">
      <span class="sign" aria-hidden="true" />
      <div>
        <h1 id="overall-title">{lost ? 'Not connected. This is the last known state.' : <Text of={text} />}</h1>
        {lost ? <p>{state.message} Trying again every second.</p> : also && <p>{also}</p>}
        {now.draining && <p>The gateway is shutting down: it takes no new calls.</p>}
      </div>
    </section>
  );
}

/** Alarms with the same advice, which then stands once. */
interface Group {
  first: Alarm;
  all: Alarm[];
}

function groups(alarms: Alarm[]): Group[] {
  const found = new Map<string, Group>();
  for (const alarm of alarms) {
    const key = `${alarm.level} ${alarm.kind} ${alarm.advice}`;
    const known = found.get(key);
    if (known) known.all.push(alarm);
    else found.set(key, { first: alarm, all: [alarm] });
  }
  return [...found.values()];
}

/** Alarms of a group with the same words, for several routes or targets. */
function alike(all: Alarm[]): { text: string; about: string[] }[] {
  const found: { text: string; about: string[] }[] = [];
  for (const { text, about } of all) {
    const known = found.find((one) => one.text === text);
    if (known) known.about.push(about);
    else found.push({ text, about: [about] });
  }
  return found;
}

function Item({ group, open }: { group: Group; open: boolean }) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const [whole, setWhole] = useState(false);
  const { first, all } = group;
  const id = `advice-${first.kind}-${first.about}`.replace(/[^\w-]/g, '_');
  const shown = alike(whole ? all : all.slice(0, all.length === SHOWN + 1 ? SHOWN + 1 : SHOWN));
  const hidden = all.length - shown.reduce((sum, one) => sum + one.about.length, 0);
  const expanded = chosen ?? open;
  return (
    <li class={`alarm ${first.level} ${first.banner ? 'banner' : ''}`} data-kind={first.kind}>
      <p class="level">
        <span class={`chip ${first.level}`}>{words.levels[first.level]}</span>
        <button type="button" class="link more" aria-expanded={expanded} aria-controls={id} onClick={() => setChosen(!expanded)}>
          What to do<span class="hidden"> about {first.about}</span>
        </button>
      </p>
      <div class="texts">
        {shown.map(({ text, about }) => (
          <p key={about[0]} class="text">
            {!first.banner &&
              about.map((name, i) => (
                <strong key={name} data-about={name}>
                  {name}
                  {i === about.length - 1 ? ': ' : ', '}
                </strong>
              ))}
            <Text of={text} />
          </p>
        ))}
        {hidden > 0 && (
          <button type="button" class="link" onClick={() => setWhole(true)}>
            and {hidden} more
          </button>
        )}
      </div>
      <p id={id} class={`advice ${expanded ? 'open' : ''}`}>
        <Text of={first.advice} />
      </p>
    </li>
  );
}

function List({ alarms, open }: { alarms: Group[]; open: boolean }) {
  return (
    <ul>
      {alarms.map((group, i) => (
        <Item key={`${group.first.kind} ${group.first.level} ${group.first.advice}`} group={group} open={open && i === 0} />
      ))}
    </ul>
  );
}

/** What concerns the whole gateway, whatever its traffic. */
export function Banners() {
  const alarms = groups(snapshot.value?.alarms.filter((alarm) => alarm.banner) ?? []);
  if (alarms.length === 0) return null;
  const few = groups(snapshot.value?.alarms ?? []).length <= FEW;
  return (
    <section class="banners" aria-label="The whole gateway">
      <List alarms={alarms} open={few} />
    </section>
  );
}

export function Alarms() {
  const all = snapshot.value?.alarms ?? [];
  const alarms = groups(all.filter((alarm) => !alarm.banner));
  if (alarms.length === 0) return null;
  const banners = all.some((alarm) => alarm.banner);
  return (
    <section class="panel alarms" aria-labelledby="alarms-title">
      <h2 id="alarms-title" class="hidden">
        Alarms
      </h2>
      <List alarms={alarms} open={!banners && alarms.length <= FEW} />
    </section>
  );
}
