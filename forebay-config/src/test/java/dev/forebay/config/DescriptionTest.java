package dev.forebay.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class DescriptionTest {
  @Test
  void everyNameAndDefaultIsPinned() {
    List<String> lines = new ArrayList<>();
    walk(schema(), "", lines);
    assertThat(String.join("\n", lines))
        .isEqualTo(
            """
            server
            server.host = 127.0.0.1
            server.port = 8480
            server.tls
            server.tls.certificate
            server.tls.key
            server.hosts
            server.corsOrigins
            server.stateFile
            server.maxHeldBytes
            targets
            targets.NAME.region
            targets.NAME.model
            targets.NAME.endpoint
            targets.NAME.credentials = default
            targets.NAME.serviceTier
            targets.NAME.quota
            targets.NAME.quota.requestsPerMinute
            targets.NAME.quota.tokensPerMinute
            targets.NAME.quota.inputTokensPerMinute
            targets.NAME.quota.outputTokensPerMinute
            targets.NAME.quota.burndown
            targets.NAME.timeouts
            targets.NAME.timeouts.firstFrame = 20s
            targets.NAME.timeouts.firstToken = 90s
            targets.NAME.timeouts.idle = 2m
            targets.NAME.timeouts.total = 30m
            targets.NAME.forwardHeaders
            targets.NAME.proxy
            targets.NAME.ca
            routes
            routes.NAME.tiers
            routes.NAME.deadline = 60s
            routes.NAME.patience
            routes.NAME.adapt = safe
            routes.NAME.keepAlive = off
            routes.NAME.fallbackOn
            routes.NAME.retry
            routes.NAME.retry.maxAttempts = 5
            routes.NAME.retry.maxAttemptsPerCall = 8
            routes.NAME.retry.baseDelay = 1s
            routes.NAME.retry.maxDelay = 60s
            routes.NAME.retry.jitter = bedrock
            routes.NAME.breaker
            routes.NAME.breaker.failureRate = 0.5
            routes.NAME.breaker.minimumCalls = 10
            routes.NAME.breaker.openFor = 5s
            routes.NAME.hedge
            routes.NAME.hedge.enabled = false
            routes.NAME.hedge.maxShare = 0.02
            routes.NAME.cache
            routes.NAME.cache.freshFor = 5m
            routes.NAME.cache.staleFor = 24h
            routes.NAME.cache.shared = none
            routes.NAME.idempotency
            routes.NAME.idempotency.shared = false
            routes.NAME.degraded
            routes.NAME.degraded.message
            routes.NAME.queue
            routes.NAME.queue.expireAfter = 24h
            models
            models.NAME.maxOutputTokens
            models.NAME.contextTokens
            models.NAME.topK
            models.NAME.stopSequences
            models.NAME.lacks
            models.NAME.has
            models.NAME.family
            models.NAME.burndown
            models.NAME.endOfLife
            burndown
            burndown.NAME.rate
            jobs
            jobs.store
            jobs.retention = 168h
            jobs.maxJobs = 1000000
            jobs.maxBytes = 10000000000
            jobs.callbacks
            jobs.callbacks.hosts
            jobs.callbacks.secret
            jobs.callbacks.privateNetwork = false
            sqs
            sqs[].queue
            sqs[].route
            sqs[].deadLetterQueue
            sqs[].replyQueue
            sqs[].bucket
            sqs[].bucket.name
            sqs[].bucket.prefix = forebay/
            sqs[].bucket.above = 200000
            sqs[].bucket.endpoint
            sqs[].concurrency = 8
            sqs[].visibility = 60s
            sqs[].maxAttempts = 5
            sqs[].maxBytes = 1048576
            sqs[].region
            sqs[].endpoint
            sqs[].credentials = default
            cluster
            cluster.url
            cluster.sentinelPassword
            cluster.ca
            cluster.prefix = default
            cluster.members = 2
            cluster.weight = 1
            cluster.encryptionKey
            auth
            auth.keys
            auth.keys[].name
            auth.keys[].accessKeyId
            auth.keys[].secret
            auth.keys[].priority = interactive
            auth.keys[].weight = 1
            auth.keys[].requestsPerMinute
            auth.keys[].tokensPerMinute
            auth.keys[].routes
            auth.keys[].admin = false
            telemetry
            telemetry.otlp
            telemetry.xray = false
            telemetry.xrayRegion
            telemetry.xrayEndpoint
            telemetry.sample = 0.1
            telemetry.logSample = 0.01
            telemetry.cloudwatch
            telemetry.cloudwatch.namespace = GenAI/Application
            telemetry.cloudwatch.region
            telemetry.cloudwatch.endpoint
            telemetry.cloudwatch.via = api\
            """);
  }

  @Test
  void everyKeyOfTheSchemaHasAMeaning() {
    assertThat(ConfigFile.schema().split("\"description\": \"", -1).length - 1)
        .isEqualTo(everyKey().size());
  }

  @Test
  void theDefaultsNameEveryKey() {
    String text = ConfigFile.defaults();
    assertThat(everyKey())
        .allSatisfy(
            path ->
                assertThat(text.lines().map(line -> line.replaceFirst("^ *(# )? *", "")))
                    .anyMatch(line -> line.startsWith(path.replaceFirst(".*\\.", "") + ":")));
  }

  @Test
  void theDefaultsLoadAndSayWhatAnAbsentKeyMeans() {
    GatewayConfig config = ConfigFile.parse(ConfigFile.defaults(), "defaults", Map.of());
    GatewayConfig terse =
        ConfigFile.parse(
            """
            targets: {sonnet-use1: {region: us-east-1, model: us.anthropic.claude-sonnet-4-6}}
            routes: {anthropic.claude-sonnet-4-6: {tiers: [[sonnet-use1]]}}
            """,
            "terse",
            Map.of());
    assertThat(config.warnings()).isEmpty();
    assertThat(config.routes()).isEqualTo(terse.routes());
    assertThat(config.server()).isEqualTo(terse.server());
  }

  @Test
  void theDefaultsLoadWithEverythingThatIsOffTurnedOn() {
    String all =
        ConfigFile.defaults()
            .lines()
            .filter(line -> !line.equals("# auth: open"))
            .map(line -> line.matches(" *# +-| *# +[A-Za-z]+:( \\S.*)?") ? uncommented(line) : line)
            .collect(Collectors.joining("\n"));
    assertThat(Examples.refusal(all))
        .contains("auth.keys[0].secret: environment variable FOREBAY_KEY_WEB is not set")
        .doesNotContain("unknown");
  }

  @Test
  void whatIsAbsentHasItsDefault() {
    GatewayConfig config = Examples.parse(Examples.SMALLEST);
    RouteConfig route = Examples.route(config, "chat");
    assertThat(config.server()).isEqualTo(new ServerConfig("127.0.0.1", 8480));
    assertThat(config.auth()).isEqualTo(new AuthConfig.LoopbackOnly());
    assertThat(config.jobs()).isEmpty();
    assertThat(config.sqs()).isEmpty();
    assertThat(config.cluster()).isEmpty();
    assertThat(config.telemetry()).isEmpty();
    assertThat(Examples.target(config, "a").credentials()).isEqualTo(new Credentials.Default());
    assertThat(Examples.target(config, "a").target().timeouts()).isEqualTo(Timeouts.DEFAULTS);
    assertThat(Examples.target(config, "a").target().quota()).isEqualTo(TargetQuota.UNKNOWN);
    assertThat(route.route().deadline()).isEqualTo(Duration.ofSeconds(60));
    assertThat(route.route().patience()).isEqualTo(Duration.ofSeconds(20));
    assertThat(route.route().retry()).isEqualTo(RetryPolicy.DEFAULTS);
    assertThat(route.route().breaker()).isEqualTo(BreakerPolicy.DEFAULTS);
    assertThat(route.cache()).isEmpty();
    assertThat(route.degraded()).isEmpty();
    assertThat(route.queue()).isEmpty();
    assertThat(config.warnings()).isEmpty();
  }

  private static String uncommented(String line) {
    return line.replaceFirst("# ", "");
  }

  private static List<String> everyKey() {
    List<String> lines = new ArrayList<>();
    walk(schema(), "", lines);
    return lines.stream().map(line -> line.replaceFirst(" .*", "")).toList();
  }

  private static Map<?, ?> schema() {
    return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(ConfigFile.schema());
  }

  private static void walk(Map<?, ?> schema, String path, List<String> lines) {
    if (schema.get("properties") instanceof Map<?, ?> properties) {
      properties.forEach(
          (name, value) -> {
            Map<?, ?> property = (Map<?, ?>) value;
            String child = path.isEmpty() ? name.toString() : path + "." + name;
            lines.add(
                child + (property.containsKey("default") ? " = " + property.get("default") : ""));
            walk(property, child, lines);
          });
    }
    if (schema.get("additionalProperties") instanceof Map<?, ?> named) {
      walk(named, path + ".NAME", lines);
    }
    if (schema.get("items") instanceof Map<?, ?> item) {
      walk(item, path + "[]", lines);
    }
    if (schema.get("anyOf") instanceof List<?> choices) {
      choices.forEach(choice -> walk((Map<?, ?>) choice, path, lines));
    }
  }
}
