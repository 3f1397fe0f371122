package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.it.Run;
import dev.forebay.it.WireUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class QuotasCommandTest {
  private static final String FIRST =
      """
      {"NextToken": "more", "Quotas": [
        {"QuotaName": "Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.6", "Value": 1000000.0},
        {"QuotaName": "On-demand model inference tokens per minute for Anthropic Claude Sonnet 4.6", "Value": 5.0}]}""";
  private static final String SECOND =
      """
      {"Quotas": [
        {"QuotaName": "Cross-region model inference requests per minute for Anthropic Claude Sonnet 4.6", "Value": 250.0}]}""";

  @TempDir Path folder;

  @Test
  void whatAppliesIsPrintedAsLinesOfTheConfiguration() throws Exception {
    try (WireUpstream service =
        WireUpstream.answering(
            (c, request) -> c.json(200, request.body().contains("more") ? SECOND : FIRST))) {
      Run run = run(service.endpoint());
      assertThat(run.out().lines())
          .containsExactly(
              "targets:",
              "  one:   # us-east-1, us.anthropic.claude-sonnet-4-6",
              "    quota: { requestsPerMinute: 250, tokensPerMinute: 1000000 }",
              "  two:   # us-west-2, amazon.nova-lite-v1:0",
              "    # quota not found: no quota matches this model (3 checked)",
              "  key:   # us-west-2, amazon.nova-lite-v1:0",
              "    # quota not found: Service Quotas takes AWS credentials only, and this target has a"
                  + " bearer token or none");
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(service.seen().getFirst().headers())
          .containsEntry("x-amz-target", "ServiceQuotasV20190624.ListServiceQuotas")
          .hasEntrySatisfying(
              "authorization",
              value ->
                  assertThat(value)
                      .contains("/servicequotas/aws4_request")
                      .contains("x-amz-target"));
    }
  }

  @Test
  void aRefusalOfAwsNamesTheActionToAllow() throws Exception {
    try (WireUpstream service =
        WireUpstream.answering(
            (c, request) ->
                c.json(400, "{\"__type\":\"AccessDeniedException\",\"Message\":\"no\"}"))) {
      assertThat(run(service.endpoint()).out())
          .contains(
              "# quota not found: 400 AccessDeniedException; allow servicequotas:ListServiceQuotas");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "1", "{\"Quotas\": 5}", "<html></html>"})
  void whatIsNotServiceQuotasIsSaid(String body) throws Exception {
    try (WireUpstream page = WireUpstream.answering((c, request) -> c.json(200, body))) {
      assertThat(run(page.endpoint()).out())
          .contains("# quota not found: what answers is not Service Quotas");
    }
  }

  @Test
  void anAnswerWithoutEndIsNotReadOn() throws Exception {
    try (WireUpstream endless = WireUpstream.answering((c, request) -> c.endless(200))) {
      assertThat(run(endless.endpoint()).out())
          .contains("127.0.0.1 is not Service Quotas: the answer exceeds 1048576 bytes");
    }
  }

  private Run run(String endpoint) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("forebay.yaml"),
            """
            targets:
              one: { region: us-east-1, model: us.anthropic.claude-sonnet-4-6, credentials: "static:AKID:${PATH}" }
              two: { region: us-west-2, model: "amazon.nova-lite-v1:0", credentials: "static:AKID:${PATH}" }
              key: { region: us-west-2, model: "amazon.nova-lite-v1:0", credentials: "bearer:${PATH}" }
            routes:
              chat: { tiers: [[one], [two], [key]] }
            """);
    return Run.of("quotas", "--config", file.toString(), "--endpoint", endpoint);
  }
}
