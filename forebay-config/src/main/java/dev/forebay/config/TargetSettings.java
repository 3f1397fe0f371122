package dev.forebay.config;

import dev.forebay.core.Timeouts;
import java.net.URI;
import java.time.Duration;

/** The keys of one target. */
final class TargetSettings {
  static final Setting<String> REGION =
      Setting.required(
          "region", Scalars.REGION, "us-east-1", "The AWS region that is called and signed for.");
  static final Setting<String> MODEL =
      Setting.usual(
          "model",
          Scalars.NAME,
          "us.anthropic.claude-sonnet-4-20250514-v1:0",
          "The model id, inference profile or its ARN that is called; only a target of the route"
              + " \"*\" may leave it out, and then calls the model that the caller asked for.");
  static final Setting<URI> ENDPOINT =
      Setting.optional(
          "endpoint",
          Urls.HTTP,
          "https://bedrock-runtime.us-east-1.amazonaws.com",
          "The address that is called; by default Bedrock's own in the region.");
  static final Setting<Credentials> CREDENTIALS =
      Setting.defaulted(
          "credentials",
          CredentialsShape.CREDENTIALS,
          new Credentials.Default(),
          "How calls are authorized: default (the platform's usual chain), profile:NAME,"
              + " bearer:${ENV}, role:ARN, static:${ID}:${SECRET} with an optional third"
              + " :${TOKEN}, or anonymous; secrets only by reference, lest they end up in a"
              + " repository.");

  static final Setting<Long> REQUESTS_PER_MINUTE =
      Setting.optional(
          "requestsPerMinute",
          Scalars.amount(),
          "250",
          "Requests per minute that the account may send; learned when absent.");
  static final Setting<Long> TOKENS_PER_MINUTE =
      Setting.optional(
          "tokensPerMinute",
          Scalars.amount(),
          "1000000",
          "Tokens per minute that the account may use; learned when absent.");
  static final Setting<Section> QUOTA =
      Setting.section(
              "quota",
              new SectionShape(REQUESTS_PER_MINUTE, TOKENS_PER_MINUTE),
              "What the account may use of this target.")
          .notYet();

  static final Setting<Duration> FIRST_TOKEN =
      Setting.defaulted(
          "firstToken",
          Scalars.DURATION,
          Timeouts.DEFAULTS.firstToken(),
          "The longest wait for the first content of a stream: several times the slowest usual"
              + " one, yet it leaves time for a fallback within a minute.");
  static final Setting<Duration> IDLE =
      Setting.defaulted(
          "idle",
          Scalars.DURATION,
          Timeouts.DEFAULTS.idle(),
          "The longest pause between bytes once an answer has begun: models that think pause for"
              + " tens of seconds.");
  static final Setting<Section> TIMEOUTS =
      Setting.section(
          "timeouts", new SectionShape(FIRST_TOKEN, IDLE), "How long one attempt may keep silent.");

  static final SectionShape TARGET =
      new SectionShape(REGION, MODEL, ENDPOINT, CREDENTIALS, QUOTA, TIMEOUTS);

  private TargetSettings() {}
}
