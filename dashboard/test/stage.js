/**
 * What the tests in a browser stand on: processes, a browser, checks, and what a look at a page finds.
 *
 * Environment: FOREBAY the command, CHROMIUM the browser.
 */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const here = dirname(fileURLToPath(import.meta.url));
const forebay = process.env.FOREBAY ?? join(here, '../../forebay');
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let passed = 0;
let failed = 0;
const processes = [];
const began = Date.now();

export function check(what, holds, detail = '') {
  if (holds) passed++;
  else failed++;
  const time = ((Date.now() - began) / 1_000).toFixed(1).padStart(5);
  console.log(`${time} s  ${holds ? 'ok    ' : 'FAILED'}  ${what}${detail ? ` (${detail})` : ''}`);
}

/** Starts a command and waits for the line that says where it listens. */
export function start(args, environment = {}) {
  const child = spawn(forebay, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  processes.push(child);
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`no address from ${args}: ${text}`)), 60_000);
    child.stdout.on('data', (data) => {
      text += data;
      const found = /(?:listens on|emulator at) (http:\/\/127\.0\.0\.1:\d+)/.exec(text);
      if (found) {
        clearTimeout(timer);
        child.address = found[1];
        resolve(found[1]);
      }
    });
    child.stderr.on('data', (data) => (text += data));
    child.on('exit', (code) => reject(new Error(`${args} ended with ${code}: ${text}`)));
  });
}

/** Runs a command to its end. */
export function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(forebay, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let text = '';
    child.stderr.on('data', (data) => (text += data));
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${args} ended with ${code}: ${text}`))));
  });
}

export async function stop(address) {
  const child = processes.find((one) => one.address === address);
  processes.splice(processes.indexOf(child), 1);
  await ended(child);
}

function ended(child) {
  child.removeAllListeners('exit').kill('SIGTERM');
  return child.exitCode !== null ? Promise.resolve() : new Promise((resolve) => child.on('exit', resolve));
}

export function launch(more = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-gpu', ...more],
  });
}

/** Ends all that was started, prints the sum, and exits. */
export async function finish(browser) {
  await browser?.close();
  await Promise.all(processes.map(ended));
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

export async function status(gateway, headers = {}) {
  return (await fetch(`${gateway}/api/status`, { headers })).json();
}

export async function faults(emulator, list) {
  const response = await fetch(`${emulator}/_emulator/faults`, { method: 'POST', body: JSON.stringify(list) });
  if (!response.ok) throw new Error(await response.text());
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The time at which something became true, asked every 50 ms; NaN if it did not. */
export async function when(holds, patienceMs = 15_000) {
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    if (await holds()) return Date.now();
    await sleep(50);
  }
  return NaN;
}

/** Returns when the gateway has sent so many updates to a viewer that begins now: one a second. */
export async function updates(gateway, count, headers = {}) {
  const response = await fetch(`${gateway}/api/events`, { headers });
  const decoder = new TextDecoder();
  let seen = 0;
  for await (const part of response.body) {
    seen += decoder.decode(part, { stream: true }).split('\n\n').length - 1;
    // The first says how all stands.
    if (seen > count) return;
  }
  throw new Error(`${gateway} ended its events`);
}

/**
 * What axe finds on the page as it is, a line each.
 *
 * @param runOnly the rules
 */
export async function axe(page, runOnly) {
  // Evaluated by the browser's own tools, which the page's policy does not bind.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource);
  const result = await page.evaluate((rules) => globalThis.axe.run(document, { runOnly: rules, resultTypes: ['violations'] }), runOnly);
  return result.violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 120)} ${one.nodes[0].any[0]?.message ?? ''}`);
}
