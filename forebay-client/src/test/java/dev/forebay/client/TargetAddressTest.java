package dev.forebay.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.engine.Headers;
import dev.forebay.engine.Transport;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;

class TargetAddressTest {
  private static final byte[] BODY = {1, 2, 3};

  private static SdkHttpRequest request(
      TargetAddress to, String method, String uri, Headers headers, byte[] body) {
    return to.request(new Transport.Request(method, uri, headers, body, true));
  }

  private static List<String> headers(SdkHttpRequest request) {
    List<String> lines = new ArrayList<>();
    request.forEachHeader((name, values) -> lines.add(name + ": " + values));
    return lines;
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example,       https, a.example, 443,  a.example",
    "http://a.example,        http,  a.example, 80,   a.example",
    "http://a.example:8080,   http,  a.example, 8080, a.example:8080",
    "https://[::1]:8443,      https, [::1],     8443, [::1]:8443",
  })
  void aRequestIsForItsTarget(String endpoint, String scheme, String host, int port, String named) {
    TargetAddress to = new TargetAddress(URI.create(endpoint));
    SdkHttpRequest sent = request(to, "POST", "/model/a%3A0/converse", new Headers(), BODY);
    assertThat(sent.method()).isEqualTo(SdkHttpMethod.POST);
    assertThat(sent.protocol()).isEqualTo(scheme);
    assertThat(sent.host()).isEqualTo(host);
    assertThat(sent.port()).isEqualTo(port);
    assertThat(sent.encodedPath()).isEqualTo("/model/a%3A0/converse");
    assertThat(sent.encodedQueryParameters()).isEmpty();
    assertThat(sent.getUri()).isEqualTo(sent.toBuilder().build().getUri());
    assertThat(headers(sent)).containsExactly("Host: [" + named + "]", "Content-Length: [3]");
  }

  @Test
  void theNextRequestMayBeAnotherOne() {
    TargetAddress to = new TargetAddress(URI.create("https://a.example"));
    SdkHttpRequest first = request(to, "POST", "/model/a/converse", new Headers(), BODY);
    SdkHttpRequest query = request(to, "GET", "/jobs?next=a%2Fb", new Headers(), new byte[0]);
    SdkHttpRequest method = request(to, "DELETE", "/jobs", new Headers(), new byte[0]);
    assertThat(first.getUri()).isEqualTo(URI.create("https://a.example/model/a/converse"));
    assertThat(query.getUri()).isEqualTo(URI.create("https://a.example/jobs?next=a%2Fb"));
    assertThat(query.rawQueryParameters()).isEqualTo(Map.of("next", List.of("a/b")));
    assertThat(query.method()).isEqualTo(SdkHttpMethod.GET);
    assertThat(headers(query)).containsExactly("Host: [a.example]");
    assertThat(method.method()).isEqualTo(SdkHttpMethod.DELETE);
    assertThat(method.getUri()).isEqualTo(URI.create("https://a.example/jobs"));
  }

  @Test
  void headersAreReadInAnyWay() {
    Headers own =
        new Headers().add("host", "b.example").add("x-a", "1").add("X-B", "2").add("X-A", "3");
    TargetAddress to = new TargetAddress(URI.create("https://a.example"));
    SdkHttpRequest sent = request(to, "POST", "/", own, new byte[0]);
    assertThat(headers(sent))
        .containsExactly("host: [b.example]", "x-a: [1, 3]", "X-B: [2]", "Content-Length: [0]");
    assertThat(sent.firstMatchingHeader("x-b")).hasValue("2");
    assertThat(sent.firstMatchingHeader("x-c")).isEmpty();
    assertThat(sent.matchingHeaders("X-A")).containsExactly("1", "3");
    assertThat(sent.numHeaders()).isEqualTo(4);
    assertThat(sent.headers().get("x-b")).containsExactly("2");
    assertThat(headers(sent.toBuilder().putHeader("x-b", "9").build()))
        .contains("x-a: [1, 3]")
        .anyMatch(line -> line.endsWith(": [9]"));
    assertThat(headers(sent)).contains("X-B: [2]");
    assertThat(own.contains("Content-Length")).isFalse();
    assertThat(sent).asString().doesNotContain("b.example");
  }
}
