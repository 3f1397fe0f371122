package dev.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepeatedCallTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "amz-sdk-request | attempt=1; max=3 | false",
        "amz-sdk-request | attempt=2; max=3 | true",
        "Amz-Sdk-Request | ttl=20261128T000000Z; attempt=3; max=4 | true",
        "amz-sdk-request | attempt=10 | true",
        "amz-sdk-request | attempt=x | false",
        "amz-sdk-request | attempt= | false",
        "amz-sdk-request | attempt=99999999999 | false",
        "amz-sdk-request | max=3 | false",
        "x-stainless-retry-count | 0 | false",
        "x-stainless-retry-count | 1 | true",
        "x-other | attempt=2 | false",
      })
  void clientsSayWhetherTheySendSomethingAgain(String name, String value, boolean repeated) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().set(name, value);
    assertThat(RepeatedCall.is(headers)).isEqualTo(repeated);
  }

  @Test
  void othersSayNothing() {
    assertThat(RepeatedCall.is(MultiMap.caseInsensitiveMultiMap())).isFalse();
  }
}
