package dev.forebay.gateway.admin;

import dev.forebay.engine.sigv4.Digests;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * {@code /dashboard}: the page's files, from the class path. They hold no data and no secret, so
 * anyone may have them; what they show is asked for with the key of who looks at them. Immutable.
 */
public final class DashboardFiles {
  /** Nothing but what this gateway serves, and nothing in a frame. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final Map<String, File> files =
      Map.of(
          "/dashboard", File.read("index.html", "text/html; charset=utf-8"),
          "/dashboard/app.js", File.read("app.js", "text/javascript; charset=utf-8"),
          "/dashboard/app.css", File.read("app.css", "text/css; charset=utf-8"),
          "/dashboard/icon.svg", File.read("icon.svg", "image/svg+xml"));

  /** Whether it is the path of the page itself, or leads there: neither holds data. */
  public static boolean isPage(String rawPath) {
    return rawPath.equals("/dashboard") || rawPath.equals("/dashboard/") || rawPath.equals("/");
  }

  /**
   * Answers if the path is one of the page's.
   *
   * @return whether it is
   */
  public boolean serve(HttpServerRequest request, String rawPath) {
    HttpServerResponse response = request.response();
    if (rawPath.equals("/dashboard/")) {
      response.setStatusCode(308).putHeader(HttpHeaders.LOCATION, "../dashboard").end();
      return true;
    }
    if (rawPath.equals("/") && isBrowser(request)) {
      response.setStatusCode(307).putHeader(HttpHeaders.LOCATION, "dashboard").end();
      return true;
    }
    File file = files.get(rawPath);
    if (file == null) {
      return false;
    }
    response
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
        .putHeader(HttpHeaders.ETAG, file.tag)
        .putHeader(HttpHeaders.VARY, "accept-encoding")
        .putHeader("content-security-policy", POLICY)
        .putHeader("x-content-type-options", "nosniff")
        .putHeader("referrer-policy", "no-referrer");
    if (file.tag.equals(request.getHeader(HttpHeaders.IF_NONE_MATCH))) {
      response.setStatusCode(304).end();
      return true;
    }
    boolean zip = accepts(request.getHeader(HttpHeaders.ACCEPT_ENCODING));
    Buffer body = zip ? file.zipped : file.plain;
    if (zip) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
    }
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, file.type)
        .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
    if (request.method().equals(HttpMethod.HEAD)) {
      response.end();
    } else {
      response.end(body);
    }
    return true;
  }

  /** Other clients learn from the error for an unknown path what this gateway takes. */
  private static boolean isBrowser(HttpServerRequest request) {
    String accepted = request.getHeader(HttpHeaders.ACCEPT);
    return accepted != null && accepted.contains("text/html");
  }

  private static boolean accepts(@Nullable String encodings) {
    return encodings != null && encodings.contains("gzip");
  }

  private record File(String type, Buffer plain, Buffer zipped, String tag) {
    static File read(String name, String type) {
      try (InputStream in =
          Objects.requireNonNull(
              DashboardFiles.class.getResourceAsStream("/dev/forebay/gateway/dashboard/" + name),
              name)) {
        byte[] bytes = in.readAllBytes();
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
          zip.write(bytes);
        }
        return new File(
            type,
            Buffer.buffer(bytes),
            Buffer.buffer(zipped.toByteArray()),
            '"' + Digests.sha256(bytes).substring(0, 32) + '"');
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
