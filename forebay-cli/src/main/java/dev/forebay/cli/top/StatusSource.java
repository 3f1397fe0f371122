package dev.forebay.cli.top;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Asks a gateway for its {@code /api/status}. */
public final class StatusSource implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** HTTP/1.1: the JDK's client gets lost in a large answer right behind an upgrade to HTTP/2. */
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  private final URI page;
  private final HttpRequest request;

  /**
   * @param gateway such as {@code http://127.0.0.1:8480}
   * @param key the secret of a key with {@code admin: true}, where the gateway asks for one
   * @throws IllegalArgumentException if that is no HTTP address
   */
  public StatusSource(URI gateway, Optional<String> key) {
    String text = gateway.toString();
    page = URI.create((text.endsWith("/") ? text : text + '/') + "api/status");
    HttpRequest.Builder builder = HttpRequest.newBuilder(page).timeout(PATIENCE);
    key.ifPresent(secret -> builder.header("authorization", "Bearer " + secret));
    request = builder.build();
  }

  /** The present status. */
  public JsonObject ask() throws StatusException, InterruptedException {
    HttpResponse<byte[]> response;
    try {
      response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new StatusException("cannot reach " + page + ": " + Unreachable.why(e), e);
    }
    try {
      JsonObject body = new JsonObject(Buffer.buffer(response.body()));
      if (response.statusCode() == 200 && body.containsKey("verdict")) {
        return body;
      }
      throw new StatusException(
          "%s: status %d, %s"
              .formatted(page, response.statusCode(), body.getString("message", "no message")));
    } catch (DecodeException | ClassCastException e) {
      throw new StatusException(page + " is not a gateway's status: no JSON", e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
