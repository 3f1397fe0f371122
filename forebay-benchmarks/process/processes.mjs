// Starts processes and reads from /proc what they use.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, readdirSync } from 'node:fs';
import http from 'node:http';

export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

const TICKS_PER_SECOND = 100;

/** The processes that a process has started, itself first. */
function tree(pid) {
  const parents = new Map();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It has just ended.
    }
  }
  const all = [pid];
  for (const each of all) for (const [child, parent] of parents) if (parent === each) all.push(child);
  return all;
}

/** CPU seconds that a process and its children have used. */
export function cpuSeconds(pid) {
  return tree(pid).reduce((sum, each) => {
    const stat = readFileSync(`/proc/${each}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }, 0);
}

/** Resident memory in MB of a process and its children; memory that they share counts for each. */
export function rssMb(pid) {
  return tree(pid).reduce((sum, each) => {
    const rss = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${each}/status`, 'utf8'));
    return sum + (rss ? Number(rss[1]) / 1024 : 0);
  }, 0);
}

/** Runs a command to its end and gives what it printed. */
export async function output(command, ...args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', text => (said += text));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${said}`);
  return said;
}

/** One POST; resolves to whether it was answered with 200. */
function answers(port, headers, { path, body }) {
  return new Promise(resolve => {
    const request = http.request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: 'POST',
        agent: false,
        headers: {
          'content-type': 'application/json',
          ...Object.fromEntries(headers.map(each => [each.slice(0, each.indexOf(':')), each.slice(each.indexOf(':') + 1)])),
        },
      },
      response => response.resume().on('end', () => resolve(response.statusCode === 200)),
    );
    request.on('error', () => resolve(false));
    request.end(body);
  });
}

/** Starts one of the peers; resolves once it has answered a call, with the time that this took. */
export async function start(peer) {
  const began = process.hrtime.bigint();
  const [command, ...args] = peer.command;
  const child = spawn(command, args, { env: { ...process.env, ...peer.env }, stdio: ['ignore', 'ignore', openSync(peer.log, 'w')] });
  let ended = false;
  child.on('exit', () => (ended = true));
  while (!(await answers(peer.port, peer.headers, peer.unary))) {
    if (ended) throw new Error(`${peer.name} has ended: ${readFileSync(peer.log, 'utf8')}`);
    if (process.hrtime.bigint() - began > 60_000_000_000n) throw new Error(`${peer.name} does not answer`);
    await sleep(2);
  }
  return {
    ...peer,
    pid: child.pid,
    firstAnswerSeconds: Number(process.hrtime.bigint() - began) / 1e9,
    async stop() {
      child.kill('SIGTERM');
      if (!ended) await once(child, 'exit');
    },
  };
}
