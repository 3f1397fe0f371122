/** Callers: so many calls a second, half of them streams, until stopped. */

import http from 'node:http';

const agent = new http.Agent({ keepAlive: true, maxSockets: 500 });
const SONNET = 'anthropic.claude-sonnet-4-6';
export const NOVA = 'amazon.nova-lite-v1:0';

export function call(gateway, model, stream, question, headers = {}) {
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
  });
}

export class Load {
  constructor(gateway, headers = {}) {
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
      const nova = i % 6 === 5;
      void this.count(call(this.gateway, nova ? NOVA : SONNET, i % 2 === 0, nova ? `Question ${i % 10}` : `A question, number ${i}`, this.headers));
    }
  }

  async count(called) {
    const { answer } = await called;
    this.answers[answer] = (this.answers[answer] ?? 0) + 1;
  }

  stop() {
    clearInterval(this.timer);
    agent.destroy();
  }
}
