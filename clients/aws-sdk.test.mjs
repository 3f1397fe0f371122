// The AWS SDK for JavaScript, over its default HTTP/2 with prior knowledge.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AccessDeniedException,
  BedrockRuntimeClient,
  BedrockRuntimeServiceException,
  ConverseCommand,
  ConverseStreamCommand,
  CountTokensCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
  ModelStreamErrorException,
  ResourceNotFoundException,
  ThrottlingException,
  ValidationException,
} from '@aws-sdk/client-bedrock-runtime';
import { answeredBy, asks, keyed } from './world.mjs';

const asked = asks('aws-sdk');
const bedrock = new BedrockRuntimeClient();
const impatient = new BedrockRuntimeClient({ maxAttempts: 1 });

const messages = [{ role: 'user', content: [{ text: 'What is a forebay?' }] }];
const body = JSON.stringify({
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'What is a forebay?' }],
});

const converse = (scenario, client = bedrock) => client.send(new ConverseCommand({ modelId: asked(scenario), messages }));

async function converseStream(scenario, client = bedrock, events = []) {
  const answer = await client.send(new ConverseStreamCommand({ modelId: asked(scenario), messages }));
  for await (const event of answer.stream) events.push(event);
  return events;
}

async function invokeStream(scenario) {
  const command = new InvokeModelWithResponseStreamCommand({ modelId: asked(scenario), body, contentType: 'application/json' });
  const events = [];
  for await (const event of (await bedrock.send(command)).body) {
    events.push(JSON.parse(Buffer.from(event.chunk.bytes).toString()));
  }
  return events;
}

const textOf = events => events.map(event => event.contentBlockDelta?.delta?.text ?? '').join('');

test('converses', async () => {
  const { result, first } = await answeredBy(asked('well'), () => converse('well'));
  assert.ok(result.output.message.content[0].text.length > 0);
  assert.ok(result.usage.outputTokens > 0);
  assert.equal(first, 1);
});

test('converses as a stream', async () => {
  const events = await converseStream('well');
  assert.ok(textOf(events).length > 0);
  assert.ok(events.some(event => event.messageStop));
  assert.ok(events.some(event => event.metadata?.usage.outputTokens > 0));
});

test('invokes', async () => {
  const answer = await bedrock.send(new InvokeModelCommand({ modelId: asked('well'), body, contentType: 'application/json' }));
  const message = JSON.parse(Buffer.from(answer.body).toString());
  assert.equal(message.type, 'message');
  assert.ok(message.content[0].text.length > 0);
});

test('invokes as a stream', async () => {
  const events = await invokeStream('well');
  assert.equal(events[0].type, 'message_start');
  assert.equal(events.at(-1).type, 'message_stop');
});

test('counts tokens', async () => {
  const input = { converse: { messages } };
  const answer = await bedrock.send(new CountTokensCommand({ modelId: asked('well'), input }));
  assert.ok(answer.inputTokens > 0);
});

test('makes twenty streams at once', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => converseStream('well')));
  all.forEach(events => assert.ok(events.some(event => event.messageStop)));
});

test('is answered by the fallback when the first target is down', async () => {
  const unary = await answeredBy(asked('down'), () => converse('down'));
  assert.deepEqual([unary.first, unary.second], [0, 1]);
  const { result, first, second } = await answeredBy(asked('down'), () => converseStream('down'));
  assert.deepEqual([first, second], [0, 1]);
  assert.ok(result.some(event => event.messageStop));
});

test('never sees a stream that failed before its content', async () => {
  const events = await converseStream('false-start');
  assert.equal(events.filter(event => event.messageStart).length, 1);
  assert.ok(events.some(event => event.messageStop));
  assert.equal((await invokeStream('false-start')).filter(event => event.type === 'message_start').length, 1);
});

test('gets pings while a stream is silent, and the whole answer behind them', async () => {
  const types = (await invokeStream('silent')).map(event => event.type);
  const answer = types.filter(type => type !== 'ping');
  assert.ok(types.length - answer.length >= 3, `pings: ${types.length - answer.length}`);
  assert.equal(answer[0], 'message_start');
  assert.equal(types.at(-1), 'message_stop');
});

test('gets no pings in a conversation, which has none', async () => {
  const events = await converseStream('silent');
  assert.ok(events[0].messageStart);
  assert.ok(events.some(event => event.messageStop));
});

for (const scenario of ['broken', 'truncated']) {
  test(`throws when a stream is ${scenario} after its content`, async () => {
    const events = [];
    await assert.rejects(converseStream(scenario, impatient, events), ModelStreamErrorException);
    assert.ok(textOf(events).length > 0);
    assert.ok(!events.some(event => event.messageStop));
  });
}

test('throws ThrottlingException, with a time to come back, when all targets throttle', async () => {
  for (const call of [converse, converseStream]) {
    await assert.rejects(call('throttled', impatient), error => {
      assert.ok(error instanceof ThrottlingException);
      assert.ok(Number(error.$response.headers['retry-after']) >= 1);
      return true;
    });
  }
});

test('throws ValidationException at once', async () => {
  for (const call of [converse, converseStream]) {
    await assert.rejects(call('refused'), error => {
      assert.ok(error instanceof ValidationException);
      assert.equal(error.message, 'Too many stop sequences.');
      assert.equal(error.$metadata.attempts, 1);
      return true;
    });
  }
});

test('throws ResourceNotFoundException for a model that has no route', async () => {
  const command = new ConverseCommand({ modelId: 'anthropic.claude-nowhere', messages });
  await assert.rejects(bedrock.send(command), ResourceNotFoundException);
});

test('is refused with a wrong key', async () => {
  const wrong = [
    new BedrockRuntimeClient({ token: { token: 'wrong' }, authSchemePreference: ['httpBearerAuth'] }),
    new BedrockRuntimeClient({
      credentials: { accessKeyId: 'FBCLIENTS', secretAccessKey: 'wrong' },
      authSchemePreference: ['sigv4'],
    }),
  ];
  for (const client of wrong) {
    const call = converse('well', client);
    if (!keyed) {
      assert.ok((await call).output);
      continue;
    }
    await assert.rejects(call, error => {
      assert.ok(error instanceof BedrockRuntimeServiceException && !(error instanceof AccessDeniedException));
      assert.match(error.name, /^(UnrecognizedClient|InvalidSignature)Exception$/);
      assert.equal(error.$metadata.httpStatusCode, 403);
      return true;
    });
  }
});
