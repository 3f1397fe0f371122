package dev.forebay.engine.upstream;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.Operation;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.Outcome;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Transport;
import dev.forebay.engine.WallClock;
import dev.forebay.engine.credentials.CredentialAdvice;
import dev.forebay.engine.credentials.NoCredentialsException;
import dev.forebay.engine.credentials.RequestSigner;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way to one target for the calls of one loop: its transport and its signer. */
public final class Upstream {
  private static final Logger log = LoggerFactory.getLogger(Upstream.class);

  private final SignedTarget target;
  private final TargetConfig config;
  private final RequestSigner signer;
  private final ConnectionLog connections;
  private final Transport transport;
  private final String basePath;
  private final boolean callersConfigure;

  public Upstream(SignedTarget target, Transport transport) {
    this(target, transport, false);
  }

  /**
   * A way to a target.
   *
   * @param callersConfigure whether errors may say what is wrong with the target's configuration
   */
  public Upstream(SignedTarget target, Transport transport, boolean callersConfigure) {
    this.callersConfigure = callersConfigure;
    this.target = target;
    this.config = target.config();
    this.signer = target.signer();
    this.connections = target.connections();
    this.transport = transport;
    String path = config.endpoint().getRawPath();
    this.basePath =
        path == null ? "" : path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /** A connection failed: says so to operators, and returns what a caller may know of it. */
  public String failed(Transport.Failure failure) {
    String text =
        "%s: %s"
            .formatted(
                failure.connected()
                    ? "The connection to %s failed".formatted(address())
                    : "Could not connect to %s".formatted(address()),
                failure.reason());
    connections.failed(text, WallClock.now());
    return text + ".";
  }

  /**
   * Signs a request. Logs missing credentials, once a minute.
   *
   * @return why the request could not be signed; null if it was
   */
  public @Nullable String sign(AttemptRequest request, Headers headers) {
    try {
      signer().sign(request.method(), request.uri(), headers, request.body());
      return null;
    } catch (NoCredentialsException e) {
      connections.failed("There are " + e.getMessage(), WallClock.now());
      return callersConfigure
          ? "There are " + e.getMessage() + "."
          : "No credentials are available; see the log.";
    } catch (RuntimeException e) {
      log.error("Target {}: signing failed", name(), e);
      return "The request could not be signed.";
    }
  }

  /** A failure as callers may know it. */
  Outcome.Failure shown(Outcome.Failure failure) {
    return callersConfigure
        ? CredentialAdvice.addTo(failure, name(), target.credentials())
        : failure;
  }

  /** Host, port where it is named, and proxy. */
  public String address() {
    URI endpoint = config.endpoint();
    String host =
        endpoint.getPort() < 0 ? endpoint.getHost() : endpoint.getHost() + ":" + endpoint.getPort();
    return config.wire().proxy().map(proxy -> host + " by proxy " + proxy).orElse(host);
  }

  public String name() {
    return config.target().name();
  }

  public TargetConfig config() {
    return config;
  }

  public RequestSigner signer() {
    return signer;
  }

  public Transport transport() {
    return transport;
  }

  public void close() {
    transport.close();
  }

  /** The model that is called there when the caller asks for this one. */
  public String model(ModelPath asked) {
    return config.model().orElse(asked.modelId());
  }

  /** The path of an operation on the model. */
  public String rawPath(Operation operation, String model) {
    return path(target.rawPath(operation, model));
  }

  /** A path of the API as the target's endpoint has it. */
  public String path(String rawPath) {
    return basePath + rawPath;
  }
}
