package dev.forebay.gateway.upstream;

import dev.forebay.config.TargetConfig;
import io.vertx.core.Vertx;

/**
 * A target as it is reached: one for each way that it was configured, for as long as calls are made
 * that way. It is told from others by identity.
 */
public final class SignedTarget {
  private final TargetConfig config;
  private final RequestSigner signer;
  private final ConnectionLog connections;

  public SignedTarget(TargetConfig config, Vertx vertx) {
    this.config = config;
    this.signer = RequestSigner.of(config, vertx);
    this.connections = new ConnectionLog(config.target().name());
  }

  public TargetConfig config() {
    return config;
  }

  public RequestSigner signer() {
    return signer;
  }

  /** What went wrong with its connections. */
  public ConnectionLog connections() {
    return connections;
  }
}
