package dev.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayAddressTest {
  @ParameterizedTest
  @CsvSource({
    "[::1]:8480, http://[::1]:8480",
    "gateway.internal, http://gateway.internal",
    "' HTTPS://gateway ', HTTPS://gateway",
    "127.0.0.1:8480, http://127.0.0.1:8480",
  })
  void anAddressNeedsNoScheme(String given, String address) {
    assertThat(GatewayAddress.of(given)).hasToString(address);
  }
}
