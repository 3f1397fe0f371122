package dev.forebay.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardHeadersTest {
  private static final String TARGET = "region: us-east-1, model: m, forwardHeaders: ";

  @Test
  void namesAreReadWithoutRegardToCase() {
    GatewayConfig config =
        Examples.parse(Examples.target(TARGET + "[X-Tenant, x-tenant, x-api-key, cookie]"));

    assertThat(Examples.target(config, "a").wire().forwardHeaders())
        .containsExactlyInAnyOrder("x-tenant", "x-api-key", "cookie");
  }

  @Test
  void noneIsTheDefault() {
    assertThat(Examples.target(Examples.parse(Examples.SMALLEST), "a").wire())
        .isEqualTo(WireConfig.DEFAULTS);
    assertThat(Examples.target(Examples.parse(Examples.target(TARGET + "[]")), "a").wire())
        .isEqualTo(WireConfig.DEFAULTS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Authorization | is set by the gateway itself for each target; remove it; see the target's credentials
          x-amz-date | is set by the gateway itself for each target; remove it; see the target's credentials
          X-Amz-Security-Token | is set by the gateway itself for each target; remove it; see the target's credentials
          x-amz-content-sha256 | is set by the gateway itself for each target; remove it; see the target's credentials
          accept-encoding | is set by the gateway itself for each target; remove it; see the target's credentials
          Host | belongs to one connection or one message and is never forwarded; remove it
          content-length | belongs to one connection or one message and is never forwarded; remove it
          transfer-encoding | belongs to one connection or one message and is never forwarded; remove it
          Connection | belongs to one connection or one message and is never forwarded; remove it
          proxy-authorization | belongs to one connection or one message and is never forwarded; remove it
          upgrade | belongs to one connection or one message and is never forwarded; remove it
          te | belongs to one connection or one message and is never forwarded; remove it
          expect | belongs to one connection or one message and is never forwarded; remove it
          x-forebay-priority | is meant for the gateway and is never forwarded; remove it
          X-Forebay-New | is meant for the gateway and is never forwarded; remove it
          prefer | is meant for the gateway and is never forwarded; remove it
          idempotency-key | is meant for the gateway and is never forwarded; remove it
          x tenant | is not a header's name; write each name in full
          x-corp-* | is not a header's name; write each name in full
          x-tenant: | is not a header's name; write each name in full
          :path | is not a header's name; write each name in full
          """)
  void whatIsNeverForwardedIsRefused(String name, String problem) {
    assertThat(Examples.refusal(Examples.target(TARGET + "[x-tenant, \"" + name + "\"]")))
        .isEqualTo("forebay.yaml:2:63: targets.a.forwardHeaders[1]: '" + name + "' " + problem);
  }
}
