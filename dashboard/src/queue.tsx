/** The durable queue. */

import { bytes, count, seconds } from './format';
import { snapshot } from './store';

const STATES: [string, string][] = [
  ['queued', 'Queued'],
  ['running', 'Running'],
  ['done', 'Done'],
  ['failed', 'Dead letters'],
  ['expired', 'Expired'],
  ['cancelled', 'Cancelled'],
];

export function QueuePanel() {
  const queue = snapshot.value?.queue;
  if (!queue) return null;
  return (
    <section class="panel queue" aria-labelledby="queue-title">
      <header>
        <h2 id="queue-title">Queue</h2>
        {!queue.reachable && <span class="chip critical">the store does not answer</span>}
      </header>
      <dl class="summary">
        {STATES.map(([state, label]) => (
          <div key={state} class={`figure ${state === 'failed' && (queue.jobs[state] ?? 0) > 0 ? 'bad' : ''}`} data-state={state} data-count={queue.jobs[state] ?? 0}>
            <dt>{label}</dt>
            <dd>{count(queue.jobs[state] ?? 0)}</dd>
          </div>
        ))}
        <div class="figure">
          <dt>Oldest waits</dt>
          <dd>{(queue.jobs.queued ?? 0) === 0 ? '–' : seconds(queue.oldestSeconds)}</dd>
        </div>
        <div class="figure">
          <dt>Held</dt>
          <dd>{bytes(queue.bytes)}</dd>
        </div>
      </dl>
    </section>
  );
}
