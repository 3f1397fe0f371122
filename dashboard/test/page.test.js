/**
 * Looks at the dashboard as an operator does, in a real browser, while callers call and an emulated Bedrock has its
 * troubles. Each change must be on the page within two seconds of when a caller or /api/status sees it.
 *
 * Environment: as stage.js says.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Load, NOVA, call } from './load.js';
import { check, faults, finish, here, launch, start, status, stop, updates, when } from './stage.js';

const WITHIN_MS = 2_000;
/** How long something may take to happen at all: a queue that has used a minute's quota drains in the next one. */
const PATIENCE_MS = 90_000;
const USE1 = 'us.anthropic.claude-sonnet-4-6';
const EUW1 = 'eu.anthropic.claude-sonnet-4-6';
const DESKTOP = { width: 1280, height: 900 };
const JOBS = 80;
const OPS = 'the-operators-secret';
const WEB = 'a-callers-secret';

/** The same event seen by a caller or the status, and on the page. */
async function bothSee(what, outside, page, selector) {
  const [there, shown] = await Promise.all([
    when(outside, PATIENCE_MS),
    page.waitForSelector(selector, { state: 'attached', timeout: PATIENCE_MS + WITHIN_MS }).then(() => Date.now(), () => NaN),
  ]);
  check(what, shown - there <= WITHIN_MS, `${shown - there} ms after it happened`);
}

function watch(page, gateway) {
  const trouble = [];
  const foreign = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && trouble.push(message.text()));
  page.on('pageerror', (error) => trouble.push(String(error)));
  page.on('request', (request) => request.url().startsWith(gateway) || foreign.push(request.url()));
  return { trouble, foreign };
}

async function story(browser, emulator, gateway) {
  const context = await browser.newContext({ viewport: DESKTOP });
  const page = await context.newPage();
  const { trouble, foreign } = watch(page, gateway);
  const load = new Load(gateway);
  load.perSecond = 6;
  await page.goto(`${gateway}/dashboard`);
  await page.waitForSelector('.pulse.live');
  await page.waitForSelector('.disposition.wet[data-disposition=first]');
  // A machine that is busy may make the first calls time out.
  const unlit = await when(async () => (await page.locator('.disposition.lit').count()) === 0);
  check('calls that are answered at once are in the first group', !Number.isNaN(unlit));
  // More than ten seconds of calm, which a spike is measured against.
  await when(() => load.ended() >= 66, 40_000);

  load.perSecond = 40;
  const hasSpike = async () => (await status(gateway)).events.some((event) => event.kind === 'spike');
  await bothSee('the spike is shown', hasSpike, page, '.events [data-kind=spike]');
  const fast = await when(async () => Number(await page.locator('.summary dd').first().evaluate((dd) => dd.firstChild.textContent)) > 15);
  check('the calls a second on the page follow it', !Number.isNaN(fast));
  load.perSecond = 10;

  await faults(emulator, [{ model: USE1, error: { exception: 'ModelErrorException' } }, { model: EUW1, error: { exception: 'ModelErrorException' } }]);
  const before = load.answers.fallback ?? 0;
  await bothSee('the fallback group lights up', () => (load.answers.fallback ?? 0) > before, page, '.disposition.lit[data-disposition=fallback]');
  await page.waitForSelector('.overall.warning');
  check('the overall status says that a fallback answers', /fallback/.test(await page.locator('.overall h1').textContent()));
  await page.waitForSelector('.alarm[data-kind=fallback] .advice');

  await faults(emulator, [{ model: USE1, outage: {} }]);
  const circuit = (position) => async () => (await status(gateway)).targets['sonnet-use1'].breaker === position;
  await bothSee('a circuit that opens is shown', circuit('open'), page, 'tr.open[data-target=sonnet-use1]');
  await page.waitForSelector('.alarm[data-kind=breaker] [data-about=sonnet-use1]');
  check('its alarm says what to do', (await page.locator('.alarm[data-kind=breaker] .advice').first().textContent()).length > 40);

  await faults(emulator, []);
  await bothSee('a circuit that closes is shown', circuit('closed'), page, 'tr.closed[data-target=sonnet-use1]');

  await faults(emulator, [
    { model: USE1, outage: {} },
    { model: EUW1, probability: 0.4, error: { exception: 'ModelErrorException' } },
  ]);
  await page.waitForSelector('tr.open[data-target=sonnet-use1]');
  await page.locator('.call[data-disposition=fallback] summary').first().focus();
  await page.keyboard.press('Enter');
  const steps = page.locator('.call[open] .journey li');
  await steps.first().waitFor();
  const journey = await steps.allTextContents();
  check('a call opens by keyboard and shows its journey', journey.length >= 4 && /answered by haiku-use1 \(fallback\)/.test(journey.at(-1)), `${journey.length} steps`);


  for (let i = 0; i < JOBS; i++) await call(gateway, NOVA, false, `A question for later, ${i}`, { prefer: 'respond-async' });
  const jobs = async (state) => (await status(gateway)).queue.jobs[state];
  await bothSee('the queue that fills is shown', async () => (await jobs('queued')) > 0, page, '.queue [data-state=queued]:not([data-count="0"])');
  check('jobs are in their group', (await page.waitForSelector('.disposition.wet[data-disposition=queued]')) !== null);

  await faults(emulator, []);
  await bothSee('the queue that drains is shown', async () => (await jobs('queued')) === 0, page, '.queue [data-state=queued][data-count="0"]');
  await when(async () => (await jobs('done')) === JOBS);
  check('every job was answered', (await jobs('done')) === JOBS, `${await jobs('done')} of ${JOBS}`);

  await faults(emulator, [{ outage: {} }]);
  const canned = load.answers.canned ?? 0;
  await bothSee('canned answers are shown', () => (load.answers.canned ?? 0) > canned, page, '.disposition.lit[data-disposition=kept]');
  await faults(emulator, []);

  await page.getByRole('button', { name: 'Pause' }).click();
  const at = () => page.locator('.pulse time').textContent();
  const still = await at();
  await updates(gateway, 2);
  check('pause stops the page', (await at()) === still);
  await page.getByRole('button', { name: 'Pause' }).click();
  await when(async () => (await at()) !== still, 3_000);
  check('and lets it go on', (await at()) !== still);
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  const first = await theme();
  await page.getByRole('button', { name: /^(Dark|Light)$/ }).click();
  check('the theme switches', (await theme()) !== first);

  load.stop();
  const seen = await page.content();
  check('no prompt is on the page or in the status', !/A question|Question \d/.test(seen + JSON.stringify(await status(gateway))));
  check('no error and no warning in the console', trouble.length === 0, trouble.join('; '));
  check('no request goes elsewhere', foreign.length === 0, foreign.join(' '));

  await stop(gateway);
  await page.waitForSelector('.overall.lost');
  check('the page says when the gateway is gone', /not connected/i.test(await page.locator('.overall h1').textContent()));
  await context.close();
}

async function keysAndManyTargets(browser, gateway) {
  const context = await browser.newContext({ viewport: DESKTOP });
  const page = await context.newPage();
  await page.goto(`${gateway}/dashboard`);
  await page.waitForSelector('.lock input');
  await page.fill('.lock input', WEB);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.problem:not(:empty)');
  check('a key without admin does not open it', /admin/.test(await page.locator('.problem').textContent()));
  await page.fill('.lock input', OPS);
  await page.keyboard.press('Enter');
  await page.waitForSelector('tr[data-target=t99]');
  check('a key with admin opens it', (await page.locator('.pulse.live').count()) === 1);

  const load = new Load(gateway, { authorization: `Bearer ${WEB}` });
  load.perSecond = 10;
  await page.evaluate(() => {
    globalThis.longest = 0;
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, entry.duration);
    });
    observer.observe({ entryTypes: ['longtask'] });
  });
  // A busy machine stretches a task now and then; a page that is slow is so in each three seconds, with three updates.
  let longest = Infinity;
  for (let i = 0; i < 5 && longest >= 200; i++) {
    await page.evaluate(() => (globalThis.longest = 0));
    await updates(gateway, 3, { authorization: `Bearer ${OPS}` });
    longest = await page.evaluate(() => globalThis.longest);
  }
  check('quick with 100 targets', longest < 200, longest === 0 ? 'no task took 50 ms' : `the longest task took ${Math.round(longest)} ms`);
  await page.getByRole('searchbox').fill('t42');
  check('a target is found by its name', (await page.locator('tr[data-target]').count()) === 1);
  load.stop();
  await page.getByRole('button', { name: 'Forget key' }).click();
  await page.waitForSelector('.lock input');
  check('a key that is dropped is asked for again', (await page.evaluate(() => sessionStorage.length)) === 0);
  await context.close();
}

const folder = mkdtempSync(join(tmpdir(), 'forebay-'));
let browser;
try {
  const emulator = await start(['emulate', '--config', join(here, 'emulator.yaml'), '--port', '0']);
  const serve = (config) => start(['serve', '--config', join(here, config), '--port', '0'], { EMULATOR: emulator, OPS, WEB, JOBS: join(folder, 'jobs.db') });
  const gateway = await serve('gateway.yaml');
  browser = await launch();
  await story(browser, emulator, gateway);
  await keysAndManyTargets(browser, await serve('hundred.yaml'));
} catch (error) {
  check('the test ran to its end', false, error.stack);
}
rmSync(folder, { recursive: true, force: true });
await finish(browser);
