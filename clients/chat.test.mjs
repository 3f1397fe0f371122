// OpenAI's chat form through InvokeModel, by the AWS SDK for JavaScript.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BedrockRuntimeClient,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
  ModelStreamErrorException,
} from '@aws-sdk/client-bedrock-runtime';
import { answeredBy, asks } from './world.mjs';

const asked = asks('chat');
const bedrock = new BedrockRuntimeClient();
const impatient = new BedrockRuntimeClient({ maxAttempts: 1 });

/** A body as OpenAI's own SDK makes it: it names its model, and says whether it wants a stream. */
const body = (model, stream) =>
  JSON.stringify({
    model,
    stream,
    ...(stream ? { stream_options: { include_usage: true } } : {}),
    max_completion_tokens: 100,
    messages: [
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: [{ type: 'text', text: 'What is a forebay?' }] },
    ],
  });

async function invoke(scenario) {
  const modelId = asked(scenario);
  const command = new InvokeModelCommand({ modelId, body: body(modelId, false), contentType: 'application/json' });
  return JSON.parse(Buffer.from((await bedrock.send(command)).body).toString());
}

async function stream(scenario, client = bedrock, chunks = []) {
  const modelId = asked(scenario);
  const command = new InvokeModelWithResponseStreamCommand({ modelId, body: body(modelId, true), contentType: 'application/json' });
  for await (const event of (await client.send(command)).body) {
    chunks.push(JSON.parse(Buffer.from(event.chunk.bytes).toString()));
  }
  return chunks;
}

const textOf = chunks => chunks.map(chunk => chunk.choices[0]?.delta?.content ?? '').join('');

function isWhole(completion) {
  assert.equal(completion.object, 'chat.completion');
  assert.equal(completion.choices[0].message.role, 'assistant');
  assert.ok(completion.choices[0].message.content.length > 0);
  assert.equal(completion.choices[0].finish_reason, 'stop');
  assert.ok(completion.usage.completion_tokens > 0);
}

function isWholeStream(chunks) {
  assert.ok(chunks.every(chunk => chunk.object === 'chat.completion.chunk'));
  assert.equal(chunks[0].choices[0].delta.role, 'assistant');
  assert.ok(textOf(chunks).length > 0);
  assert.equal(chunks.filter(chunk => chunk.choices[0]?.finish_reason === 'stop').length, 1);
  assert.ok(chunks.at(-1).usage.completion_tokens > 0);
}

test('invokes', async () => isWhole(await invoke('well')));

test('invokes as a stream', async () => isWholeStream(await stream('well')));

for (const scenario of ['down', 'foreign']) {
  test(`is answered by the fallback, unary and streamed: ${scenario}`, async () => {
    const unary = await answeredBy(asked(scenario), () => invoke(scenario));
    assert.deepEqual([unary.first, unary.second], [0, 1]);
    isWhole(unary.result);
    const streamed = await answeredBy(asked(scenario), () => stream(scenario));
    assert.deepEqual([streamed.first, streamed.second], [0, 1]);
    isWholeStream(streamed.result);
  });
}

test('never sees a stream that failed before its content', async () => {
  const chunks = await stream('false-start');
  assert.equal(chunks.filter(chunk => chunk.choices[0]?.delta?.role).length, 1);
  isWholeStream(chunks);
});

test('throws when a stream breaks after its content', async () => {
  const chunks = [];
  await assert.rejects(stream('broken', impatient, chunks), ModelStreamErrorException);
  assert.ok(textOf(chunks).length > 0);
});
