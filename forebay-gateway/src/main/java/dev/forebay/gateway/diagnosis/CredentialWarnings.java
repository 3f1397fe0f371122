package dev.forebay.gateway.diagnosis;

import dev.forebay.config.Credentials;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.Places;
import dev.forebay.config.Problem;
import dev.forebay.config.TargetConfig;
import dev.forebay.engine.credentials.CredentialProblem;
import dev.forebay.engine.credentials.CredentialProviders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * Targets for which there are no credentials now, on this machine. A role is not assumed: only what
 * it would be assumed with is looked for.
 */
public final class CredentialWarnings {
  private static final int NAMED = 10;

  private CredentialWarnings() {}

  /**
   * Looks for the credentials of all targets.
   *
   * @param patience the longest wait for a provider that asks another service
   */
  public static List<Problem> of(GatewayConfig config, Duration patience) {
    Map<Credentials, CompletableFuture<Optional<String>>> asked = new LinkedHashMap<>();
    for (TargetConfig target : config.targets().values()) {
      looked(target.credentials())
          .ifPresent(
              needed ->
                  asked.computeIfAbsent(
                      needed,
                      any ->
                          CompletableFuture.supplyAsync(
                              () -> problem(any), Thread::startVirtualThread)));
    }
    Map<String, List<String>> without = new LinkedHashMap<>();
    config
        .targets()
        .forEach(
            (name, target) ->
                looked(target.credentials())
                    .map(asked::get)
                    .flatMap(answer -> result(answer, patience))
                    .ifPresent(
                        why -> without.computeIfAbsent(why, any -> new ArrayList<>()).add(name)));
    return without.entrySet().stream()
        .map(each -> warning(config, each.getKey(), each.getValue()))
        .toList();
  }

  /** One for all targets that lack them for the same reason, at the first of these. */
  private static Problem warning(GatewayConfig config, String why, List<String> targets) {
    Places.Spot spot = config.places().ofTarget(targets.getFirst(), "credentials");
    List<String> others = targets.subList(1, targets.size());
    String named = String.join(", ", others.subList(0, Math.min(NAMED, others.size())));
    String more = others.size() > NAMED ? " and %d more".formatted(others.size() - NAMED) : "";
    return new Problem(
        spot.place(),
        spot.path(),
        "there are no credentials here"
            + (others.isEmpty() ? "" : ", nor for " + named + more)
            + ": "
            + why,
        "check that the gateway's own environment has them");
  }

  /** What to look for; empty for what needs no provider. */
  private static Optional<Credentials> looked(Credentials credentials) {
    return switch (credentials) {
      case Credentials.Default d -> Optional.of(d);
      case Credentials.Profile p -> Optional.of(p);
      case Credentials.Role r -> Optional.of(new Credentials.Default());
      case Credentials.Bearer b -> Optional.empty();
      case Credentials.Static s -> Optional.empty();
      case Credentials.Anonymous a -> Optional.empty();
    };
  }

  private static Optional<String> problem(Credentials credentials) {
    try {
      // No role is assumed, so the region does not matter.
      AwsCredentialsProvider provider = CredentialProviders.of(credentials, "us-east-1");
      try {
        provider.resolveCredentials();
        return Optional.empty();
      } finally {
        if (provider instanceof SdkAutoCloseable closeable) {
          closeable.close();
        }
      }
    } catch (RuntimeException e) {
      return Optional.of(CredentialProblem.of(e));
    }
  }

  private static Optional<String> result(
      CompletableFuture<Optional<String>> answer, Duration patience) {
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return Optional.of("their provider did not answer in %d s".formatted(patience.toSeconds()));
    } catch (ExecutionException e) {
      return Optional.of(CredentialProblem.of(e.getCause() == null ? e : e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
