// Vercel's AI SDK with its provider for Amazon Bedrock.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { APICallError, generateText, streamText } from 'ai';
import { answeredBy, asks, endpoint } from './world.mjs';

const asked = asks('vercel');
const bedrock = createAmazonBedrock({ baseURL: endpoint });
const prompt = 'What is a forebay?';

const generate = scenario => generateText({ model: bedrock(asked(scenario)), prompt, maxRetries: 0 });

/** Reads a stream to its end; throws what the stream says went wrong, after what came before it. */
async function stream(scenario, seen = []) {
  const answer = streamText({ model: bedrock(asked(scenario)), prompt, maxRetries: 0, onError: () => {} });
  for await (const part of answer.fullStream) {
    if (part.type === 'error') throw part.error;
    if (part.type === 'text-delta') seen.push(part.text);
  }
  return { text: seen.join(''), finishReason: await answer.finishReason };
}

test('generates text', async () => {
  const { result, first } = await answeredBy(asked('well'), () => generate('well'));
  assert.ok(result.text.length > 0);
  assert.ok(result.usage.outputTokens > 0);
  assert.equal(first, 1);
});

test('streams text', async () => {
  const answer = await stream('well');
  assert.ok(answer.text.length > 0);
  assert.ok(['stop', 'length'].includes(answer.finishReason));
});

test('is answered by the fallback when the first target is down', async () => {
  for (const call of [generate, stream]) {
    const { result, first, second } = await answeredBy(asked('down'), () => call('down'));
    assert.ok(result.text.length > 0);
    assert.deepEqual([first, second], [0, 1]);
  }
});

test('never sees a stream that failed before its content', async () => {
  assert.ok((await stream('false-start')).text.length > 0);
});

test('streams an answer that is silent at first', async () => {
  assert.ok((await stream('silent')).text.length > 0);
});

for (const scenario of ['broken', 'truncated']) {
  test(`throws when a stream is ${scenario} after its content`, async () => {
    const seen = [];
    await assert.rejects(stream(scenario, seen));
    assert.ok(seen.join('').length > 0);
  });
}

test('throws an error with status 429 when all targets throttle', async () => {
  for (const call of [generate, stream]) {
    await assert.rejects(call('throttled'), error => {
      assert.ok(APICallError.isInstance(error));
      assert.equal(error.statusCode, 429);
      assert.equal(error.isRetryable, true);
      assert.ok(Number(error.responseHeaders['retry-after']) >= 1);
      return true;
    });
  }
});

test('throws an error with status 400', async () => {
  for (const call of [generate, stream]) {
    await assert.rejects(call('refused'), error => {
      assert.equal(error.statusCode, 400);
      assert.equal(error.message, 'Too many stop sequences.');
      assert.equal(error.isRetryable, false);
      return true;
    });
  }
});
