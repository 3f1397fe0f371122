// What the clients go through: each scenario is a fault script for the two targets of a route. Every way of
// signing and every client has routes and targets of its own, so that what a test does to a target (a circuit
// that opens, a pause after a throttle) is not seen by another.

export const CLIENTS = ['aws-sdk', 'chat', 'anthropic', 'vercel', 'langchain', 'boto3'];

export const SCENARIOS = {
  well: () => [],
  /** The first target is down. */
  down: first => [{ model: first, unavailable: {} }],
  /** The first target is down, and the second is of another family. */
  foreign: first => [{ model: first, unavailable: {} }],
  /** The first target's streams fail before their content. */
  'false-start': first => [{ model: first, exceptionEvent: { exception: 'internalServerException', afterEvents: 1 } }],
  /** Streams fail after some content. */
  broken: (first, second) =>
    [first, second].map(model => ({ model, exceptionEvent: { exception: 'modelStreamErrorException', afterEvents: 4 } })),
  /** Streams end as if they were complete, without the model's last word. */
  truncated: (first, second) => [first, second].map(model => ({ model, truncate: { afterEvents: 4 } })),
  /** The first token is late, and the route has keepAlive. */
  silent: first => [{ model: first, slowFirstToken: { delay: '2s' } }],
  throttled: (first, second) => [first, second].map(model => ({ model, throttle: {} })),
  refused: (first, second) =>
    [first, second].map(model => ({ model, error: { exception: 'ValidationException', message: 'Too many stop sequences.' } })),
};

/** The model that a client asks for. */
export const model = (access, client, scenario) =>
  `${client === 'chat' ? 'openai.gpt-oss' : 'anthropic.claude'}-${access}-${client}-${scenario}`;

/** The models of its two targets. */
export const targets = asked => [
  `${asked}-first`,
  `${asked.endsWith('-foreign') ? asked.replace(/^.*?-/, 'amazon.nova-') : asked}-second`,
];

const each = accesses =>
  accesses.flatMap(access =>
    CLIENTS.flatMap(client => Object.keys(SCENARIOS).map(scenario => ({ scenario, asked: model(access, client, scenario) }))),
  );

export const faults = accesses => each(accesses).flatMap(({ scenario, asked }) => SCENARIOS[scenario](...targets(asked)));

/** A gateway's configuration, as JSON, which YAML includes. */
export function gateway(emulator, accesses, auth) {
  const target = model => ({ region: 'us-east-1', model, endpoint: emulator, credentials: 'static:${TARGET_ID}:${TARGET_SECRET}' });
  const route = ({ scenario, asked }) => ({
    tiers: targets(asked).map(name => [name]),
    deadline: '10s',
    ...(scenario === 'silent' ? { keepAlive: '300ms' } : {}),
    retry: { maxAttempts: 2, baseDelay: '10ms' },
  });
  const all = each(accesses);
  return JSON.stringify({
    targets: Object.fromEntries(all.flatMap(({ asked }) => targets(asked)).map(name => [name, target(name)])),
    routes: Object.fromEntries(all.map(one => [one.asked, route(one)])),
    auth,
  });
}
