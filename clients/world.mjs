// What the tests know of the world around their client.
import { model, targets } from './scenarios.mjs';

export const endpoint = process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME;
export const access = process.env.FOREBAY_ACCESS;
export const keyed = access !== 'open';

/** The model that this client asks for in a scenario. */
export const asks = client => scenario => model(access, client, scenario);

/** How many answers each of a model's two targets has given so far. */
export async function answersOf(asked) {
  const stats = await (await fetch(`${process.env.EMULATOR}/_emulator/stats`)).json();
  return targets(asked).map(name => stats.models[name]?.ok ?? 0);
}

/** Runs a call and says which of the model's targets gave how many answers to it. */
export async function answeredBy(asked, call) {
  const before = await answersOf(asked);
  const result = await call();
  const after = await answersOf(asked);
  return { result, first: after[0] - before[0], second: after[1] - before[1] };
}
