package dev.forebay.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the store of a {@link ClusterConfig} is.
 *
 * <pre>
 * redis://[user:password@]host[:6379][/database]
 * redis-sentinel://[user:password@]host[:26379],host...[/database]#name   the primary that sentinels know by that name
 * redis-cluster://[user:password@]host[:6379],host...                     some nodes of a Redis Cluster
 * </pre>
 *
 * <p>With {@code rediss} in place of {@code redis} over TLS. User and password are those of the
 * servers with the data.
 *
 * @param user empty for the default user
 * @param hosts at least one
 * @param database 0 if none is given
 * @param primary its name among the sentinels; empty if there are none
 */
public record StoreAddress(
    Kind kind,
    boolean tls,
    String user,
    Optional<Secret> password,
    List<Host> hosts,
    int database,
    String primary) {
  private static final String FORM = "redis://host:6379 or rediss://host:6379";
  private static final String SENTINEL_FORM = "redis-sentinel://host:26379,host:26379#name";
  private static final int MAX_PORT = 65_535;
  private static final Pattern WHOLE =
      Pattern.compile(
          "redis(?<tls>s?)(?:-(?<kind>sentinel|cluster))?://(?:(?<login>[^/#]*)@)?(?<hosts>[^/#]*)"
              + "(?<path>/[^#]*)?(?:#(?<name>.*))?");
  private static final Pattern HOST =
      Pattern.compile("(?<host>[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::(?<port>[0-9]{1,5}))?");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  /** What the hosts are. */
  public enum Kind {
    /** One server, or a managed one behind one address. */
    SERVER(6379),
    /** Sentinels, which say where the primary is. */
    SENTINEL(26_379),
    /** Nodes of a Redis Cluster. */
    CLUSTER(6379);

    final int port;

    Kind(int port) {
      this.port = port;
    }
  }

  /** One of them; an IPv6 address without its brackets. */
  public record Host(String name, int port) {}

  public StoreAddress {
    hosts = List.copyOf(hosts);
  }

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException if it is none; the message never shows it
   */
  public static StoreAddress of(Secret url) {
    try {
      return parse(url.reveal());
    } catch (Refusal e) {
      throw new IllegalArgumentException(
          "the store's address " + e.message() + ": " + e.remedy(), e);
    }
  }

  static StoreAddress parse(String text) throws Refusal {
    Matcher found = WHOLE.matcher(text);
    if (!found.matches() || text.chars().anyMatch(c -> c <= ' ')) {
      throw invalid();
    }
    String named = found.group("kind");
    Kind kind = named == null ? Kind.SERVER : Kind.valueOf(named.toUpperCase(Locale.ROOT));
    String login = found.group("login");
    int colon = login == null ? -1 : login.indexOf(':');
    if (login != null && colon < 0) {
      throw new Refusal(
          "has no : between user and password", "write user:${PASSWORD}@, or :${PASSWORD}@");
    }
    return new StoreAddress(
        kind,
        !found.group("tls").isEmpty(),
        login == null ? "" : decoded(login.substring(0, colon)),
        login == null
            ? Optional.empty()
            : Optional.of(new Secret(decoded(login.substring(colon + 1)))),
        hosts(kind, found.group("hosts")),
        database(kind, found.group("path")),
        primary(kind, found.group("name")));
  }

  private static List<Host> hosts(Kind kind, String text) throws Refusal {
    List<Host> hosts = new ArrayList<>();
    for (String each : text.split(",", -1)) {
      Matcher found = HOST.matcher(each);
      if (!found.matches()) {
        throw noHost(kind);
      }
      String port = found.group("port");
      Host host =
          new Host(
              found.group("host").replaceAll("[\\[\\]]", ""),
              port == null ? kind.port : Integer.parseInt(port));
      if (host.port > MAX_PORT || host.port == 0) {
        throw noHost(kind);
      }
      hosts.add(host);
    }
    if (kind == Kind.SERVER && hosts.size() > 1) {
      throw new Refusal(
          "has several hosts", "write one, or begin it with redis-sentinel:// or redis-cluster://");
    }
    return hosts;
  }

  private static int database(Kind kind, String path) throws Refusal {
    if (path == null || path.equals("/")) {
      return 0;
    }
    if (!path.matches("/[0-9]{1,4}")) {
      throw new Refusal("has a path that is no database's number", "write " + form(kind) + "/0");
    }
    int database = Integer.parseInt(path.substring(1));
    if (kind == Kind.CLUSTER && database != 0) {
      throw new Refusal("has a database's number, which a Redis Cluster has not", "remove it");
    }
    return database;
  }

  private static String primary(Kind kind, String name) throws Refusal {
    if (kind != Kind.SENTINEL) {
      if (name != null) {
        throw new Refusal("has a # that only redis-sentinel:// takes", "remove it");
      }
      return "";
    }
    if (name == null || !NAME.matcher(name).matches()) {
      throw new Refusal(
          "does not name the primary",
          "end it with # and its name in the sentinels' \"sentinel monitor\": " + SENTINEL_FORM);
    }
    return name;
  }

  private static Refusal noHost(Kind kind) {
    return new Refusal("has no valid host and port", "write " + form(kind));
  }

  private static Refusal invalid() {
    return new Refusal(
        "is not a valid address",
        "write " + FORM + ", and encode special characters of a password as %XX");
  }

  private static String form(Kind kind) {
    return switch (kind) {
      case SERVER -> FORM;
      case SENTINEL -> SENTINEL_FORM;
      case CLUSTER -> "redis-cluster://host:6379,host:6379";
    };
  }

  private static String decoded(String text) throws Refusal {
    try {
      // A + stands for itself here.
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
  }
}
