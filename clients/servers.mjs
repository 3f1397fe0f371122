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

/** Ends a server and resolves to its exit code. */
export function stop(server) {
  servers.delete(server);
  return new Promise(resolve => server.removeAllListeners('exit').on('exit', resolve).kill('SIGTERM'));
}

export const stopAll = () => servers.forEach(server => server.removeAllListeners('exit').kill('SIGTERM'));

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
