/** The durable queue. */

import { bytes, count, seconds } from './format';
import { snapshot } from './store';
import { label, words } from './words';

const STATES = Object.entries(words.jobs);

export function QueuePanel() {
  const queue = snapshot.value?.queue;
  if (!queue) return null;
  return (
    <section class="panel queue" aria-labelledby="queue-title">
      <header>
        <h2 id="queue-title">Queue</h2>
        {!queue.reachable && <span class="chip critical">store unreachable</span>}
      </header>
      <dl class="summary">
        {STATES.map(([state, word]) => (
          <div key={state} class={`figure ${state === 'failed' && (queue.jobs[state] ?? 0) > 0 ? 'bad' : ''}`} data-state={state} data-count={queue.jobs[state] ?? 0}>
            <dt>{label(word)}</dt>
            <dd>{count(queue.jobs[state] ?? 0)}</dd>
          </div>
        ))}
        <div class="figure">
          <dt>Oldest</dt>
          <dd>{(queue.jobs.queued ?? 0) === 0 ? '–' : seconds(queue.oldestSeconds)}</dd>
        </div>
        <div class="figure">
          <dt>Size</dt>
          <dd>{bytes(queue.bytes)}</dd>
        </div>
      </dl>
    </section>
  );
}
