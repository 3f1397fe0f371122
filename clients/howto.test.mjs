// The first steps, and the pages of docs/how-to for Python, JavaScript, Amazon ECS and Claude Code: what a reader copies, run as it stands, but
// for the addresses, against a gateway whose first targets are throttled.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { page } from './pages.mjs';
import { here, launcher, run, start, startServer, stop, stopAll } from './servers.mjs';

const SONNET = 'us.anthropic.claude-sonnet-4-6';
const work = mkdtempSync(join(tmpdir(), 'forebay-howto-'));
const python = (await run('python3', ['-c', 'import boto3'], process.env)).code === 0;
let emulator;

before(async () => {
  const file = join(work, 'emulator.yaml');
  // Claude Code asks for 32,000 output tokens.
  writeFileSync(file, readFileSync(join(here, 'emulator.yaml'), 'utf8').replace('otherModels:', 'otherModels:\n  maxTokens: 64000'));
  emulator = await start(/emulator at (\S+)/, {}, 'emulate', '--config', file, '--port', '0');
});

after(async () => {
  await stopAll();
  rmSync(work, { recursive: true, force: true });
});

async function faults(list) {
  const set = await fetch(`${emulator}/_emulator/faults`, { method: 'POST', body: JSON.stringify(list) });
  assert.ok(set.ok, await set.text());
}

/** A page's configuration with the emulator in place of Bedrock, and no long waits between attempts. */
function configuration(text) {
  const file = join(mkdtempSync(join(work, 'config-')), 'forebay.yaml');
  const here = text
    .replaceAll('{ region:', `{ endpoint: "${emulator}", credentials: anonymous, region:`)
    .replaceAll('deadline: 60s', 'deadline: 60s\n    retry: { baseDelay: 10ms, maxDelay: 50ms }');
  assert.notEqual(here, text);
  writeFileSync(file, here);
  return file;
}

const gateway = text => start(/listens on (\S+)/, {}, 'serve', '--config', configuration(text), '--port', '0');

/** How the gateway's calls ended, and how many of them their callers had sent before. */
async function calls(address) {
  const metrics = await (await fetch(`${address}/metrics`)).text();
  const ends = [...metrics.matchAll(/^forebay_requests_total\{answer="(\w+)".*\} (\d+)/gm)];
  const repeated = [...metrics.matchAll(/^forebay_caller_retries_total\{.*\} (\d+)/gm)];
  return {
    ...Object.fromEntries(ends.map(([, answer, count]) => [answer, Number(count)])),
    repeated: repeated.reduce((sum, [, count]) => sum + Number(count), 0),
  };
}

/** An environment without this machine's own settings of AWS and Anthropic. */
function bare() {
  const mine = Object.entries(process.env).filter(([name]) => !/^(AWS|ANTHROPIC|CLAUDE|EMULATOR|FOREBAY)_?/.test(name));
  return {
    ...Object.fromEntries(mine),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: join(work, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(work, 'no-credentials'),
  };
}

/** Lays the page's files into a folder, beside the packages of JavaScript. */
function laid(files) {
  const folder = mkdtempSync(join(work, 'app-'));
  symlinkSync(join(here, 'node_modules'), join(folder, 'node_modules'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Runs lines for a shell as the reader would, at the gateway's address. */
function typed(lines, address, folder, functions = '') {
  const script = functions + lines.replaceAll('http://127.0.0.1:8480', address);
  assert.ok(script.includes(address));
  return run('bash', ['-euc', script], bare(), folder);
}

/** Two calls that the fallback answers, then one that is refused once, for the page's retries are off. */
async function answersByTheFallbackAndRetriesNothing(name, functions = '') {
  const address = await gateway(page('README').files['forebay.yaml']);
  const { files, shell } = page(name);
  const folder = laid(files);
  await faults([{ model: SONNET, throttle: {} }]);
  const answered = await typed(shell[0], address, folder, functions);
  assert.equal(answered.code, 0, answered.said);
  assert.match(answered.said, /^whole: .*haiku.*: \w/m);
  assert.match(answered.said, /^streamed: .*haiku.*: \w/m);
  assert.deepEqual(await calls(address), { fallback: 2, repeated: 0 });

  await faults([{ throttle: {} }]);
  const refused = await typed(shell[0], address, folder, functions);
  assert.notEqual(refused.code, 0);
  assert.match(refused.said, /ThrottlingException/);
  assert.deepEqual(await calls(address), { fallback: 2, refused: 1, repeated: 0 });
  return answered.said;
}

test('the page for Python runs', { skip: python ? false : 'this Python has no boto3' }, async () => {
  const said = await answersByTheFallbackAndRetriesNothing('python');
  assert.match(said, /^by: fallback haiku-use1$/m);
});

test('the page for JavaScript runs, with the version that the other tests have', async () => {
  const wanted = JSON.parse(page('javascript').files['package.json']).dependencies;
  const tested = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')).dependencies;
  for (const [name, version] of Object.entries(wanted)) assert.equal(version, tested[name]);
  // What npm would install is there.
  await answersByTheFallbackAndRetriesNothing('javascript', 'npm() { :; }\n');
});

test('the page for Claude Code runs', async () => {
  const { files, shell } = page('claude-code');
  const address = await gateway(files['forebay.yaml']);
  await faults([{ model: SONNET, throttle: {} }]);
  const folder = laid({
    'client.mjs': `import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk';
      const anthropic = new AnthropicBedrock({
        skipAuth: process.env.CLAUDE_CODE_SKIP_BEDROCK_AUTH === '1',
        timeout: Number(process.env.API_TIMEOUT_MS),
        maxRetries: Number(process.env.CLAUDE_CODE_MAX_RETRIES),
      });
      for (const model of [process.env.ANTHROPIC_MODEL, process.env.ANTHROPIC_DEFAULT_HAIKU_MODEL]) {
        const stream = anthropic.messages.stream({ model, max_tokens: 32000, messages: [{ role: 'user', content: 'Hello' }] });
        console.log((await stream.finalMessage()).content[0].text);
      }`,
  });
  const sdk = await typed(shell[0], address, folder, 'claude() { node client.mjs; }\n');
  assert.equal(sdk.code, 0, sdk.said);
  assert.equal(sdk.said.match(/haiku/g).length, 2);
  assert.deepEqual(await calls(address), { fallback: 1, primary: 1, repeated: 0 });
});

test('Claude Code itself is answered by the fallback', { skip: process.env.CLAUDE_CODE ? false : 'CLAUDE_CODE names no binary' }, async () => {
  const { files, shell } = page('claude-code');
  const address = await gateway(files['forebay.yaml']);
  await faults([{ model: SONNET, throttle: {} }]);
  const folder = mkdtempSync(join(work, 'claude-'));
  const itself = `export HOME=${folder} CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 IS_SANDBOX=1
    claude() { "${process.env.CLAUDE_CODE}" -p 'What is a forebay?' </dev/null; }\n`;
  const answered = await typed(shell[0], address, folder, itself);
  assert.equal(answered.code, 0, answered.said);
  assert.match(answered.said, /haiku/);
  const ends = await calls(address);
  assert.ok(ends.fallback >= 1);
  assert.equal(ends.refused ?? 0, 0);
});

test('the task of the page for Amazon ECS is sound, and its gateway serves its application', async () => {
  const { files } = page('ecs');
  const task = JSON.parse(files['task-definition.json']);
  const [forebay, application] = ['forebay', 'assistant'].map(name => task.containerDefinitions.find(one => one.name === name));
  const environment = container => Object.fromEntries(container.environment.map(({ name, value }) => [name, value]));
  assert.ok(task.containerDefinitions.reduce((sum, one) => sum + (one.memory ?? 0), 0) <= Number(task.memory));
  assert.deepEqual(application.dependsOn, [{ containerName: 'forebay', condition: 'HEALTHY' }]);

  // What the image runs, with the jars and the configuration where they are here.
  const words = instruction => JSON.parse(new RegExp(`^${instruction} (\\[.*\\])$`, 'm').exec(files.Dockerfile)[1]);
  const [java, ...entry] = words('ENTRYPOINT');
  const main = entry.indexOf('dev.forebay.cli.Main');
  const [, jars] = /^COPY (\S+)\/\*\.jar \/opt\/forebay\/$/m.exec(files.Dockerfile);
  assert.equal(java, 'java');
  assert.deepEqual(entry.slice(main - 2), ['-cp', '/opt/forebay/*', 'dev.forebay.cli.Main']);
  assert.match((await run('ls', [join(here, '..', jars)], process.env)).said, /^forebay-cli.*\.jar$/m);
  const file = configuration(page('README').files['forebay.yaml']);
  const command = words('CMD').map(word => (word === '/etc/forebay.yaml' ? file : word));
  assert.ok(command.includes(file));
  const { said: address, server } = await startServer(
    /listens on (\S+)/,
    { ...environment(forebay), FOREBAY_JAVA_OPTS: entry.slice(0, main - 2).join(' ') },
    ...command,
    '--port',
    '0',
  );

  const there = text => text.replaceAll('http://127.0.0.1:8480', address);
  const [kind, ...check] = forebay.healthCheck.command;
  assert.equal(kind, 'CMD-SHELL');
  const healthy = () => run('sh', ['-c', there(check[0])], process.env);
  assert.equal((await healthy()).code, 0);
  await faults([{ model: SONNET, throttle: {} }]);
  const { AWS_ENDPOINT_URL_BEDROCK_RUNTIME } = environment(application);
  const answer = await fetch(`${there(AWS_ENDPOINT_URL_BEDROCK_RUNTIME)}/model/anthropic.claude-sonnet-4-6/converse`, {
    method: 'POST',
    body: JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }),
  });
  assert.equal(answer.headers.get('x-forebay-answer'), 'fallback');

  const began = Date.now();
  assert.equal(await stop(server), 0);
  assert.ok(Date.now() - began < 1_000 * forebay.stopTimeout);
  assert.notEqual((await healthy()).code, 0);
});

test('the first steps lead where they say', async () => {
  const { files, shell, said } = page('first-steps', '.');
  const [emulate, check, mend, serve, ask, impatient, patient, throttle] = shell;
  assert.match(emulate, /^.\/forebay emulate$/m);
  const own = await start(/emulator at (\S+)/, {}, 'emulate', '--port', '0');
  const here = lines => lines.replaceAll('http://127.0.0.1:8481', own).replaceAll('./forebay', launcher);
  const folder = laid({ 'forebay.yaml': here(files['forebay.yaml']) });
  const step = async (lines, address = own) => (await typed(here(lines), address, folder)).said;

  assert.equal(await step(`: ${own}\n${check}`), said[0]);
  assert.equal(await step(`: ${own}\n${mend}`), said[1]);
  assert.match(serve, /^.\/forebay serve --config forebay.yaml$/m);
  const address = await start(/listens on (\S+)/, {}, 'serve', '--config', join(folder, 'forebay.yaml'), '--port', '0');

  assert.match(await step(ask, address), /^x-forebay-answer: primary/im);
  const top = await step(`${impatient.trimEnd()} --url ${address}\n`, address);
  assert.equal(top.match(/gave up$/gm).length, 6);
  assert.match(top, /6 callers left in the last minute before they were answered/);
  const answers = await step(patient, address);
  assert.deepEqual(answers.match(/^x-forebay-answer: \w+/gim), ['x-forebay-answer: primary', 'x-forebay-answer: fallback']);
  assert.match(await step(throttle, address), /^x-forebay-answer: fallback/im);
});
