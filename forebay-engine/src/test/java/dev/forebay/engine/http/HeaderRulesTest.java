package dev.forebay.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.engine.Headers;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderRulesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization",
        "X-Amz-Date",
        "X-Amz-Security-Token",
        "X-Amz-Content-Sha256",
        "Proxy-Authorization",
        "Cookie",
        "X-Api-Key",
        "X-Amzn-Oidc-Data",
        "Host",
        "Connection",
        "Transfer-Encoding",
        "Content-Length",
        "Accept-Encoding",
        "x-forebay-deadline-ms",
        "X-Forebay-Anything",
        "x-whatever"
      })
  void whatIsNotAllowedGoesNoFurther(String name) {
    Headers headers = new Headers().add(name, "secret").add("accept", "a");

    Headers passed = HeaderRules.forTarget(headers, Set.of());

    assertThat(passed.names()).containsExactlyInAnyOrder("accept", "accept-encoding");
    assertThat(passed.get("accept-encoding")).isEqualTo("identity");
  }

  @Test
  void whatIsAllowedPassesWithAllItsValues() {
    Headers headers =
        new Headers()
            .add("Content-Type", "application/json")
            .add("X-Amzn-Bedrock-Trace", "ENABLED")
            .add("Anthropic-Beta", "one")
            .add("X-Custom", "one")
            .add("X-Custom", "two");

    Headers passed = HeaderRules.forTarget(headers, Set.of("x-custom"));

    assertThat(passed.get("content-type")).isEqualTo("application/json");
    assertThat(passed.get("x-amzn-bedrock-trace")).isEqualTo("ENABLED");
    assertThat(passed.get("anthropic-beta")).isEqualTo("one");
    assertThat(passed.getAll("x-custom")).containsExactly("one", "two");
  }

  @Test
  void aHeaderThatConnectionNamesEndsHere() {
    Headers headers =
        new Headers().add("Connection", "close, X-Hop").add("X-Hop", "1").add("X-Stays", "1");

    assertThat(HeaderRules.forQueue(headers, Set.of("x-hop", "x-stays")).names())
        .containsExactly("x-stays");
  }

  @Test
  void anAnswersHeadersPassButThoseThatForebaySetsItself() {
    Headers from =
        new Headers()
            .add("x-amzn-RequestId", "id")
            .add("Content-Length", "5")
            .add("x-forebay-answer", "forged");

    assertThat(HeaderRules.forCaller(from).names()).containsExactly("x-amzn-requestid");
  }
}
