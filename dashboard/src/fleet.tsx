/** The gateways and programs that share quotas. */

import { count, percent } from './format';
import { snapshot } from './store';
import type { Part, SharedAnswers, Slice } from './types';

function Row({ name, slice }: { name: string; slice: Slice }) {
  const waits = slice.wants > slice.share;
  return (
    <tr data-target={name} data-waits={waits}>
      <th scope="row">{name}</th>
      <td>{percent(slice.share)}</td>
      <td class={waits ? 'bad' : ''}>{percent(slice.wants)}</td>
      <td>{slice.leased ? 'leased' : slice.share > 0 ? 'fair part' : '–'}</td>
      <td>{slice.learnedPerMinute > 0 ? `${count(slice.learnedPerMinute)}/min` : '–'}</td>
      <td class={slice.open > 0 ? 'bad' : ''}>{slice.open > 0 ? count(slice.open) : '–'}</td>
    </tr>
  );
}

/** Less than a hundredth is no lack: needs and parts are rounded on their way. */
const waits = (part: Part) => part.wants - part.share >= 0.01;

function Parts({ slices, own }: { slices: [string, Slice][]; own: string }) {
  const quotas = new Map(slices.map(([name, slice]) => [slice.quota, { name, members: slice.members }]));
  const rows = [...quotas.values()].flatMap(({ name, members }) => members.map((part) => ({ name, part })));
  if (rows.length === 0) return null;
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label="Table of members">
      <table data-parts={rows.length}>
        <caption class="hidden">What each member has of each quota</caption>
        <thead>
          <tr>
            <th scope="col">Quota of</th>
            <th scope="col">Member</th>
            <th scope="col">Has</th>
            <th scope="col">Wants</th>
            <th scope="col">Calls</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, part }) => (
            <tr key={`${name} ${part.name}`} data-member={part.name} data-waits={waits(part)}>
              <td>{name}</td>
              <th scope="row">
                {part.name}
                {part.name === own ? ' (this one)' : ''}
              </th>
              <td>{percent(part.share)}</td>
              <td class={waits(part) ? 'bad' : ''}>{percent(part.wants)}</td>
              <td>{waits(part) ? 'wait' : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Nothing until one was looked for: before that all figures are 0. */
function Answers({ answers }: { answers: SharedAnswers }) {
  const searches = answers.hits + answers.misses;
  if (searches + answers.kept + answers.failures === 0) return null;
  const found = searches > 0 ? ` (${percent(answers.hits / searches)})` : '';
  return (
    <p data-answers={answers.hits}>
      Shared answers: {count(answers.hits)} of {count(searches)} searches found one{found}, {count(answers.waits)} waited
      for another member, {count(answers.kept)} stored by this one.
      {!answers.reachable && ` None is looked for now: ${answers.lastFailure ?? 'the store fails'}`}
    </p>
  );
}

export function FleetPanel() {
  const cluster = snapshot.value?.cluster;
  if (!cluster) return null;
  const slices = Object.entries(cluster.slices).sort(([a], [b]) => a.localeCompare(b));
  return (
    <section class="panel fleet" aria-labelledby="fleet-title" data-members={cluster.members}>
      <header>
        <h2 id="fleet-title">Fleet</h2>
        {cluster.store === 'silent' && <span class="chip critical">store unreachable</span>}
        {cluster.store === 'leasesNothing' && <span class="chip critical">store leases nothing</span>}
      </header>
      {cluster.store === 'silent' && (
        <p>Each member uses 1/{cluster.members} of each quota until the store answers.</p>
      )}
      {cluster.store === 'leasesNothing' && (
        <p>This member uses 1/{cluster.members} of each quota until the store answers in time and leases.</p>
      )}
      {cluster.lastFailure && (
        <p data-failure>
          Last failure, {count(cluster.lastFailureSeconds ?? 0)} s ago: {cluster.lastFailure}
        </p>
      )}
      {cluster.answers && <Answers answers={cluster.answers} />}
      <div class="scroll" tabIndex={0} role="group" aria-label="Table of shared quotas">
        <table>
          <caption class="hidden">What this member has of each quota</caption>
          <thead>
            <tr>
              <th scope="col">Target</th>
              <th scope="col">Has</th>
              <th scope="col">Wants</th>
              <th scope="col">By</th>
              <th scope="col">Learned quota</th>
              <th scope="col">Broken for</th>
            </tr>
          </thead>
          <tbody>
            {slices.map(([name, slice]) => (
              <Row key={name} name={name} slice={slice} />
            ))}
          </tbody>
        </table>
      </div>
      <Parts slices={slices} own={cluster.member} />
      <details>
        <summary>
          {count(cluster.members)} {cluster.members === 1 ? 'member' : 'members'}
        </summary>
        <ul>
          {cluster.names.map((name) => (
            <li key={name}>
              {name}
              {name === cluster.member ? ' (this one)' : ''}
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
