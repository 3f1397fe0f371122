package dev.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
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
        "Host",
        "Connection",
        "Transfer-Encoding",
        "Content-Length",
        "x-forebay-deadline-ms",
        "X-Forebay-Anything"
      })
  void whatIsTheCallersOwnGoesNoFurther(String name) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add(name, "secret").add("accept", "a");

    assertThat(HeaderRules.forTarget(headers).names()).containsExactly("accept");
  }

  @Test
  void theRestPassesWithAllItsValues() {
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .add("Content-Type", "application/json")
            .add("X-Amzn-Bedrock-Trace", "ENABLED")
            .add("X-Custom", "one")
            .add("X-Custom", "two");

    MultiMap passed = HeaderRules.forTarget(headers);

    assertThat(passed.get("content-type")).isEqualTo("application/json");
    assertThat(passed.get("x-amzn-bedrock-trace")).isEqualTo("ENABLED");
    assertThat(passed.getAll("x-custom")).containsExactly("one", "two");
  }

  @Test
  void aHeaderThatConnectionNamesEndsHere() {
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .add("Connection", "close, X-Hop")
            .add("X-Hop", "1")
            .add("X-Stays", "1");

    assertThat(HeaderRules.forTarget(headers).names()).containsExactly("x-stays");
  }

  @Test
  void anAnswersHeadersPassButThoseThatForebaySetsItself() {
    MultiMap from =
        MultiMap.caseInsensitiveMultiMap()
            .add("x-amzn-RequestId", "id")
            .add("Content-Length", "5")
            .add("x-forebay-answer", "forged");

    assertThat(HeaderRules.forCaller(from).names()).containsExactly("x-amzn-requestid");
  }
}
