package dev.forebay.cli;

import dev.forebay.cli.top.Unreachable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a running gateway about its jobs. */
final class JobsApi {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final URI gateway;
  private final Optional<String> key;
  private final JsonMapper json = new JsonMapper();

  JobsApi(URI gateway, Optional<String> key) {
    this.gateway = gateway;
    this.key = key;
  }

  JsonNode get(String path) {
    return ask("GET", path);
  }

  JsonNode delete(String path) {
    return ask("DELETE", path);
  }

  JsonNode post(String path) {
    return ask("POST", path);
  }

  private JsonNode ask(String method, String path) {
    // HTTP/1.1: the JDK's client gets lost in a large answer right behind an upgrade to HTTP/2.
    try (HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build()) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(gateway.resolve(path))
              .timeout(TIMEOUT)
              .method(method, HttpRequest.BodyPublishers.noBody());
      key.ifPresent(secret -> request.header("authorization", "Bearer " + secret));
      return read(http.send(request.build(), HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new FailedException(
          "Cannot reach the gateway at " + gateway + ": " + Unreachable.why(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedException("Interrupted.", e);
    }
  }

  private JsonNode read(HttpResponse<String> response) {
    JsonNode answer;
    try {
      answer = json.readTree(response.body());
    } catch (JacksonException e) {
      throw new FailedException(gateway + " is not a Forebay gateway.", e);
    }
    String message = answer.path("message").asString("");
    return switch (response.statusCode()) {
      case 200 -> answer;
      case 400 -> throw new UsageException(message);
      default -> throw new FailedException(message + " (status " + response.statusCode() + ")");
    };
  }
}
