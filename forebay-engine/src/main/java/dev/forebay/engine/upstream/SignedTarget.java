package dev.forebay.engine.upstream;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.Operation;
import dev.forebay.config.Credentials;
import dev.forebay.config.TargetConfig;
import dev.forebay.engine.Scheduler;
import dev.forebay.engine.credentials.GivenCredentials;
import dev.forebay.engine.credentials.RequestSigner;
import org.jspecify.annotations.Nullable;

/**
 * A target as it is reached: one for each way that it was configured, for as long as calls are made
 * that way. Compared by identity.
 */
public final class SignedTarget {
  private final TargetConfig config;
  private final RequestSigner signer;
  private final String credentials;
  private final ConnectionLog connections;
  private volatile @Nullable Path path;

  private record Path(Operation operation, String model, String raw) {}

  public SignedTarget(TargetConfig config, Scheduler scheduler) {
    this(config, scheduler, null);
  }

  /** The same where the program gives credentials, see {@link RequestSigner}. */
  public SignedTarget(TargetConfig config, Scheduler scheduler, @Nullable GivenCredentials given) {
    this.config = config;
    this.signer = RequestSigner.of(config, scheduler, given);
    this.credentials =
        given != null && config.credentials() instanceof Credentials.Default
            ? "the program's own"
            : config.credentials().toString();
    this.connections = new ConnectionLog(config.target().name());
  }

  public TargetConfig config() {
    return config;
  }

  /** The model that is called there when the caller asks for this one. */
  public String model(ModelPath asked) {
    return config.model().orElse(asked.modelId());
  }

  /** The path of an operation on a model. Most calls of a target have the same one. */
  String rawPath(Operation operation, String model) {
    Path last = path;
    if (last == null || last.operation() != operation || !last.model().equals(model)) {
      last = new Path(operation, model, ModelPath.format(operation, model));
      path = last;
    }
    return last.raw();
  }

  public RequestSigner signer() {
    return signer;
  }

  /** Which credentials it is signed by, in words without a secret. */
  String credentials() {
    return credentials;
  }

  /** What went wrong with its connections. */
  public ConnectionLog connections() {
    return connections;
  }
}
