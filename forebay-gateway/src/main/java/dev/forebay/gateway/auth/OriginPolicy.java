package dev.forebay.gateway.auth;

import dev.forebay.config.AuthConfig;
import dev.forebay.config.ServerConfig;
import dev.forebay.core.ErrorInfo;
import dev.forebay.gateway.http.AddressScope;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a request may come from where it says it comes from, before anything else is done
 * for it. Web pages that a browser shows must not spend the quota or read answers.
 *
 * <ul>
 *   <li>DNS rebinding: without authentication the {@code Host} must be a loopback name or address,
 *       the configured {@code server.host} or one of {@code server.hosts}.
 *   <li>Cross-site requests: a foreign {@code Origin} or {@code Sec-Fetch-Site: cross-site} is
 *       refused, with authentication too. Programs send neither header.
 *   <li>CORS: origins in {@code server.corsOrigins} may call, and are answered in its terms.
 * </ul>
 *
 * <p>Immutable.
 */
public final class OriginPolicy {
  private static final Pattern AUTHORITY =
      Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?");
  private static final Pattern ORIGIN =
      Pattern.compile("([a-z][a-z0-9+.-]*)://([^/?#@\\s]+)", Pattern.CASE_INSENSITIVE);
  private static final Pattern LOOPBACK =
      Pattern.compile("(?:[^.]++\\.)*+localhost|127(?:\\.\\d{1,3}){3}");

  private static final CharSequence FETCH_SITE = HttpHeaders.createOptimized("sec-fetch-site");
  private static final CharSequence FETCH_MODE = HttpHeaders.createOptimized("sec-fetch-mode");
  private static final CharSequence FETCH_DEST = HttpHeaders.createOptimized("sec-fetch-dest");

  private static final String EXPOSED =
      String.join(
          ", ",
          "x-forebay-answer",
          "x-forebay-target",
          "x-forebay-model",
          "x-forebay-attempts",
          "x-forebay-adapted",
          "x-amzn-requestid",
          "x-amzn-errortype",
          "retry-after",
          "age",
          "location");

  private static final ErrorInfo MALFORMED_HOST =
      new ErrorInfo(
          400,
          "ValidationException",
          "The request must have exactly one Host header, a host name or address with an optional"
              + " port.");

  private final boolean checksHost;
  private final boolean hasKeys;
  private final Set<String> hosts = new HashSet<>();
  private final Set<String> corsOrigins = new HashSet<>();

  private OriginPolicy(ServerConfig server, AuthConfig auth) {
    this.hasKeys = auth instanceof AuthConfig.Keys;
    // `auth: open` admits everybody under any name, unless the operator lists the names.
    this.checksHost =
        auth instanceof AuthConfig.LoopbackOnly
            || (auth instanceof AuthConfig.Open && !server.hosts().isEmpty());
    hosts.add(hostName(server.host()));
    server.hosts().forEach(host -> hosts.add(hostName(host)));
    server.corsOrigins().forEach(origin -> corsOrigins.add(normalized(origin).orElseThrow()));
  }

  public static OriginPolicy of(ServerConfig server, AuthConfig auth) {
    return new OriginPolicy(server, auth);
  }

  /**
   * Why the request is refused, or null if it may pass.
   *
   * @param page whether the request is for a page without data, which other sites may link to when
   *     the data need a key
   */
  public @Nullable ErrorInfo objection(HttpServerRequest request, boolean page) {
    String authority = authority(request);
    if (authority == null) {
      return isHttp10(request) ? crossSite(request, "", page) : MALFORMED_HOST;
    }
    Matcher host = AUTHORITY.matcher(authority);
    if (!host.matches()) {
      return MALFORMED_HOST;
    }
    String name = hostName(host.group(1));
    if (checksHost && !hosts.contains(name) && !isLoopback(name)) {
      return forbidden(
          "The Host '%s' is not a name of this gateway. Add it to server.hosts if callers use it."
              .formatted(host.group(1)));
    }
    return crossSite(request, authority, page);
  }

  /**
   * Adds the CORS headers to the response to a configured origin.
   *
   * @return whether the request was a preflight and is answered
   */
  public boolean cors(HttpServerRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null || !isConfigured(origin)) {
      return false;
    }
    HttpServerResponse response = request.response();
    response
        .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
        .putHeader(HttpHeaders.VARY, "Origin");
    MultiMap asked = request.headers();
    if (!request.method().equals(HttpMethod.OPTIONS)
        || !asked.contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD)) {
      response.putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
      return false;
    }
    String headers = asked.get(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
    if (headers != null) {
      response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, headers);
    }
    response
        .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, DELETE")
        .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "600")
        .setStatusCode(204)
        .end();
    return true;
  }

  private static boolean isLoopback(String name) {
    return name.startsWith("[")
        ? AddressScope.isLoopback(name.substring(1, name.length() - 1))
        : LOOPBACK.matcher(name).matches();
  }

  private @Nullable ErrorInfo crossSite(HttpServerRequest request, String authority, boolean page) {
    String site = request.getHeader(FETCH_SITE);
    List<String> origins = request.headers().getAll(HttpHeaders.ORIGIN);
    boolean sameOrigin = "same-origin".equals(site) && hasKeys;
    for (String origin : origins) {
      if (!sameOrigin && !isOwn(origin, authority) && !isConfigured(origin)) {
        return forbidden(
            "Requests of web pages of another origin are refused. Add the origin to"
                + " server.corsOrigins if its pages may call.");
      }
    }
    boolean crossSite = "cross-site".equals(site) && origins.isEmpty();
    return crossSite && !(page && hasKeys && isNavigation(request))
        ? forbidden("Cross-site requests are refused.")
        : null;
  }

  /** A link that the user followed: the page that is shown belongs to no other site. */
  private static boolean isNavigation(HttpServerRequest request) {
    return request.method().equals(HttpMethod.GET)
        && "navigate".equals(request.getHeader(FETCH_MODE))
        && "document".equals(request.getHeader(FETCH_DEST));
  }

  /** Whether the origin is the very host and port that the request was sent to. */
  private static boolean isOwn(String origin, String authority) {
    Matcher parts = ORIGIN.matcher(origin);
    if (!parts.matches() || authority.isEmpty()) {
      return false;
    }
    String scheme = parts.group(1).toLowerCase(Locale.ROOT);
    return (scheme.equals("http") || scheme.equals("https"))
        && withPort(scheme, parts.group(2)).equals(withPort(scheme, authority));
  }

  private boolean isConfigured(String origin) {
    return !corsOrigins.isEmpty() && normalized(origin).filter(corsOrigins::contains).isPresent();
  }

  private static Optional<String> normalized(String origin) {
    Matcher parts = ORIGIN.matcher(origin);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String scheme = parts.group(1).toLowerCase(Locale.ROOT);
    return Optional.of(scheme + "://" + withPort(scheme, parts.group(2)));
  }

  private static String withPort(String scheme, String authority) {
    Matcher host = AUTHORITY.matcher(authority);
    if (!host.matches()) {
      return authority;
    }
    String port = host.group(2);
    String standard = scheme.equals("https") ? "443" : "80";
    return hostName(host.group(1)) + ":" + (port == null ? standard : port);
  }

  /** In lower case, without a final dot; IPv6 addresses in brackets. */
  private static String hostName(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    if (name.indexOf(':') >= 0 && !name.startsWith("[")) {
      name = "[" + name + "]";
    }
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  /** What the request was sent to; null if that is missing or ambiguous. */
  private static @Nullable String authority(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      HostAndPort authority = request.authority();
      return authority == null ? null : authority.toString();
    }
    List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
    return hosts.size() == 1 ? hosts.getFirst() : null;
  }

  private static boolean isHttp10(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_1_0
        && !request.headers().contains(HttpHeaders.HOST);
  }

  private static ErrorInfo forbidden(String message) {
    return new ErrorInfo(403, "AccessDeniedException", message);
  }
}
