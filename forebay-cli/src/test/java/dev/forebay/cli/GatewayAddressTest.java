package dev.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayAddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        ":8480",
        "8480",
        "http://127.0.0.1:8480/",
        "127.0.0.1:8480/dashboard",
        "http://127.0.0.1:8480/metrics",
        "http://127.0.0.1:8480/api/status"
      })
  void whatServePrintsAndAPortAloneNameTheGateway(String pasted) {
    assertThat(GatewayAddress.of(pasted)).hasToString("http://127.0.0.1:8480");
  }

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
