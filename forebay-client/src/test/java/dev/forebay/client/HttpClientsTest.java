package dev.forebay.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.config.ConfigFile;
import dev.forebay.config.TargetConfig;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;

class HttpClientsTest {
  private static final TargetConfig TARGET =
      Objects.requireNonNull(
          ConfigFile.parse(
                  """
                  targets: { one: { region: us-east-1, endpoint: "http://127.0.0.1:1", credentials: anonymous } }
                  routes: { "*": { tiers: [[one]] } }
                  """,
                  "clients.yaml",
                  Map.of())
              .targets()
              .get("one"));

  @Test
  void aClientThatIsMadeAfterTheEndIsClosed() {
    HttpClients clients = new HttpClients(null, null);
    clients.close();

    SdkHttpClient late = clients.blocking(TARGET).client();

    assertThatThrownBy(
            () ->
                late.prepareRequest(
                        HttpExecuteRequest.builder()
                            .request(
                                SdkHttpRequest.builder()
                                    .method(SdkHttpMethod.GET)
                                    .uri(URI.create("http://127.0.0.1:1/"))
                                    .build())
                            .build())
                    .call())
        .hasStackTraceContaining("shut down");
  }
}
