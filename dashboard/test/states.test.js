/**
 * Looks at the dashboard in twelve states, each made by a gateway that runs, at three sizes, light and dark: with axe, and
 * by comparing boxes. The pictures in the docs are made here.
 *
 * Environment: as stage.js says; SHOTS a folder for the pictures of all states, DOCS=1 to renew those in the docs; the
 * names of states as arguments, for these alone.
 */

import { copyFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layout } from './layout.js';
import { Load, call } from './load.js';
import { axe, check, faults, finish, here, launch, sleep, start, status, stop, when } from './stage.js';

const USE1 = 'us.anthropic.claude-sonnet-4-6';
const EUW1 = 'eu.anthropic.claude-sonnet-4-6';
const NOVA = 'amazon.nova-lite-v1:0';
const SIZES = { wide: { width: 1440, height: 900 }, laptop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
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
  `  ${name}: { region: us-east-1, model: "${model}", endpoint: "${emulator}", credentials: anonymous${more} }\n`;

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
    await show('empty', address, { ready: '.verdict.info', headline: /^No calls in the last 10 seconds\.$/, alarms: [] });
    const load = new Load(address);
    load.perSecond = 6;
    await show('calm', address, { ready: '.verdict.ok', headline: /^Calls are answered by the model they ask for\.$/, alarms: [] });
    await sleep(Math.max(0, 11_000 - (Date.now() - load.began)));
    load.perSecond = 40;
    await show('spike', address, { ready: '.events [data-kind=spike]', alarms: [] });
    load.stop();
    await stop(address);
  },

  async fallback(show) {
    const { address } = await gateway(config());
    const load = new Load(address);
    load.perSecond = 12;
    await sleep(2_000);
    await faults(emulator, [{ model: USE1, outage: {} }, { model: EUW1, error: { exception: 'ModelErrorException' } }]);
    await show('fallback', address, { ready: '.alarm[data-kind=breaker]', headline: /fallback/, alarms: ['fallback', 'breaker'] });
    load.stop();
    await stop(address);
  },

  async outage(show) {
    const { address } = await gateway(config());
    const load = new Load(address);
    load.perSecond = 12;
    await sleep(2_000);
    await faults(emulator, [{ outage: {} }]);
    await show('outage', address, { ready: '.alarm[data-kind=cut-off]', headline: /fail/, alarms: ['failing', 'cut-off', 'breaker'] });
    await faults(emulator, []);
    await show('recovering', address, { ready: '.verdict.ok', headline: /answered by the model/, patience: 40_000 });
    load.stop();
    await stop(address);
  },

  async quota(show) {
    const { address } = await gateway(config({ nova: 9000 }));
    const load = new Load(address, { 'x-forebay-priority': 'interactive' }, 1);
    load.perSecond = 4;
    await show('quota short', address, { ready: '.alarm[data-kind=quota]', alarms: ['quota'] });
    load.stop();
    await stop(address);
  },

  async left(show) {
    await faults(emulator, [{ slowFirstToken: { delay: '20s' } }]);
    const { address } = await gateway(config());
    const load = new Load(address, {}, 0, 700);
    load.perSecond = 6;
    await show('callers leave', address, { ready: '.verdict.critical', headline: /abandoned by their callers/ });
    load.stop();
    await stop(address);
  },

  async refused(show) {
    const { address, file } = await gateway(config());
    const load = new Load(address);
    load.perSecond = 4;
    await sleep(1_500);
    writeFileSync(file, config({ jobs: `jobs-${gateways}.db` }).replace('deadline: 20s', 'deadline: 20'));
    await show('config refused', address, { ready: '.banner[data-kind=config]', headline: /answered by the model/, alarms: ['config'] });
    load.stop();
    await stop(address);
  },

  async store(show) {
    const file = join(folder, 'jobs.db');
    const { address } = await gateway(config({ jobs: 'jobs.db' }));
    const load = new Load(address);
    load.perSecond = 4;
    await faults(emulator, [{ model: NOVA, error: { exception: 'ValidationException' } }]);
    for (let i = 0; i < 4; i++) await call(address, NOVA, false, `A question for later, ${i}`, { prefer: 'respond-async' });
    await show('dead letters', address, { ready: '.alarm[data-kind=dead-letters]', alarms: ['dead-letters'] });
    await faults(emulator, []);
    for (const end of ['', '-wal', '-shm']) truncateSync(file + end);
    await show('store down', address, { ready: '.banner[data-kind=queue-store]', alarms: ['queue-store'] });
    load.stop();
    await stop(address);
  },
};

async function show(name, address, { ready, headline, alarms, patience = 20_000 }) {
  if (only.length > 0 && !only.includes(name)) return;
  const context = await browser.newContext({ viewport: SIZES.wide, colorScheme: 'light', reducedMotion: 'reduce' });
  const page = await context.newPage();
  const trouble = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && trouble.push(message.text()));
  page.on('pageerror', (error) => trouble.push(String(error)));
  try {
    await page.goto(`${address}/dashboard`);
    await page.waitForSelector(ready, { timeout: patience });
    await sleep(1_200);
    if (headline) {
      const text = await page.locator('.verdict h1').textContent();
      check(`${name}: the headline fits`, headline.test(text), text);
    }
    if (alarms) {
      const kinds = await page.locator('.alarm').evaluateAll((all) => all.map((one) => one.dataset.kind));
      const order = alarms.map((kind) => kinds.indexOf(kind));
      check(`${name}: the alarms are there, the worst first`, alarms.length === 0 ? kinds.length === 0 : order[0] === 0 && order.every((at, i) => at >= 0 && (i === 0 || at > order[i - 1])), kinds.join(', '));
    }
    const advice = await page.locator('.advice').allTextContents();
    check(`${name}: no advice says that there is nothing to do`, !advice.some((text) => /nothing to do/i.test(text)));
    const each = async (look) => {
      for (const [size, viewport] of Object.entries(SIZES)) {
        for (const colorScheme of ['light', 'dark']) {
          await page.setViewportSize(viewport);
          await page.emulateMedia({ colorScheme });
          await page.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted, colorScheme);
          await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
          await look(`${size}-${colorScheme}`);
        }
      }
    };
    await each((size) => page.screenshot({ path: join(shots, `${name.replace(' ', '-')}-${size}.png`) }));
    // Stands still from here on: all sizes show the same, and axe is not kept waiting.
    if (ready !== '.lock input') await page.getByRole('button', { name: 'Pause' }).click();
    await each(async (size) => {
      const found = [...(await page.evaluate(layout)), ...(await axe(page))];
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

/** The check itself can fail: it must find what is broken on purpose. */
async function broken(address) {
  const context = await browser.newContext({ viewport: SIZES.laptop });
  const page = await context.newPage();
  await page.goto(`${address}/dashboard`);
  await page.waitForSelector('.verdict');
  for (const [what, css, expected] of [
    ['cut off', '.figure dt { width: 2rem; overflow: hidden; white-space: nowrap; }', /cut off/],
    ['over each other', '.figure dd { margin-top: -1.2rem; }', /lies over/],
    ['too wide', '.summary { width: 150vw; }', /wider than the screen/],
    ['out of line', '.verdict { margin-left: 1rem; }', /left edges differ/],
    ['below the fold', '.verdict { margin-top: 100vh; }', /below the fold/],
  ]) {
    const style = await page.addStyleTag({ content: css }).catch(() => null);
    // The page's policy forbids style elements; a constructed sheet is not bound by it.
    if (!style) await page.evaluate((text) => document.adoptedStyleSheets.push(Object.assign(new CSSStyleSheet(), {}).replaceSync(text) ?? new CSSStyleSheet()), css);
    const found = await page.evaluate(layout);
    check(`the look finds what is ${what}`, found.some((one) => expected.test(one)), found[0]);
    await page.evaluate(() => (document.adoptedStyleSheets = []));
    await style?.evaluate((node) => node.remove());
  }
  await context.close();
}

try {
  emulator = await start(['emulate', '--config', join(here, 'emulator.yaml')]);
  browser = await launch();
  for (const [name, state] of Object.entries(STATES)) {
    if (only.length > 0 && !state.toString().split("show('").slice(1).some((text) => only.some((one) => text.startsWith(`${one}'`)))) continue;
    await state(show).catch((error) => check(`${name} ran to its end`, false, error.stack));
    await faults(emulator, []);
  }
  if (only.length === 0) {
    const { address } = await gateway(config());
    await broken(address);
    if (process.env.DOCS) {
      for (const [shot, name] of Object.entries(DOCS)) copyFileSync(join(shots, `${shot}.png`), join(here, '../../docs', `${name}.png`));
    }
  }
} catch (error) {
  check('the test ran to its end', false, error.stack);
}
rmSync(folder, { recursive: true, force: true });
await finish(browser);
