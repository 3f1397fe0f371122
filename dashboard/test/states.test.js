/**
 * Looks at the dashboard in thirteen states, each made by a gateway that runs, at three sizes, light and dark: with axe, and
 * by comparing boxes. The pictures in the docs are made here.
 *
 * Environment: as stage.js says; SHOTS a folder for the pictures of all states, DOCS=1 to renew those in the docs; the
 *  names of states as arguments, for these alone; report and self-check are two more.
 */

import { closeSync, copyFileSync, fstatSync, mkdirSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layout } from './layout.js';
import { Load, call } from './load.js';
import { axe, check, faults, finish, here, launch, run, start, status, stop, updates, when } from './stage.js';

const USE1 = 'us.anthropic.claude-sonnet-4-6';
const EUW1 = 'eu.anthropic.claude-sonnet-4-6';
const NOVA = 'amazon.nova-lite-v1:0';
const SIZES = { wide: { width: 1440, height: 900 }, laptop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
/** What axe looks for: all of WCAG 2.2 up to AA, and what it calls best practice. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const DOCS = {
  'fallback-laptop-light': 'dashboard-light',
  'fallback-laptop-dark': 'dashboard-dark',
  'fallback-phone-light': 'dashboard-phone-light',
  'fallback-phone-dark': 'dashboard-phone-dark',
};

const only = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'forebay-'));
const shots = process.env.SHOTS ?? join(folder, 'shots');
mkdirSync(shots, { recursive: true });

let emulator;
let browser;
let gateways = 0;

const target = (name, model, more = '') =>
  `  ${name}: { region: ${model.startsWith('eu.') ? 'eu-west-1' : 'us-east-1'}, model: "${model}", endpoint: "${emulator}", credentials: anonymous${more} }\n`;

/** A configuration: two equal targets, a fallback, and a queue for another model. */
const config = ({ route = '', nova = '', jobs = `jobs-${gateways + 1}.db`, more = '' } = {}) =>
  'targets:\n' +
  target('sonnet-use1', USE1, ', quota: { tokensPerMinute: 400000 }') +
  target('sonnet-euw1', EUW1, ', quota: { tokensPerMinute: 400000 }') +
  target('haiku-use1', 'us.anthropic.claude-haiku-4-5-20251001-v1:0') +
  target('nova-use1', NOVA, `, quota: { tokensPerMinute: ${nova || 120000} }`) +
  'routes:\n' +
  `  anthropic.claude-sonnet-4-6: { tiers: [[sonnet-use1, sonnet-euw1], [haiku-use1]], deadline: 20s, breaker: { openFor: 3s }${route} }\n` +
  `  ${NOVA}: { tiers: [[nova-use1]], deadline: 60s, patience: 60s, breaker: { openFor: 3s }, queue: { expireAfter: 1h } }\n` +
  `jobs: { store: "sqlite:${join(folder, jobs)}" }\n` +
  more;

async function gateway(text) {
  const file = join(folder, `gateway-${++gateways}.yaml`);
  writeFileSync(file, text);
  const address = await start(['serve', '--config', file, '--port', '0'], { OPS: 'the-operators-secret' });
  return { address, file };
}

/** Each makes its state, shows it, and says what the headline and the alarms must be like. */
const STATES = {
  async login(show) {
    const { address } = await gateway(config({ more: 'auth: { keys: [{ name: ops, secret: "${OPS}", admin: true }] }\n' }));
    await show('login', address, { ready: '.lock input' });
  },

  async calm(show) {
    const { address } = await gateway(config());
    await show('empty', address, { ready: '.overall.info', headline: /^No calls in the last 10 seconds\.$/, alarms: [] });
    const load = new Load(address);
    load.perSecond = 6;
    await show('calm', address, { ready: '.overall.ok', headline: /^Calls are answered by the model they ask for\.$/, alarms: [] });
    // More than ten seconds of calm, which a spike is measured against.
    await when(() => load.ended() >= 66, 40_000);
    load.perSecond = 40;
    await show('spike', address, { ready: '.events [data-kind=spike]', alarms: [] });
    load.stop();
    await stop(address);
  },

  async fallback(show) {
    const { address } = await gateway(config());
    const load = new Load(address);
    // The faster of two targets gets the calls: only if both fail, it is sure that a circuit opens.
    load.perSecond = 12;
    await when(() => load.ended() >= 24);
    await faults(emulator, [{ model: USE1, outage: {} }, { model: EUW1, outage: {} }]);
    await show('fallback', address, { ready: '.alarm[data-kind=fallback] ~ .alarm[data-kind=breaker]', headline: /fallback/, alarms: ['fallback', 'breaker'], patience: 40_000 });
    load.stop();
    await stop(address);
  },

  async outage(show) {
    const { address } = await gateway(config());
    const load = new Load(address);
    load.perSecond = 12;
    await when(() => load.ended() >= 24);
    await faults(emulator, [{ outage: {} }]);
    await show('outage', address, { ready: '.alarm[data-kind=failing] ~ .alarm[data-kind=cut-off]', headline: /fail/, alarms: ['failing', 'cut-off', 'breaker'] });
    await faults(emulator, []);
    await show('recovering', address, { ready: '.overall.ok', headline: /answered by the model/, patience: 40_000 });
    load.stop();
    await stop(address);
  },

  async quota(show) {
    const { address } = await gateway(config({ nova: 9000 }));
    const load = new Load(address, {}, 1);
    load.perSecond = 60;
    await show('quota short', address, { ready: '.alarm[data-kind=waiting]', alarms: ['waiting'], patience: 60_000 });
    load.stop();
    await stop(address);
  },

  async left(show) {
    await faults(emulator, [{ slowFirstToken: { delay: '20s' } }]);
    const { address } = await gateway(config());
    const load = new Load(address, {}, 0, 700);
    load.perSecond = 6;
    await show('callers leave', address, { ready: '.overall.critical ~ .alarms .alarm[data-kind=callers-leave]', headline: /abandoned by their callers/, alarms: ['callers-leave'] });
    load.stop();
    await stop(address);
  },

  async refused(show) {
    const { address, file } = await gateway(config());
    const load = new Load(address);
    load.perSecond = 4;
    await when(() => load.ended() >= 6);
    writeFileSync(file, config({ jobs: `jobs-${gateways}.db` }).replace('deadline: 20s', 'deadline: 20'));
    await show('config refused', address, { ready: '.banner[data-kind=config]', headline: /answered by the model/, alarms: ['config'] });
    load.stop();
    await stop(address);
  },

  async fleet(show) {
    const store = await redis();
    const cluster = `cluster: { url: "redis://127.0.0.1:${store.port}" }\n`;
    const quota = { more: cluster, nova: 9000 };
    const one = await gateway(config(quota));
    const other = await gateway(config({ ...quota, jobs: 'jobs-fleet.db' }));
    const loads = [one, other].map(({ address }) => new Load(address, {}, 1));
    for (const load of loads) load.perSecond = 30;
    await show('fleet', one.address, { ready: '.fleet[data-members="2"] [data-parts] tr[data-waits=true]', patience: 60_000 });
    store.process.kill('SIGKILL');
    await show('fleet without its store', one.address, { ready: '.fleet .chip.critical', patience: 20_000 });
    for (const load of loads) load.stop();
    await stop(one.address);
    await stop(other.address);
  },

  async store(show) {
    const file = join(folder, 'jobs.db');
    const { address } = await gateway(config({ jobs: 'jobs.db' }));
    const load = new Load(address, {}, 0);
    load.perSecond = 4;
    await faults(emulator, [{ model: NOVA, error: { exception: 'ValidationException' } }]);
    for (let i = 0; i < 4; i++) await call(address, NOVA, false, `A question for later, ${i}`, { prefer: 'respond-async' });
    await show('dead letters', address, { ready: '.overall.ok ~ .alarms .alarm[data-kind=dead-letters]', headline: /answered by the model/, alarms: ['dead-letters'], patience: 40_000 });
    await faults(emulator, []);
    // As after a disk that was swapped: an index that is void is made again, from files that are empty.
    truncateSync(file);
    truncateSync(`${file}-wal`);
    const index = openSync(`${file}-shm`, 'r+');
    writeSync(index, Buffer.alloc(fstatSync(index).size));
    closeSync(index);
    await show('store down', address, { ready: '.banner[data-kind=queue-store]', alarms: ['queue-store'] });
    load.stop();
    await stop(address);
  },
};

/** A store of a cluster, which keeps nothing. */
async function redis() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  const process = spawn('redis-server', ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], { stdio: 'ignore' });
  return { port, process };
}

async function show(name, address, { ready, headline, alarms, patience = 20_000 }) {
  if (only.length > 0 && !only.includes(name)) return;
  const context = await browser.newContext({ viewport: SIZES.wide, colorScheme: 'light', reducedMotion: 'reduce' });
  const page = await context.newPage();
  const trouble = [];
  // The browser reports the 403 that asks for a key as an error.
  const asked = (message) => name === 'login' && /status of 403/.test(message.text());
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && !asked(message) && trouble.push(message.text()));
  page.on('pageerror', (error) => trouble.push(String(error)));
  try {
    await page.goto(`${address}/dashboard`);
    await page.waitForSelector(ready, { timeout: patience });
    if (name !== 'login') await updates(address, 1);
    if (headline) {
      // A machine that is busy may make calls of the first seconds fail.
      const text = () => page.locator('.overall h1').textContent();
      await when(async () => headline.test(await text()), patience);
      check(`${name}: the headline fits`, headline.test(await text()), await text());
    }
    if (alarms) {
      const shown = await page.locator('.alarm').evaluateAll((all) => all.map((one) => ({ kind: one.dataset.kind, level: ['critical', 'warning', 'info'].findIndex((level) => one.classList.contains(level)) })));
      const rest = alarms.map((kind) => shown.findIndex((one) => one.kind === kind));
      const sorted = (list) => list.every((value, i) => i === 0 || list[i - 1] <= value);
      const holds = !rest.includes(-1) && sorted(rest) && (alarms.length > 0 || shown.length === 0);
      check(`${name}: its alarms are there, the worst first`, holds, shown.map((one) => one.kind).join(', '));
      const grave = shown.filter((one, i) => !['config', 'queue-store'].includes(one.kind) || i > 0);
      check(`${name}: critical before warnings before notes`, sorted(grave.map((one) => one.level)));
    }
    const advice = await page.locator('.advice').allTextContents();
    check(`${name}: no advice says that there is nothing to do`, !advice.some((text) => /nothing to do/i.test(text)));
    await each(page, (size) => page.screenshot({ path: join(shots, `${name.replace(' ', '-')}-${size}.png`) }));
    // Stands still from here on: all sizes show the same, and axe is not kept waiting.
    if (ready !== '.lock input') await page.getByRole('button', { name: 'Pause' }).click();
    await each(page, async (size) => {
      const found = [...(await page.evaluate(layout)), ...(await axe(page, RULES))];
      check(`${name}, ${size}`, found.length === 0, found.join('; '));
      if (process.env.SHOTS) await page.screenshot({ path: join(shots, `${name.replace(' ', '-')}-${size}-whole.png`), fullPage: true });
    });
    check(`${name}: no error and no warning in the console`, trouble.length === 0, trouble.join('; '));
  } catch (error) {
    check(`${name}: seen`, false, `${error.message}; ${JSON.stringify((await status(address).catch(() => ({}))).verdict)}`);
    await page.screenshot({ path: join(shots, `${name.replace(' ', '-')}-failed.png`) });
  } finally {
    await context.close();
  }
}

/** Shows a page at each size, light and dark. */
async function each(page, look) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ['light', 'dark']) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await page.waitForFunction((wanted) => (document.documentElement.dataset.theme ?? wanted) === wanted, colorScheme);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await look(`${size}-${colorScheme}`);
    }
  }
}

/** The page that `forebay simulate` and `forebay demo` write. */
async function report() {
  const file = join(folder, 'report.html');
  await run(['simulate', '--scenario', 'outage', '--seed', '1', '--html', file]);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`file://${file}`);
  await each(page, async (size) => {
    if (process.env.SHOTS) await page.screenshot({ path: join(shots, `report-${size}-whole.png`), fullPage: true });
    const found = [...(await page.evaluate(layout)), ...(await axe(page, RULES))];
    check(`report, ${size}`, found.length === 0, found.join('; '));
  });
  await context.close();
}

/** The check itself can fail: it must find what is broken on purpose. */
async function broken(address) {
  const context = await browser.newContext({ viewport: SIZES.laptop, bypassCSP: true });
  const page = await context.newPage();
  await page.goto(`${address}/dashboard`);
  await page.waitForSelector('.overall');
  for (const [what, css, expected] of [
    ['cut off', '.figure dt { width: 2rem; overflow: hidden; white-space: nowrap; }', /cut off/],
    ['over each other', '.figure dd { margin-top: -1.2rem; }', /lies over/],
    ['too wide', '.summary { width: 150vw; }', /wider than the screen/],
    ['out of line', '.overall { margin-left: 1rem; }', /left edges differ/],
    ['below the fold', '.overall { margin-top: 100vh; }', /below the fold/],
  ]) {
    const style = await page.addStyleTag({ content: css });
    const found = await page.evaluate(layout);
    check(`the look finds what is ${what}`, found.some((one) => expected.test(one)), found[0]);
    await style.evaluate((node) => node.remove());
  }
  await context.close();
}

try {
  emulator = await start(['emulate', '--config', join(here, 'emulator.yaml'), '--port', '0']);
  browser = await launch();
  for (const [name, state] of Object.entries(STATES)) {
    if (only.length > 0 && !state.toString().split("show('").slice(1).some((text) => only.some((one) => text.startsWith(`${one}'`)))) continue;
    await state(show).catch((error) => check(`${name} ran to its end`, false, error.stack));
    await faults(emulator, []);
  }
  if (only.length === 0 || only.includes('report')) await report();
  if (only.length === 0 || only.includes('self-check')) await broken((await gateway(config())).address);
  if (process.env.DOCS) {
    for (const [shot, name] of Object.entries(DOCS)) copyFileSync(join(shots, `${shot}.png`), join(here, '../../docs', `${name}.png`));
  }
} catch (error) {
  check('the test ran to its end', false, error.stack);
}
rmSync(folder, { recursive: true, force: true });
await finish(browser);
