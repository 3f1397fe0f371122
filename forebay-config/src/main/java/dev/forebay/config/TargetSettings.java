package dev.forebay.config;

import dev.forebay.core.TargetQuota;
import dev.forebay.core.Timeouts;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The keys of one target. */
final class TargetSettings {
  static final Setting<String> REGION =
      Setting.required(
          "region", Scalars.REGION, "us-east-1", "The AWS region that is called and signed for.");
  static final Setting<String> MODEL =
      Setting.usual(
          "model",
          Scalars.NAME,
          "us.anthropic.claude-sonnet-4-6",
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
              + " :${TOKEN}, or anonymous; secrets only by reference, so that they are in no"
              + " repository.");

  static final Setting<ServiceTier> SERVICE_TIER =
      Setting.optional(
          "serviceTier",
          Scalars.choice(ServiceTier.class),
          "flex",
          "Bedrock's service tier for requests to this target: priority, default, flex or reserved."
              + " It replaces the caller's own choice; when absent the caller's choice is kept,"
              + " since most callers make none.");

  private static final ScalarShape<Long> PER_MINUTE = Scalars.amount(TargetQuota.MAX_PER_MINUTE);

  static final Setting<Long> REQUESTS_PER_MINUTE =
      Setting.optional(
          "requestsPerMinute",
          PER_MINUTE,
          "250",
          "Requests per minute that the account may send; no limit when absent, as for many models.");
  static final Setting<Long> TOKENS_PER_MINUTE =
      Setting.optional(
          "tokensPerMinute",
          PER_MINUTE,
          "1000000",
          "Tokens per minute, input and output together, that the account may use; learned from"
              + " throttles when absent.");
  static final Setting<Long> INPUT_TOKENS_PER_MINUTE =
      Setting.optional(
          "inputTokensPerMinute",
          PER_MINUTE,
          "1000000",
          "Input tokens per minute, where input and output have quotas of their own, as at the"
              + " bedrock-mantle endpoint; together with outputTokensPerMinute, instead of"
              + " tokensPerMinute.");
  static final Setting<Long> OUTPUT_TOKENS_PER_MINUTE =
      Setting.optional(
          "outputTokensPerMinute", PER_MINUTE, "200000", "Output tokens per minute, likewise.");
  static final Setting<Integer> BURNDOWN =
      Setting.optional(
          "burndown",
          Scalars.number(1, 1_000),
          "5",
          "Quota tokens that an output token costs in the end; by default what is known of the"
              + " model.");
  static final Setting<Section> QUOTA =
      Setting.section(
          "quota",
          new SectionShape(
              REQUESTS_PER_MINUTE,
              TOKENS_PER_MINUTE,
              INPUT_TOKENS_PER_MINUTE,
              OUTPUT_TOKENS_PER_MINUTE,
              BURNDOWN),
          "What the account may use of this target: calls wait here for it, rather than be"
              + " refused there.");

  static final Setting<Duration> FIRST_FRAME =
      Setting.defaulted(
          "firstFrame",
          Scalars.DURATION,
          Timeouts.DEFAULTS.firstFrame(),
          "The longest wait for a stream's first frame, whatever it holds: a target that has sent"
              + " none is hung. Several times the slowest usual one, and within a minute there is"
              + " time for a fallback.");
  static final Setting<Duration> FIRST_TOKEN =
      Setting.defaulted(
          "firstToken",
          Scalars.DURATION,
          Timeouts.DEFAULTS.firstToken(),
          "The longest wait for the first content of a stream that has sent frames, counted from"
              + " the attempt's start: models that always think do so for more than a minute.");
  static final Setting<Duration> IDLE =
      Setting.defaulted(
          "idle",
          Scalars.DURATION,
          Timeouts.DEFAULTS.idle(),
          "The longest pause between frames: models that think, or write a tool's input, pause for"
              + " up to a minute.");
  static final Setting<Duration> TOTAL =
      Setting.defaulted(
          "total",
          Scalars.DURATION,
          Timeouts.DEFAULTS.total(),
          "The longest that one attempt may take: the longest output of any model, 128,000 tokens,"
              + " at 70 tokens a second.");
  static final Setting<Section> TIMEOUTS =
      Setting.section(
          "timeouts",
          new SectionShape(FIRST_FRAME, FIRST_TOKEN, IDLE, TOTAL),
          "Timeouts of one attempt. Once a stream has begun to answer these apply, and"
              + " not the route's deadline.");

  static final Setting<List<Located<String>>> FORWARD_HEADERS =
      Setting.optional(
          "forwardHeaders",
          new ListShape<>(HeaderNames.FORWARDED, false),
          "[x-tenant]",
          "More of the caller's request headers that go to this target; by default content-type,"
              + " accept, user-agent, x-amzn-bedrock-*, anthropic-*, the AWS SDK's own and trace"
              + " headers alone, so that no token of a user leaves.");

  static final Setting<Optional<ProxyConfig>> PROXY =
      Setting.optional(
          "proxy",
          ProxyShape.PROXY,
          "http://proxy.example:3128",
          "The HTTP proxy that connections to this target go through, or none; by default what"
              + " HTTPS_PROXY, HTTP_PROXY and NO_PROXY or the JVM's proxy properties say, and never"
              + " one for a loopback endpoint. A password only by reference.");
  static final Setting<Pem> CA =
      Setting.optional(
          "ca",
          PemShape.CERTIFICATES,
          "/etc/forebay/ca.pem",
          "A PEM file of certificate authorities that are trusted for this target, besides the"
              + " platform's and those of AWS_CA_BUNDLE; read anew when it changes.");

  static final SectionShape TARGET =
      new SectionShape(
          REGION,
          MODEL,
          ENDPOINT,
          CREDENTIALS,
          SERVICE_TIER,
          QUOTA,
          TIMEOUTS,
          FORWARD_HEADERS,
          PROXY,
          CA);

  private TargetSettings() {}
}
