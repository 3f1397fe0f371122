package dev.forebay.gateway;

import dev.forebay.config.TargetConfig;
import io.vertx.core.Vertx;

/**
 * A target as it is reached: one for each way that it was configured, for as long as calls are made
 * that way. It is told from others by identity.
 */
final class Access {
  private final TargetConfig config;
  private final RequestSigner signer;

  Access(TargetConfig config, Vertx vertx) {
    this.config = config;
    this.signer = RequestSigner.of(config, vertx);
  }

  TargetConfig config() {
    return config;
  }

  RequestSigner signer() {
    return signer;
  }
}
