// Measures whole processes before one upstream in one run: Forebay, nginx, and Portkey's gateway.
// node run.mjs ROOT JAVA CLASSPATH [STAGE ...]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import http from 'node:http';
import os from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { direct, peers } from './peers.mjs';
import { cpuSeconds, output, rssMb, start } from './processes.mjs';
import { print } from './table.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const [root, java, classpath, ...asked] = process.argv.slice(2);
const UPSTREAM = 18_480;
const CONNECTIONS = 64;
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const STARTS = 5;
const FORKS = Number(process.env.FORKS ?? 3);
const SLOW = { streams: 5_000, perSecond: 500 };
const FIRST = { streams: 1_000, perSecond: 200 };
const QUIETLY = ['-XX:+UseSerialGC', '-Dslf4j.internal.verbosity=ERROR', '--sun-misc-unsafe-memory-access=allow', '--enable-native-access=ALL-UNNAMED'];

const work = mkdtempSync(join(os.tmpdir(), 'forebay-process-'));
const all = peers(here, root, work, UPSTREAM, process.env.BEFORE);
const main = [all.nginx, all.sigv4, all.sigv4Before, all.bearer, all.bearerBefore, all.portkey].filter(Boolean);
const straight = direct(UPSTREAM);

const middle = numbers => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** The median of each figure over the rounds. */
function median(rounds) {
  if (rounds.every(round => typeof round === 'number')) return middle(rounds);
  return Object.fromEntries(Object.keys(rounds[0]).map(key => [key, median(rounds.map(round => round[key]))]));
}

function bodyFile(peer, kind) {
  const file = join(work, `${peer.name.replace(/\W+/g, '-')}-${kind}.json`);
  writeFileSync(file, peer[kind].body);
  return file;
}

/** Sends calls without a pause over so many connections. */
async function wrk(peer, kind, connections, seconds) {
  const said = await output(
    'wrk',
    ...['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '--timeout', '10s', '-s', join(here, 'wrk.lua')],
    ...[`http://127.0.0.1:${peer.port}${peer[kind].path}`, '--', bodyFile(peer, kind), ...peer.headers],
  );
  const result = JSON.parse(/^RESULT (.*)$/m.exec(said)[1]);
  if (result.failed > 0 || result.requests === 0) console.log(`${peer.name}: ${result.failed} of ${result.requests} calls failed`);
  return result;
}

/** The same, with the CPU time that the process takes for it. */
async function loaded(peer, kind, seconds) {
  const before = cpuSeconds(peer.pid);
  const { requests, seconds: took, failed, p50Ms, p99Ms } = await wrk(peer, kind, CONNECTIONS, seconds);
  const cpu = cpuSeconds(peer.pid) - before;
  return { perSecond: requests / took, perCpuSecond: requests / cpu, cpuPer100k: (cpu / requests) * 100_000, failed, p50Ms, p99Ms };
}

/** Opens streams at an even rate, and watches the process's memory meanwhile. */
async function streams(peer, kind, { streams, perSecond }) {
  let mostRssMb = 0;
  const cpu = peer.pid ? cpuSeconds(peer.pid) : 0;
  const watch = setInterval(() => (mostRssMb = Math.max(mostRssMb, peer.pid ? rssMb(peer.pid) : 0)), 500);
  try {
    const said = await output(
      java,
      ...[...QUIETLY, '-cp', classpath],
      ...['dev.forebay.benchmarks.process.StreamLoad', String(peer.port), peer[kind].path, bodyFile(peer, kind)],
      ...[String(streams), String(perSecond), 'content-type:application/json', ...peer.headers],
    );
    const seen = JSON.parse(said.slice(said.indexOf('{')));
    return peer.pid ? { ...seen, mostRssMb, cpuSeconds: cpuSeconds(peer.pid) - cpu } : seen;
  } finally {
    clearInterval(watch);
  }
}

/** What a peer adds to the time that the same calls take without it, in the same rounds. */
const added = (seen, base) => ({ p50: seen.p50Ms - base.p50Ms, p99: seen.p99Ms - base.p99Ms });

/** Starts the peers, lets each warm up, and measures them in turns. */
async function inTurns(peers, warmUp, measureBase, measure) {
  const running = [];
  try {
    const first = {};
    for (const peer of peers) {
      const started = await start(peer);
      running.push(started);
      first[peer.name] = await warmUp(started);
    }
    await warmUp({ ...straight, pid: process.pid });
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) {
      const base = await measureBase();
      const figures = { direct: base };
      for (const peer of running) figures[peer.name] = await measure(peer, base);
      rounds.push(figures);
    }
    const result = median(rounds);
    for (const peer of peers) result[peer.name] = { ...result[peer.name], ...first[peer.name] };
    return result;
  } finally {
    for (const peer of running) await peer.stop();
  }
}

/** Ten seconds at full load. */
const shortly = (peer, kind) => wrk(peer, kind, CONNECTIONS, 10);

/** In turns such as are measured: each time that the load begins or ends, compilers learn something and start anew. */
async function thoroughly(peer, kind) {
  for (let turn = 0; turn < 4; turn++) {
    await wrk(peer, kind, CONNECTIONS, 9);
    await wrk(peer, kind, 1, 1);
  }
}

/** Whole answers or short streams at full load, cold and warm, and their latency one at a time. */
const atFullLoad = (peers, kind, warmUp = shortly) =>
  inTurns(
    peers,
    async peer => {
      const cold = await loaded(peer, kind, 4);
      await warmUp(peer, kind);
      return { cold };
    },
    async () => ({ alone: await wrk(straight, kind, 1, 2) }),
    async (peer, base) => {
      const warm = await loaded(peer, kind, 4);
      const alone = await wrk(peer, kind, 1, 2);
      return { warm, alone, addedMs: added(alone, base.alone), rssMb: rssMb(peer.pid) };
    },
  );

const stages = {
  unary: () => atFullLoad(main, 'unary'),

  stream: () => atFullLoad(main, 'stream'),

  /**
   * What it costs to send telemetry to a collector and CloudWatch, which here take all that comes. No two JVMs compile the same, by a few per cent: some
   * of each kind, one set after the other, and the median of their medians.
   */
  async telemetry() {
    const sink = http.createServer((request, response) =>
      request.resume().on('end', () => response.writeHead(200, { 'smithy-protocol': 'rpc-v2-cbor' }).end()),
    );
    await new Promise(resolve => sink.listen(all.sink, '127.0.0.1', resolve));
    try {
      const forks = [];
      for (let fork = 0; fork < FORKS; fork++) {
        const figures = await atFullLoad([all.withoutTelemetry, all.withTelemetry, all.traced], 'unary', thoroughly);
        for (const { name } of [all.withoutTelemetry, all.withTelemetry, all.traced]) {
          figures[name].timesWithoutTelemetry = figures[name].warm.cpuPer100k / figures[all.withoutTelemetry.name].warm.cpuPer100k;
        }
        forks.push(figures);
        print(`telemetry, JVMs ${fork + 1}`, forks.at(-1));
      }
      return median(forks);
    } finally {
      sink.closeAllConnections();
      sink.close();
    }
  },

  /** The first byte of streams that come at an even, modest rate. */
  first: () =>
    inTurns(
      main,
      async peer => void (await wrk(peer, 'stream', CONNECTIONS, 8)),
      () => streams(straight, 'stream', FIRST),
      async (peer, base) => {
        const seen = await streams(peer, 'stream', FIRST);
        return { ...seen, addedMs: added(seen, base) };
      },
    ),

  /** Thousands of streams at once, of a frame each second, through one process after the other. */
  async slow() {
    const base = await streams(straight, 'slow', SLOW);
    const results = { direct: base };
    for (const peer of main) {
      const running = await start(peer);
      try {
        await wrk(running, 'stream', CONNECTIONS, 5);
        const seen = await streams(running, 'slow', SLOW);
        results[peer.name] = { ...seen, addedMs: added(seen, base) };
      } finally {
        await running.stop();
      }
    }
    return results;
  },

  /** From the command to the first answer: the median of some starts. */
  async start() {
    const results = {};
    for (const peer of [all.nginx, all.sigv4, all.withoutCache, all.portkey].filter(Boolean)) {
      const times = [];
      for (let i = 0; i < STARTS; i++) {
        const running = await start(peer);
        times.push(running.firstAnswerSeconds);
        await running.stop();
      }
      results[peer.name] = { firstAnswerSeconds: middle(times), all: times };
    }
    return results;
  },
};

const chosen = asked.length > 0 ? asked : Object.keys(stages);
const unknown = chosen.filter(stage => !stages[stage]);
if (unknown.length > 0) {
  console.error(`no such stage: ${unknown}; there are ${Object.keys(stages).join(', ')}`);
  process.exit(2);
}
if (!all.portkey) console.log('Portkey is left out: (cd forebay-benchmarks/process/peers && npm ci) brings it.');

const upstream = spawn(
  java,
  [...QUIETLY, '-cp', classpath, 'dev.forebay.benchmarks.process.QuickBedrock', String(UPSTREAM)],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
try {
  await new Promise((resolve, reject) => {
    upstream.stdout.on('data', resolve);
    upstream.on('exit', code => reject(new Error(`the upstream ended with ${code}`)));
  });
  const results = {
    machine: { cpu: os.cpus()[0].model, cores: os.cpus().length, memoryGb: Math.round(os.totalmem() / 2 ** 30), kernel: os.release() },
    stages: {},
  };
  for (const stage of chosen) {
    results.stages[stage] = await stages[stage]();
    print(stage, results.stages[stage]);
  }
  const file = join(root, 'forebay-benchmarks/target/process.json');
  writeFileSync(file, JSON.stringify(results, null, 2) + '\n');
  console.log(`\nAll figures: ${file}`);
} finally {
  upstream.removeAllListeners('exit').kill('SIGKILL');
  rmSync(work, { recursive: true, force: true });
}
