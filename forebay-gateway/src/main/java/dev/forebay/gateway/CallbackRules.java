package dev.forebay.gateway;

import dev.forebay.config.JobsConfig;
import dev.forebay.core.ErrorInfo;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses may be told that a job has ended: HTTPS, and hosts that the operator has listed.
 * Their addresses must be public, unless the operator allows private networks; what is local to a
 * link, where clouds keep their secrets, is never called.
 */
final class CallbackRules {
  private static final int MAX_LENGTH = 2_048;

  /** This operation is answered directly, whatever is asked. */
  static final ErrorInfo NO_JOB =
      unusable("only calls of a model can be answered later, and this operation is none");

  private final Optional<JobsConfig.Callbacks> config;

  CallbackRules(Optional<JobsConfig.Callbacks> config) {
    this.config = config;
  }

  /** A callback that a caller asks for, or why it cannot be. */
  sealed interface Judged {}

  record Allowed(URI uri) implements Judged {}

  record Denied(ErrorInfo error) implements Judged {}

  Judged judge(String text) {
    if (config.isEmpty()) {
      return denied("this gateway makes no callbacks (see jobs.callbacks)");
    }
    URI uri = parse(text);
    if (uri == null || uri.getHost() == null || uri.getRawUserInfo() != null) {
      return denied("it is no address such as https://host/path");
    }
    boolean plain = config.get().privateNetwork() && "http".equalsIgnoreCase(uri.getScheme());
    if (!plain && !"https".equalsIgnoreCase(uri.getScheme())) {
      return denied("it must begin with https://");
    }
    String host = host(uri);
    if (!config.get().hosts().contains(host)) {
      return denied("the host '%s' is not among those that may be called".formatted(host));
    }
    if (isLiteral(host) && !isAcceptable(host)) {
      return denied("'%s' is a private address".formatted(host));
    }
    return new Allowed(uri);
  }

  /** Why a call that asks for a callback is none that is answered later. */
  static ErrorInfo neverLater(String route, boolean respondAsync) {
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

  private boolean isAcceptable(String literal) {
    try {
      return isAcceptable(InetAddress.getByName(literal));
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** Whether the hosts of such callbacks may still be called. */
  boolean isListed(URI callback) {
    return config.isPresent() && config.get().hosts().contains(host(callback));
  }

  /** The address to call; empty unless all that the name stands for may be called. */
  Optional<InetAddress> pick(List<InetAddress> resolved) {
    return resolved.stream().allMatch(this::isAcceptable)
        ? resolved.stream().findFirst()
        : Optional.empty();
  }

  boolean isAcceptable(InetAddress address) {
    boolean privateToo = config.isPresent() && config.get().privateNetwork();
    byte[] bytes = address.getAddress();
    if (address.isLinkLocalAddress()
        || address.isMulticastAddress()
        || address.isAnyLocalAddress()) {
      return false;
    }
    return privateToo || !isPrivate(address, bytes);
  }

  private static boolean isPrivate(InetAddress address, byte[] bytes) {
    return address.isLoopbackAddress()
        || address.isSiteLocalAddress()
        || (bytes.length == 4 ? isReservedV4(bytes) : isReservedV6(bytes));
  }

  /** 0/8, 100.64/10 (carriers), 192.0.0/24, 198.18/15 (measurements), 240/4. */
  private static boolean isReservedV4(byte[] bytes) {
    int a = bytes[0] & 0xff;
    int b = bytes[1] & 0xff;
    return a == 0
        || (a == 100 && (b & 0xc0) == 64)
        || (a == 192 && b == 0 && bytes[2] == 0)
        || (a == 198 && (b & 0xfe) == 18)
        || a >= 240;
  }

  /**
   * fc00::/7 (unique local), 2002::/16 and 64:ff9b::/16, which stand for addresses of version 4.
   */
  private static boolean isReservedV6(byte[] bytes) {
    int first = (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
    return (first & 0xfe00) == 0xfc00 || first == 0x2002 || first == 0x0064;
  }

  /** Digits and dots, or colons: the JDK asks no name server for these. */
  private static boolean isLiteral(String host) {
    return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }

  static String host(URI uri) {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
