/** Callers: so many calls a second, half of them streams, until stopped. */

import http from 'node:http';

const agent = new http.Agent({ keepAlive: true, maxSockets: 1000 });
const SONNET = 'anthropic.claude-sonnet-4-6';
export const NOVA = 'amazon.nova-lite-v1:0';

/** @param leaveAfterMs when the caller gives up; 0 for never */
export function call(gateway, model, stream, question, headers = {}, leaveAfterMs = 0) {
  const body = JSON.stringify({
    messages: [{ role: 'user', content: [{ text: question }] }],
    inferenceConfig: { maxTokens: 200 },
  });
  return new Promise((resolve) => {
    const request = http.request(
      `${gateway}/model/${encodeURIComponent(model)}/${stream ? 'converse-stream' : 'converse'}`,
      { method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers } },
      (response) => {
        response.resume();
        response.on('close', () => resolve({ status: response.statusCode, answer: response.headers['x-forebay-answer'] ?? 'refused' }));
      },
    );
    request.on('error', () => resolve({ status: 0, answer: 'lost' }));
    request.end(body);
    if (leaveAfterMs > 0) setTimeout(() => request.destroy(), leaveAfterMs);
  });
}

export class Load {
  /**
   * @param nova the share of calls to Nova
   * @param leaveAfterMs when callers give up; 0 for never
   */
  constructor(gateway, headers = {}, nova = 1 / 6, leaveAfterMs = 0) {
    this.nova = nova;
    this.leaveAfterMs = leaveAfterMs;
    this.gateway = gateway;
    this.headers = headers;
    this.sent = 0;
    this.perSecond = 0;
    this.owed = 0;
    /** How many answers of each kind callers have got. */
    this.answers = {};
    this.timer = setInterval(() => this.tick(), 50);
  }

  tick() {
    this.owed += this.perSecond / 20;
    for (; this.owed >= 1; this.owed--) {
      const i = this.sent++;
      const nova = Math.floor((i + 1) * this.nova) > Math.floor(i * this.nova);
      void this.count(call(this.gateway, nova ? NOVA : SONNET, i % 2 === 0, nova ? `Question ${i % 10}` : `A question, number ${i}`, this.headers, this.leaveAfterMs));
    }
  }

  async count(called) {
    const { answer } = await called;
    this.answers[answer] = (this.answers[answer] ?? 0) + 1;
  }

  /** How many calls have ended, however they did. */
  ended() {
    return Object.values(this.answers).reduce((sum, one) => sum + one, 0);
  }

  stop() {
    clearInterval(this.timer);
  }
}
