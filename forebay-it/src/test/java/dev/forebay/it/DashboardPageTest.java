package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.gateway.Gateway;
import dev.forebay.testkit.Http;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The dashboard's files, as a browser gets them. */
class DashboardPageTest {
  @RegisterExtension static final Stack stack = new Stack();

  @Test
  void thePageNamesNothingButWhatTheGatewayServes() throws Exception {
    HttpResponse<byte[]> page = get("/dashboard");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
    assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
        .startsWith("default-src 'none'")
        .doesNotContain("unsafe", "*", "http");
    String html = text(page);
    assertThat(html).doesNotContain("http:", "https:", "//");
    for (String file : List.of("dashboard/app.js", "dashboard/app.css", "dashboard/icon.svg")) {
      assertThat(html).contains('"' + file + '"');
      assertThat(get("/" + file).statusCode()).isEqualTo(200);
    }
    assertThat(text(get("/dashboard/app.css"))).doesNotContain("url(", "@import");
  }

  @Test
  void noOtherFileIsServed() throws Exception {
    for (String path :
        List.of(
            "/dashboard/sources.sha256",
            "/dashboard/../StatusPage.class",
            "/dashboard/%2e%2e/x",
            "/dashboard/index.html")) {
      assertThat(get(path).statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void aBrowserThatHasItGetsNothingAndOneThatUnzipsGetsItZipped() throws Exception {
    HttpResponse<byte[]> plain = get("/dashboard/app.js");
    String tag = plain.headers().firstValue("etag").orElseThrow();
    HttpResponse<byte[]> again = get("/dashboard/app.js", "if-none-match", tag);
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();

    HttpResponse<byte[]> zipped = get("/dashboard/app.js", "accept-encoding", "gzip, br");
    assertThat(zipped.headers().firstValue("content-encoding")).hasValue("gzip");
    assertThat(zipped.body().length).isLessThan(60_000);
    try (InputStream unzip = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
      assertThat(unzip.readAllBytes()).isEqualTo(plain.body());
    }
  }

  @Test
  void theRootLeadsABrowserToThePageAndTellsOthersWhatThereIs() throws Exception {
    HttpResponse<byte[]> browser = get("/", "accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    assertThat(browser.statusCode()).isEqualTo(307);
    assertThat(browser.headers().firstValue("location")).hasValue("dashboard");

    HttpResponse<byte[]> other = get("/", "accept", "*/*");
    assertThat(other.statusCode()).isEqualTo(404);
    assertThat(text(other)).contains("/dashboard");
  }

  @Test
  void theFolderLeadsToThePage() throws Exception {
    HttpResponse<byte[]> folder = get("/dashboard/");
    assertThat(folder.statusCode()).isEqualTo(308);
    assertThat(folder.headers().firstValue("location")).hasValue("../dashboard");
  }

  /** As dashboard/vite.config.js records it. If this fails: npm ci and npm run build there. */
  @Test
  void thePageIsMadeFromTheSourcesBesideIt() throws Exception {
    Path sources = Path.of("../dashboard");
    List<String> files =
        new ArrayList<>(
            List.of("package.json", "package-lock.json", "tsconfig.json", "vite.config.js"));
    for (String folder : List.of("public", "src")) {
      try (Stream<Path> listed = Files.list(sources.resolve(folder))) {
        listed.forEach(file -> files.add(folder + '/' + file.getFileName()));
      }
    }
    files.sort(Comparator.naturalOrder());
    files.add("../forebay-gateway/src/main/resources/dev/forebay/gateway/live/words.json");
    MessageDigest hash = MessageDigest.getInstance("SHA-256");
    for (String file : files) {
      hash.update((file + '\n').getBytes(StandardCharsets.UTF_8));
      hash.update(Files.readAllBytes(sources.resolve(file)));
      hash.update((byte) '\n');
    }
    assertThat(recorded()).isEqualTo(HexFormat.of().formatHex(hash.digest()) + '\n');
  }

  private static String recorded() throws IOException {
    try (InputStream in = Gateway.class.getResourceAsStream("dashboard/sources.sha256")) {
      assertThat(in).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private static HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    try (Http http = new Http()) {
      return http.bytes(Http.get(URI.create(stack.endpoint() + path), headers));
    }
  }
}
