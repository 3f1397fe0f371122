// LangChain's chat model over Converse, by the AWS SDK's own endpoint setting.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChatBedrockConverse } from '@langchain/aws';
import { answeredBy, asks } from './world.mjs';

const asked = asks('langchain');
const chat = scenario => new ChatBedrockConverse({ model: asked(scenario), maxRetries: 0, clientOptions: { maxAttempts: 1 } });
const prompt = 'What is a forebay?';

const invoke = scenario => chat(scenario).invoke(prompt);

async function stream(scenario, seen = []) {
  for await (const chunk of await chat(scenario).stream(prompt)) seen.push(chunk.text);
  return { text: seen.join('') };
}

test('invokes', async () => {
  const { result, first } = await answeredBy(asked('well'), () => invoke('well'));
  assert.ok(result.text.length > 0);
  assert.ok(result.usage_metadata.output_tokens > 0);
  assert.equal(first, 1);
});

test('streams', async () => {
  assert.ok((await stream('well')).text.length > 0);
});

test('is answered by the fallback when the first target is down', async () => {
  for (const call of [invoke, stream]) {
    const { result, first, second } = await answeredBy(asked('down'), () => call('down'));
    assert.ok(result.text.length > 0);
    assert.deepEqual([first, second], [0, 1]);
  }
});

test('streams an answer that is silent at first', async () => {
  assert.ok((await stream('silent')).text.length > 0);
});

test('never sees a stream that failed before its content', async () => {
  assert.ok((await stream('false-start')).text.length > 0);
});

for (const scenario of ['broken', 'truncated']) {
  test(`throws when a stream is ${scenario} after its content`, async () => {
    const seen = [];
    await assert.rejects(stream(scenario, seen), error => error.name === 'ModelStreamErrorException');
    assert.ok(seen.join('').length > 0);
  });
}

for (const [scenario, name] of [
  ['throttled', 'ThrottlingException'],
  ['refused', 'ValidationException'],
]) {
  test(`throws ${name} when the call is ${scenario}`, async () => {
    for (const call of [invoke, stream]) await assert.rejects(call(scenario), error => error.name === name);
  });
}
