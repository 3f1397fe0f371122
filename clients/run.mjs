// Starts an emulated Bedrock and two gateways before it, one open and one with keys, and runs each client's
// tests with each way of signing: any AWS keys where the gateway is open, a bearer token, and an access key of
// the gateway's own. Then the pages of docs/how-to.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLIENTS, faults, gateway } from './scenarios.mjs';
import { here, run, start, stopAll } from './servers.mjs';

// A test that hangs is a failure, not a wait.
const TIMEOUT = '--test-timeout=120000';

const work = mkdtempSync(join(tmpdir(), 'forebay-clients-'));

const SECRET = 'a-secret-of-the-gateway';
const KEYS = { keys: [{ name: 'clients', accessKeyId: 'FBCLIENTS', secret: '${FOREBAY_KEY}' }] };

async function startGateway(emulator, name, accesses, auth) {
  const file = join(work, `${name}.yaml`);
  writeFileSync(file, gateway(emulator, accesses, auth));
  return start(/listens on (\S+)/, { FOREBAY_KEY: SECRET, TARGET_ID: 'AKIDTARGET', TARGET_SECRET: 'of-the-target' }, 'serve', '--config', file, '--port', '0');
}

/** The environment of a client: what a user sets, and nothing of this machine's own AWS settings. */
function environment(access, endpoint, emulator) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  const keys = {
    open: { AWS_ACCESS_KEY_ID: 'AKIDANY', AWS_SECRET_ACCESS_KEY: 'any' },
    bearer: { AWS_BEARER_TOKEN_BEDROCK: SECRET },
    sigv4: { AWS_ACCESS_KEY_ID: 'FBCLIENTS', AWS_SECRET_ACCESS_KEY: SECRET },
  };
  return {
    ...Object.fromEntries(own),
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: join(work, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(work, 'no-credentials'),
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: endpoint,
    ...keys[access],
    FOREBAY_ACCESS: access,
    EMULATOR: emulator,
  };
}

/** So many tests that node ran came out so. */
const count = ({ said }, what) => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(said)?.[1] ?? 0);

async function main() {
  const emulator = await start(/emulator at (\S+)/, {}, 'emulate', '--config', join(here, 'emulator.yaml'), '--port', '0');
  const [open, keyed] = await Promise.all([
    startGateway(emulator, 'open', ['open']),
    startGateway(emulator, 'keyed', ['bearer', 'sigv4'], KEYS),
  ]);
  const set = await fetch(`${emulator}/_emulator/faults`, {
    method: 'POST',
    body: JSON.stringify(faults(['open', 'bearer', 'sigv4'])),
  });
  if (!set.ok) throw new Error(await set.text());

  const python = (await run('python3', ['-c', 'import boto3'], process.env)).code === 0;
  const clients = CLIENTS.filter(client => client !== 'boto3');
  let passed = 0;
  let failed = 0;
  const report = (title, { code, said }, good, bad) => {
    const ok = code === 0 && bad === 0 && good > 0;
    passed += good;
    failed += ok ? bad : Math.max(bad, 1);
    console.log(`${title}: ${good} passed, ${ok ? bad : Math.max(bad, 1)} failed`);
    if (!ok) console.log(said);
  };
  for (const [access, endpoint] of [['open', open], ['bearer', keyed], ['sigv4', keyed]]) {
    const env = environment(access, endpoint, emulator);
    const files = clients.map(client => `${client}.test.mjs`);
    const javascript = await run(process.execPath, ['--test', '--test-reporter=tap', TIMEOUT, '--test-concurrency=2', ...files], env);
    report(`${access}, JavaScript`, javascript, count(javascript, 'pass'), count(javascript, 'fail'));
    if (python) {
      const tests = await run('python3', ['-m', 'unittest', '-v', 'boto3_test'], env);
      const good = (tests.said.match(/ \.\.\. ok$/gm) ?? []).length;
      const bad = (tests.said.match(/ \.\.\. (FAIL|ERROR)$/gm) ?? []).length;
      report(`${access}, boto3`, tests, good, bad);
    }
  }
  const pages = await run(process.execPath, ['--test', '--test-reporter=tap', TIMEOUT, 'howto.test.mjs'], process.env);
  report('how-to pages', pages, count(pages, 'pass'), count(pages, 'fail'));
  if (!python) console.log('boto3 is left out: this Python has none.');
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

main()
  .catch(error => {
    console.log(String(error));
    console.log('0 passed, 1 failed');
    return 1;
  })
  .then(async code => {
    process.exitCode = code;
    await stopAll();
  })
  .catch(error => {
    console.log(String(error));
    process.exitCode = 1;
  })
  .finally(() => rmSync(work, { recursive: true, force: true }));
