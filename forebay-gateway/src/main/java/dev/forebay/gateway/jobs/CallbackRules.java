package dev.forebay.gateway.jobs;

import dev.forebay.config.JobsConfig;
import dev.forebay.core.ErrorInfo;
import dev.forebay.gateway.http.AddressScope;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses may be called when a job has ended: HTTPS, and hosts that the operator has
 * listed. Their addresses must be public, unless the operator allows private networks; what is
 * local to a link, where clouds keep their secrets, is never called. {@link AddressScope}
 * classifies them.
 */
public final class CallbackRules {
  private static final int MAX_LENGTH = 2_048;
  private static final Pattern PORT = Pattern.compile(":\\d*$");

  /** This operation is answered directly, whatever is asked. */
  public static final ErrorInfo NO_JOB =
      unusable("only calls of a model can be answered later, and this operation is not one");

  private final Optional<JobsConfig.Callbacks> config;

  public CallbackRules(Optional<JobsConfig.Callbacks> config) {
    this.config = config;
  }

  /** A callback that a caller asks for, or why it cannot be. */
  sealed interface Judged {}

  record Allowed(URI uri) implements Judged {}

  public record Denied(ErrorInfo error) implements Judged {}

  public Judged judge(String text) {
    if (config.isEmpty()) {
      return denied("this gateway makes no callbacks (see jobs.callbacks)");
    }
    URI uri = parse(text);
    if (uri == null || uri.getRawUserInfo() != null) {
      return denied("it is not a URL such as https://host/path");
    }
    String literal = literal(uri);
    Optional<AddressScope> scope = AddressScope.ofLiteral(literal);
    if (scope.isPresent() && !isAcceptable(scope.get())) {
      return denied("'%s' is a private address".formatted(literal));
    }
    if (uri.getHost() == null || AddressScope.isOdd(literal)) {
      return denied("it is not a URL such as https://host/path");
    }
    boolean plain = config.get().privateNetwork() && "http".equalsIgnoreCase(uri.getScheme());
    if (!plain && !"https".equalsIgnoreCase(uri.getScheme())) {
      return denied("it must begin with https://");
    }
    String host = host(uri);
    if (!config.get().hosts().contains(host)) {
      return denied("the host '%s' is not listed in jobs.callbacks.hosts".formatted(host));
    }
    return new Allowed(uri);
  }

  /** Why a call that asks for a callback is none that is answered later. */
  public static ErrorInfo neverLater(String route, boolean respondAsync) {
    return unusable(
        respondAsync
            ? "the route '%s' has no queue, so its calls are answered directly".formatted(route)
            : "only a call with the header 'Prefer: respond-async' is answered later");
  }

  private static ErrorInfo unusable(String why) {
    return JobErrors.invalid("The header x-forebay-callback cannot be used: " + why + ".");
  }

  private static @Nullable URI parse(String text) {
    try {
      return text.length() > MAX_LENGTH ? null : new URI(text);
    } catch (URISyntaxException e) {
      return null;
    }
  }

  private static Judged denied(String why) {
    return new Denied(unusable(why));
  }

  /** Whether the hosts of such callbacks may still be called. */
  boolean isListed(URI callback) {
    return config.isPresent() && config.get().hosts().contains(host(callback));
  }

  /** The address to call; empty unless all that the name stands for may be called. */
  public Optional<InetAddress> pick(List<InetAddress> resolved) {
    return resolved.stream().allMatch(this::isAcceptable)
        ? resolved.stream().findFirst()
        : Optional.empty();
  }

  boolean isAcceptable(InetAddress address) {
    return isAcceptable(AddressScope.of(address));
  }

  private boolean isAcceptable(AddressScope scope) {
    return switch (scope) {
      case PUBLIC -> true;
      case PRIVATE -> config.isPresent() && config.get().privateNetwork();
      case LINK -> false;
    };
  }

  /** The host as it stands there, also where it is numbers that are no host to the JDK. */
  private static String literal(URI uri) {
    if (uri.getHost() != null) {
      return host(uri);
    }
    String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
    Matcher port = PORT.matcher(authority);
    return port.replaceFirst("").toLowerCase(Locale.ROOT);
  }

  static String host(URI uri) {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
