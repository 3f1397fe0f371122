package dev.forebay.config;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the environment and the JVM's own properties say about connections: {@code HTTPS_PROXY},
 * {@code HTTP_PROXY}, {@code NO_PROXY} (either case; lower case first, as curl has it), {@code
 * -Dhttps.proxyHost}, {@code -Dhttp.proxyHost}, {@code -Dhttp.nonProxyHosts}, and {@code
 * AWS_CA_BUNDLE}. Properties go before the environment, since they are given to this process alone.
 */
final class Surroundings {
  private static final String CA_BUNDLE = "AWS_CA_BUNDLE";

  private final Map<String, String> env;
  private final Function<String, @Nullable String> properties;
  private final Diagnostics reading;

  /**
   * Looks when asked.
   *
   * @param properties a property's value by its name, null if it is not set
   */
  Surroundings(
      Map<String, String> env, Function<String, @Nullable String> properties, Diagnostics reading) {
    this.env = env;
    this.properties = properties;
    this.reading = reading;
  }

  /** The proxy for an endpoint; never one for this machine itself. */
  Optional<ProxyConfig> proxyFor(URI endpoint) {
    String host = ProxyShape.bare(endpoint.getHost());
    boolean tls = endpoint.getScheme().equals("https");
    int port = endpoint.getPort() >= 0 ? endpoint.getPort() : tls ? 443 : 80;
    if (ServerConfig.isLoopback(host) || exemptions().exempts(host, port)) {
      return Optional.empty();
    }
    Optional<ProxyConfig> own = byProperties(tls ? "https" : "http", tls ? 443 : 80);
    return own.isPresent() ? own : byEnvironment(tls ? "HTTPS_PROXY" : "HTTP_PROXY");
  }

  /** Further authorities that the AWS SDKs and this gateway trust. */
  List<Pem> authorities(URI endpoint) {
    String file = env.getOrDefault(CA_BUNDLE, "");
    if (file.isBlank() || !endpoint.getScheme().equals("https")) {
      return List.of();
    }
    try {
      return List.of(Pem.certificates(file));
    } catch (Refusal e) {
      reading.problem(reading.wholeFile(), CA_BUNDLE, e.message(), e.remedy());
      return List.of();
    }
  }

  private NoProxy exemptions() {
    return NoProxy.of(
        List.of(
            env.getOrDefault("no_proxy", ""),
            env.getOrDefault("NO_PROXY", ""),
            property("http.nonProxyHosts")));
  }

  /** Empty if it is not set. */
  private String property(String name) {
    String value = properties.apply(name);
    return value == null ? "" : value.trim();
  }

  private Optional<ProxyConfig> byProperties(String scheme, int usualPort) {
    String host = property(scheme + ".proxyHost");
    if (host.isEmpty()) {
      return Optional.empty();
    }
    String port = property(scheme + ".proxyPort");
    String user = property(scheme + ".proxyUser");
    String password = property(scheme + ".proxyPassword");
    try {
      ProxyConfig proxy =
          ProxyShape.parse(
              (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host)
                  + ":"
                  + (port.isEmpty() ? usualPort : port));
      return Optional.of(
          user.isEmpty()
              ? proxy
              : new ProxyConfig(
                  proxy.host(),
                  proxy.port(),
                  Optional.of(new ProxyConfig.Credentials(user, new Secret(password)))));
    } catch (Refusal e) {
      reading.problem(reading.wholeFile(), "-D" + scheme + ".proxyHost", e.message(), e.remedy());
      return Optional.empty();
    }
  }

  private Optional<ProxyConfig> byEnvironment(String name) {
    for (String variable : List.of(name.toLowerCase(Locale.ROOT), name)) {
      String value = env.getOrDefault(variable, "").trim();
      if (!value.isEmpty()) {
        try {
          return Optional.of(ProxyShape.parse(value));
        } catch (Refusal e) {
          reading.problem(reading.wholeFile(), variable, e.message(), e.remedy());
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}
