// Starts commands of forebay, and ends them.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = fileURLToPath(new URL('.', import.meta.url));
export const launcher = join(here, '..', 'forebay');
const servers = new Set();

/** Starts a command of forebay and resolves to what it says that matches, and the process. */
export function startServer(pattern, env, ...args) {
  const server = spawn(launcher, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  servers.add(server);
  return new Promise((resolve, reject) => {
    let said = '';
    server.stdout.on('data', text => {
      said += text;
      const match = pattern.exec(said);
      if (match) resolve({ said: match[1], server });
    });
    server.on('exit', code => {
      servers.delete(server);
      reject(new Error(`forebay ${args.join(' ')} ended with ${code}:\n${said}`));
    });
  });
}

export const start = async (pattern, env, ...args) => (await startServer(pattern, env, ...args)).said;

/** No call is under way when a server is ended, so it need not wait for one. */
const STOP_MILLIS = 30_000;

/** Ends a server and resolves to its exit code; one that does not end is killed, and its code is null. */
export function stop(server) {
  servers.delete(server);
  return new Promise(resolve => {
    const killed = setTimeout(() => server.kill('SIGKILL'), STOP_MILLIS);
    server.removeAllListeners('exit').on('exit', code => {
      clearTimeout(killed);
      resolve(code);
    });
    server.kill('SIGTERM');
  });
}

/** Ends all servers, each of which has to end in order. */
export async function stopAll() {
  const ends = await Promise.all([...servers].map(async server => [await stop(server), server.spawnargs.join(' ')]));
  const failed = ends.filter(([code]) => code !== 0);
  if (failed.length > 0) {
    throw new Error(failed.map(([code, command]) => `${command} ended with ${code} after SIGTERM`).join('\n'));
  }
}

/** Runs a command to its end and gives its exit code and all that it said. */
export function run(command, args, env, cwd = here) {
  return new Promise(resolve => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.on('data', text => (said += text));
    child.stderr.on('data', text => (said += text));
    child.on('error', error => resolve({ code: -1, said: String(error) }));
    child.on('exit', code => resolve({ code, said }));
  });
}
