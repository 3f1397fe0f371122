// The processes that are measured, each before the same upstream.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const MODEL = 'anthropic.claude-sonnet-4-6';
export const SLOW_MODEL = 'anthropic.claude-slow';

const TEXT = 'What is a forebay, and what does it do for the turbine behind it? '.repeat(12);
const bedrockBody = JSON.stringify({
  messages: [{ role: 'user', content: [{ text: TEXT }] }],
  inferenceConfig: { maxTokens: 200, temperature: 0.5 },
});
const openAiBody = (model, stream) =>
  JSON.stringify({ model, stream, max_tokens: 200, temperature: 0.5, messages: [{ role: 'user', content: TEXT }] });

/** The requests that a caller makes of something that speaks as Bedrock does. */
const bedrock = {
  headers: [],
  unary: { path: `/model/${MODEL}/converse`, body: bedrockBody },
  stream: { path: `/model/${MODEL}/converse-stream`, body: bedrockBody },
  slow: { path: `/model/${SLOW_MODEL}/converse-stream`, body: bedrockBody },
};

export const direct = port => ({ name: 'direct', port, ...bedrock });

function nginx(work, port, upstream) {
  const dir = join(work, 'nginx');
  mkdirSync(dir, { recursive: true });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(of => `${of}_temp_path ${dir}/${of};`).join(' ');
  writeFileSync(
    join(dir, 'nginx.conf'),
    `daemon off; worker_processes 2; worker_rlimit_nofile 20000; pid ${dir}/pid; error_log stderr error;
     ${process.getuid() === 0 ? 'user root;' : ''}
     events { worker_connections 18000; }
     http {
       access_log off; keepalive_requests 1000000000; tcp_nodelay on; ${temporary}
       upstream bedrock { server 127.0.0.1:${upstream}; keepalive 512; keepalive_requests 1000000000; }
       server {
         listen 127.0.0.1:${port} backlog=8192 reuseport;
         proxy_http_version 1.1;
         proxy_set_header Connection "";
         location / { proxy_pass http://bedrock; }
         location ~ -stream$ { proxy_pass http://bedrock; proxy_buffering off; }
       }
     }`,
  );
  return { name: 'nginx', port, command: ['nginx', '-e', 'stderr', '-c', join(dir, 'nginx.conf')], ...bedrock };
}

/** All policies on: quotas configured, circuit breakers, retries, a fallback, load spread over two targets. */
function forebay(work, root, port, upstream, name, credentials, options = {}) {
  const file = join(work, `${name}.yaml`);
  const target = model => ({
    region: 'us-east-1',
    model,
    endpoint: `http://127.0.0.1:${upstream}`,
    credentials,
    quota: { requestsPerMinute: 100_000_000, tokensPerMinute: 4_000_000_000 },
  });
  writeFileSync(
    file,
    JSON.stringify({
      server: { port },
      targets: {
        'quick-1': target('anthropic.claude-quick'),
        'quick-2': target('us.anthropic.claude-quick'),
        spare: target('anthropic.claude-spare'),
        'slow-1': target('anthropic.claude-slow'),
      },
      routes: {
        [MODEL]: { tiers: [['quick-1', 'quick-2'], ['spare']] },
        [SLOW_MODEL]: { tiers: [['slow-1'], ['spare']] },
      },
      ...options.more,
    }),
  );
  const env = { BENCH_ID: 'AKIDBENCHMARK', BENCH_SECRET: 'a-secret-of-forty-characters-is-usual-00', ...options.env };
  return { name, port, env, command: [join(root, 'forebay'), 'serve', '--config', file], ...bedrock };
}

function portkey(here, port, upstream) {
  const script = join(here, 'peers/node_modules/@portkey-ai/gateway/build/start-server.js');
  if (!existsSync(script)) return undefined;
  const path = '/v1/chat/completions';
  return {
    name: 'portkey',
    port,
    env: { NODE_ENV: 'production' },
    command: [process.execPath, '--require', join(here, 'loopback.cjs'), script, `--port=${port}`, '--headless'],
    headers: [
      'x-portkey-provider:bedrock',
      'x-portkey-aws-access-key-id:AKIDBENCHMARK',
      'x-portkey-aws-secret-access-key:a-secret-of-forty-characters-is-usual-00',
      'x-portkey-aws-region:us-east-1',
      `x-portkey-custom-host:http://127.0.0.1:${upstream}`,
    ],
    unary: { path, body: openAiBody(MODEL, false) },
    stream: { path, body: openAiBody(MODEL, true) },
    slow: { path, body: openAiBody(SLOW_MODEL, true) },
  };
}

/** Metrics and traces to somewhere; of unremarkable calls this share. */
function telling(port, sample) {
  const somewhere = `http://127.0.0.1:${port}`;
  return {
    more: { telemetry: { otlp: somewhere, sample, cloudwatch: { region: 'us-east-1', endpoint: somewhere } } },
    env: { AWS_ACCESS_KEY_ID: 'AKIDBENCHMARK', AWS_SECRET_ACCESS_KEY: 'secret' },
  };
}

/**
 * All of them; the ones that this machine lacks are undefined.
 *
 * before: the folder of another state of Forebay, to be measured beside this one; undefined for none
 */
export function peers(here, root, work, upstream, before) {
  const of = (port, name, credentials, options) => forebay(work, root, port, upstream, name, credentials, options);
  const sink = upstream + 6;
  const found = {
    nginx: nginx(work, upstream + 1, upstream),
    sigv4: of(upstream + 2, 'forebay, SigV4', 'static:${BENCH_ID}:${BENCH_SECRET}'),
    bearer: of(upstream + 3, 'forebay, bearer', 'bearer:${BENCH_SECRET}'),
    withoutCache: of(upstream + 4, 'forebay, no AOT cache', 'static:${BENCH_ID}:${BENCH_SECRET}', { env: { FOREBAY_AOT: 'off' } }),
    sigv4Before: before && forebay(work, before, upstream + 10, upstream, 'before, SigV4', 'static:${BENCH_ID}:${BENCH_SECRET}'),
    bearerBefore: before && forebay(work, before, upstream + 11, upstream, 'before, bearer', 'bearer:${BENCH_SECRET}'),
    portkey: portkey(here, upstream + 5, upstream),
    withoutTelemetry: of(upstream + 7, 'no telemetry', 'bearer:${BENCH_SECRET}'),
    withTelemetry: of(upstream + 8, 'telemetry', 'bearer:${BENCH_SECRET}', telling(sink, 0.1)),
    traced: of(upstream + 9, 'telemetry, all traced', 'bearer:${BENCH_SECRET}', telling(sink, 1)),
  };
  for (const peer of Object.values(found)) if (peer) peer.log = join(work, `${peer.port}.log`);
  return { ...found, sink };
}
