package dev.forebay.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.HedgePolicy;
import dev.forebay.core.Jitter;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.Route;
import dev.forebay.core.Target;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.Tier;
import dev.forebay.core.Timeouts;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigFileTest {
  private final GatewayConfig full = Examples.parse(Examples.full());

  @Test
  void readsTargets() {
    assertThat(full.targets())
        .containsOnlyKeys("sonnet-use1", "sonnet-usw2", "haiku-use1", "any-use1");
    assertThat(Examples.target(full, "sonnet-use1"))
        .isEqualTo(
            new TargetConfig(
                new Target(
                    "sonnet-use1",
                    new Timeouts(
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(90),
                        Duration.ofMinutes(30)),
                    new TargetQuota.Joint(250, 1_000_000, 5)),
                "us-east-1",
                Optional.of("us.anthropic.claude-sonnet-4-6"),
                URI.create("https://bedrock.example:8443/base"),
                new Credentials.Bearer(new Secret("token-s3cr3t")),
                Optional.empty()));
    assertThat(Examples.target(full, "haiku-use1").serviceTier()).contains(ServiceTier.FLEX);
  }

  @Test
  void derivesTheEndpointFromTheRegion() {
    assertThat(Examples.target(full, "sonnet-usw2").endpoint())
        .isEqualTo(URI.create("https://bedrock-runtime.us-west-2.amazonaws.com"));
  }

  @Test
  void readsAStaticKeyWhoseSecretHasAColon() {
    assertThat(Examples.target(full, "sonnet-usw2").credentials())
        .isEqualTo(
            new Credentials.Static(
                "AKIA-s3cr3t",
                new Secret("key:s3cr3t"),
                Optional.of(new Secret("session-s3cr3t"))));
  }

  @Test
  void readsRoutesWithTheTargetsOfTheirTiers() {
    Route route = Examples.route(full, "anthropic.claude-sonnet-4-6").route();
    assertThat(route)
        .isEqualTo(
            new Route(
                "anthropic.claude-sonnet-4-6",
                List.of(
                    new Tier(List.of(target("sonnet-use1"), target("sonnet-usw2"))),
                    new Tier(List.of(target("haiku-use1")))),
                Duration.ofSeconds(45),
                Duration.ofSeconds(12),
                new RetryPolicy(4, 6, Duration.ofMillis(500), Duration.ofSeconds(30), Jitter.FULL),
                new BreakerPolicy(0.25, 20, Duration.ofSeconds(2)),
                new HedgePolicy(true, 0.05)));
  }

  @Test
  void readsWhatSurroundsARoute() {
    RouteConfig route = Examples.route(full, "anthropic.claude-sonnet-4-6");
    assertThat(route.cache())
        .contains(
            new RouteConfig.Cache(
                Duration.ofMinutes(1), Duration.ofHours(12), RouteConfig.Sharing.CALLS));
    assertThat(route.degraded())
        .contains(new RouteConfig.Degraded("We are busy; a short answer for now."));
    assertThat(route.queue()).contains(new RouteConfig.Queue(Duration.ofHours(6)));
  }

  @Test
  void readsTheSectionsBesideRoutes() {
    assertThat(full.server()).isEqualTo(new ServerConfig("127.0.0.1", 8480));
    assertThat(full.jobs())
        .contains(
            new JobsConfig(
                new Secret("sqlite:data/jobs.db"),
                Duration.ofDays(2),
                500_000,
                2_000_000_000,
                Optional.of(
                    new JobsConfig.Callbacks(
                        List.of("hooks.example.com"), new Secret("callback-s3cr3t"), true))));
    assertThat(full.sqs())
        .containsExactly(
            new SqsConfig(
                URI.create("https://sqs.eu-west-1.amazonaws.com/1/questions"),
                "anthropic.claude-sonnet-4-6",
                URI.create("https://sqs.eu-west-1.amazonaws.com/1/unanswered"),
                List.of(URI.create("https://sqs.eu-west-1.amazonaws.com/1/answers")),
                Optional.of(new SqsConfig.Bucket("answers", "forebay/", 0, Optional.empty())),
                4,
                Duration.ofMinutes(2),
                5,
                1_048_576,
                "eu-west-1",
                Optional.empty(),
                new Credentials.Default()),
            new SqsConfig(
                URI.create("http://127.0.0.1:9324/000000000000/in"),
                "*",
                URI.create("http://127.0.0.1:9324/000000000000/dead"),
                List.of(
                    URI.create("http://127.0.0.1:9324/000000000000/a"),
                    URI.create("http://127.0.0.1:9324/000000000000/b")),
                Optional.empty(),
                8,
                Duration.ofSeconds(60),
                5,
                1_048_576,
                "us-east-1",
                Optional.of(URI.create("http://127.0.0.1:9324")),
                new Credentials.Anonymous()));
    assertThat(full.cluster())
        .contains(
            new ClusterConfig(
                new Secret("redis://:redis-s3cr3t@127.0.0.1:6379"),
                Optional.empty(),
                Optional.empty(),
                "blue",
                4,
                3,
                Optional.of(new Secret(Examples.CLUSTER_KEY))));
    assertThat(full.auth()).isEqualTo(new AuthConfig.Open());
    assertThat(full.telemetry())
        .contains(
            new TelemetryConfig(
                Optional.of(URI.create("http://127.0.0.1:4318")),
                Optional.of(new TelemetryConfig.XRay("us-east-1", Optional.empty())),
                0.1,
                0.01,
                Optional.of(
                    new TelemetryConfig.CloudWatch(
                        "GenAI/Application",
                        "us-east-1",
                        Optional.of(URI.create("http://127.0.0.1:4566")),
                        TelemetryConfig.Via.API))));
  }

  @Test
  void aClusterNeedsNoMoreThanAnAddress() {
    assertThat(Examples.parse(Examples.SMALLEST + "cluster: { url: 'rediss://cache' }").cluster())
        .contains(new ClusterConfig(new Secret("rediss://cache"), "default", 2, Optional.empty()));
  }

  @Test
  void aModelMayBeMissingWhereAnyModelPassesThrough() {
    assertThat(Examples.target(full, "any-use1").model()).isEmpty();
  }

  @Test
  void aRouteOfSingleNamesIsTakenWhereItIsClear() {
    assertThat(Examples.parse(Examples.route("tiers: [a]")))
        .isEqualTo(Examples.parse(Examples.SMALLEST));
  }

  @Test
  void patienceMayBeZero() {
    GatewayConfig config = Examples.parse(Examples.route("tiers: [[a]], patience: 0s"));
    assertThat(Examples.route(config, "chat").route().patience()).isZero();
  }

  @Test
  void anAnchorServesWhereValuesRepeat() {
    GatewayConfig config =
        Examples.parse(
            """
            targets:
              a: &a {region: us-east-1, model: m}
              b: *a
            routes:
              chat: {tiers: [[a, b]]}
            """);
    assertThat(Examples.target(config, "b").region()).isEqualTo("us-east-1");
  }

  private Target target(String name) {
    return Examples.target(full, name).target();
  }
}
