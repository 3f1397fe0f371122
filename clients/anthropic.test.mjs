// Anthropic's SDK for Bedrock: InvokeModel with Anthropic bodies.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk';
import { answeredBy, asks, endpoint } from './world.mjs';

const asked = asks('anthropic');
const anthropic = new AnthropicBedrock({ baseURL: endpoint });
const impatient = new AnthropicBedrock({ baseURL: endpoint, maxRetries: 0 });

const request = scenario => ({
  model: asked(scenario),
  max_tokens: 100,
  messages: [{ role: 'user', content: 'What is a forebay?' }],
});

const create = (scenario, client = anthropic) => client.messages.create(request(scenario));
const stream = (scenario, client = anthropic) => client.messages.stream(request(scenario)).finalMessage();

test('creates a message', async () => {
  const { result, first } = await answeredBy(asked('well'), () => create('well'));
  assert.equal(result.type, 'message');
  assert.ok(result.content[0].text.length > 0);
  assert.ok(result.usage.output_tokens > 0);
  assert.equal(first, 1);
});

test('streams a message', async () => {
  const types = [];
  for await (const event of await anthropic.messages.create({ ...request('well'), stream: true })) types.push(event.type);
  assert.equal(types[0], 'message_start');
  assert.equal(types.at(-1), 'message_stop');
  const message = await stream('well');
  assert.ok(message.content[0].text.length > 0);
});

test('is answered by the fallback when the first target is down', async () => {
  for (const call of [create, stream]) {
    const { result, first, second } = await answeredBy(asked('down'), () => call('down'));
    assert.ok(result.content[0].text.length > 0);
    assert.deepEqual([first, second], [0, 1]);
  }
});

test('never sees a stream that failed before its content', async () => {
  assert.ok((await stream('false-start')).content[0].text.length > 0);
});

test('skips the pings of a stream that is silent at first', async () => {
  const types = [];
  const answer = anthropic.messages.stream(request('silent')).on('streamEvent', event => types.push(event.type));
  assert.ok((await answer.finalMessage()).content[0].text.length > 0);
  assert.deepEqual(types.filter(type => type !== 'ping')[0], 'message_start');
  assert.equal(types.at(-1), 'message_stop');
});

for (const scenario of ['broken', 'truncated']) {
  test(`throws when a stream is ${scenario} after its content`, async () => {
    let text = '';
    const answer = impatient.messages.stream(request(scenario)).on('text', part => (text += part));
    await assert.rejects(answer.finalMessage());
    assert.ok(text.length > 0);
  });
}

test('throws RateLimitError when all targets throttle', async () => {
  for (const call of [create, stream]) {
    await assert.rejects(call('throttled', impatient), error => {
      assert.equal(error.constructor.name, 'RateLimitError');
      assert.equal(error.status, 429);
      assert.ok(Number(error.headers.get('retry-after')) >= 1);
      return true;
    });
  }
});

test('throws BadRequestError', async () => {
  for (const call of [create, stream]) {
    await assert.rejects(call('refused'), error => {
      assert.equal(error.constructor.name, 'BadRequestError');
      assert.match(error.message, /Too many stop sequences/);
      return true;
    });
  }
});

test('throws NotFoundError for a model that has no route', async () => {
  const call = anthropic.messages.create({ ...request('well'), model: 'anthropic.claude-nowhere' });
  await assert.rejects(call, error => error.constructor.name === 'NotFoundError');
});
