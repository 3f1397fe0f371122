/**
 * Reads /api/events. By fetch, because an EventSource cannot send the key. The key stays in this tab and is sent to
 * this gateway alone.
 */

import { connection, take } from './store';
import type { Snapshot } from './types';

const KEY = 'forebay-key';
const SILENCE_MS = 5_000;
const RETRY_MS = 1_000;

let attempt: AbortController | null = null;

export function useKey(key: string): void {
  sessionStorage.setItem(KEY, key);
  connect();
}

export function forgetKey(): void {
  sessionStorage.removeItem(KEY);
  connect();
}

export function hasKey(): boolean {
  return sessionStorage.getItem(KEY) !== null;
}

/** Connects, and goes on doing so whenever the connection is lost. */
export function connect(): void {
  attempt?.abort();
  const mine = new AbortController();
  attempt = mine;
  connection.value = { state: 'connecting' };
  void keepReading(mine);
}

async function keepReading(mine: AbortController): Promise<void> {
  while (!mine.signal.aborted) {
    const message = await read(mine.signal);
    if (mine.signal.aborted || connection.value.state === 'locked') return;
    connection.value = { state: 'lost', message };
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** Reads until the connection ends, and says why it did. */
async function read(aborted: AbortSignal): Promise<string> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  const signal = AbortSignal.any([aborted, silence.signal]);
  const key = sessionStorage.getItem(KEY);
  try {
    const response = await fetch('api/events', {
      headers: key ? { authorization: `Bearer ${key}` } : {},
      cache: 'no-store',
      credentials: 'same-origin',
      signal,
    });
    if (response.status === 400 || response.status === 403) {
      connection.value = { state: 'locked', message: await reason(response, key !== null) };
      return '';
    }
    if (!response.ok || !response.body) return await reason(response, false);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return 'The gateway has ended the connection.';
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      text += value;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        accept(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  } catch {
    return silence.signal.aborted ? 'The gateway is silent.' : 'The gateway cannot be reached.';
  } finally {
    clearTimeout(timer);
  }
}

function accept(message: string): void {
  let event = '';
  let data = '';
  for (const line of message.split('\n')) {
    if (line.startsWith('event: ')) event = line.slice(7);
    else if (line.startsWith('data: ')) data += line.slice(6);
  }
  if (data === '') return;
  take(JSON.parse(data) as Snapshot, event === 'full');
  if (connection.value.state !== 'live') connection.value = { state: 'live' };
}

async function reason(response: Response, keyWasSent: boolean): Promise<string> {
  if (response.status === 403 && !keyWasSent) return '';
  try {
    const body = (await response.json()) as { message?: string };
    return body.message ?? `Status ${response.status}.`;
  } catch {
    return `Status ${response.status}.`;
  }
}
