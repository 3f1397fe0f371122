/**
 * What a web page can do to a gateway on the developer's machine, in a real browser: pages of another site, of another port, without an origin,
 * and of a name that is rebound to the gateway's address. None may spend the quota or read anything; the gateway's own page may.
 *
 * Environment: as stage.js says.
 */

import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, finish, here, launch, sleep, start } from './stage.js';

const OPS = 'the-operators-secret';
const WEB = 'a-callers-secret';
const MODEL = 'amazon.nova-lite-v1:0';
const BODY = JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Hi' }] }] });

/** What a page tries, in the page: whether it could read something. */
const ATTEMPTS = {
  'fetch GET /api/status': async ({ gateway }) => (await fetch(`${gateway}/api/status`)).ok,
  'fetch GET /metrics': async ({ gateway }) => (await fetch(`${gateway}/metrics`)).ok,
  'fetch GET /jobs, no-cors': async ({ gateway }) => (await fetch(`${gateway}/jobs`, { mode: 'no-cors' })).ok,
  'fetch POST text/plain': async ({ gateway, call, body }) => (await fetch(gateway + call, { method: 'POST', body })).ok,
  'fetch POST text/plain, no-cors': async ({ gateway, call, body }) =>
    (await fetch(gateway + call, { method: 'POST', mode: 'no-cors', body })).ok,
  'fetch POST application/json': async ({ gateway, call, body }) =>
    (await fetch(gateway + call, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).ok,
  'fetch DELETE /jobs/x': async ({ gateway }) => (await fetch(`${gateway}/jobs/x`, { method: 'DELETE' })).ok,
  sendBeacon: async ({ gateway, call, body }) => navigator.sendBeacon(gateway + call, body) && false,
  'form POST into a frame': ({ gateway, call, body }) =>
    new Promise((resolve) => {
      const frame = document.body.appendChild(document.createElement('iframe'));
      frame.name = 'answer';
      const form = document.body.appendChild(document.createElement('form'));
      Object.assign(form, { action: gateway + call, method: 'POST', enctype: 'text/plain', target: 'answer' });
      const field = form.appendChild(document.createElement('input'));
      field.name = body.slice(0, -1) + ',"x":"';
      field.value = '"}';
      frame.onload = () => {
        try {
          resolve(/stopReason/.test(frame.contentDocument?.body.textContent ?? ''));
        } catch {
          resolve(false);
        }
      };
      form.submit();
      setTimeout(() => resolve(false), 1_500);
    }),
  'XMLHttpRequest': ({ gateway }) =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.onloadend = () => resolve(request.status === 200);
      request.open('GET', `${gateway}/api/status`);
      request.send();
    }),
  EventSource: ({ gateway }) =>
    new Promise((resolve) => {
      const events = new EventSource(`${gateway}/api/events`);
      events.onopen = () => resolve(true);
      events.onerror = () => (events.close(), resolve(false));
    }),
};

const folder = mkdtempSync(join(tmpdir(), 'forebay-'));
let browser;
const pages = createServer((request, response) => {
  response.setHeader('content-type', 'text/html');
  response.end(request.url === '/framed' ? '<iframe sandbox="allow-scripts" srcdoc="<p>no origin</p>"></iframe>' : '<p>a page of somebody else</p>');
});
const arrived = async (emulator) => (await (await fetch(`${emulator}/_emulator/stats`)).json()).total.arrived;

async function attempts(name, place, gateway, model, emulator, mayPass) {
  const input = { gateway, call: `/model/${model}/converse`, body: BODY };
  const outcomes = [];
  for (const [what, attempt] of Object.entries(ATTEMPTS)) {
    const before = await arrived(emulator);
    let read = false;
    try {
      read = await place.evaluate(attempt, input);
    } catch {
      // The browser or the gateway refused it.
    }
    if (what === 'sendBeacon' || /no-cors/.test(what)) await sleep(150);
    const spent = (await arrived(emulator)) - before;
    outcomes.push({ what, read, spent });
    if (!mayPass) check(`${name}: ${what}`, !read && spent === 0, read ? 'could read' : spent ? 'spent quota' : 'nothing read, nothing spent');
  }
  return outcomes;
}

try {
  await new Promise((resolve) => pages.listen(0, '127.0.0.1', resolve));
  const port = pages.address().port;
  const emulator = await start(['emulate', '--config', join(here, 'emulator.yaml'), '--port', '0']);
  browser = await launch(['--host-resolver-rules=MAP evil.example 127.0.0.1, MAP rebound.example 127.0.0.1']);
  for (const config of ['gateway.yaml', 'hundred.yaml']) {
    const keys = config === 'hundred.yaml' ? 'with keys' : 'without keys';
    const environment = { EMULATOR: emulator, OPS, WEB, JOBS: join(folder, `${config}.db`) };
    const gateway = await start(['serve', '--config', join(here, config), '--port', '0'], environment);
    const model = MODEL;
    const context = await browser.newContext();
    const page = await context.newPage();

    await page.goto(`http://evil.example:${port}/`);
    await attempts(`${keys}, another site`, page, gateway, model, emulator);
    await page.goto(`http://127.0.0.1:${port}/`);
    await attempts(`${keys}, another port`, page, gateway, model, emulator);
    await page.goto(`http://127.0.0.1:${port}/framed`);
    await attempts(`${keys}, no origin`, page.frames()[1], gateway, model, emulator);

    // The page came from the attacker's machine, and its name now stands for the gateway's.
    const rebound = gateway.replace('127.0.0.1', 'rebound.example');
    await page.route(`${rebound}/attack`, (route) => route.fulfill({ contentType: 'text/html', body: '<p>rebound</p>' }));
    await page.goto(`${rebound}/attack`);
    await attempts(`${keys}, a rebound name`, page, rebound, model, emulator);
    const opened = await page.goto(`${rebound}/dashboard`);
    const dashboard = keys === 'with keys' ? opened.status() === 200 : opened.status() === 403;
    check(`${keys}, a rebound name: the dashboard's page, which holds no data`, dashboard, `${opened.status()}`);

    await page.goto(`${gateway}/dashboard`);
    const own = await attempts(`${keys}, its own page`, page, gateway, model, emulator, true);
    const passes = own.find((one) => one.what === 'fetch GET /api/status').read;
    check(`${keys}, its own page: reads its data${keys === 'with keys' ? ' only with a key' : ''}`, passes === (keys === 'without keys'));
    await context.close();
  }
} catch (error) {
  check('the test ran to its end', false, error.stack);
}
pages.close();
rmSync(folder, { recursive: true, force: true });
await finish(browser);
