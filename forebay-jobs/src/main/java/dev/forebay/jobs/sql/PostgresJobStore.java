package dev.forebay.jobs.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.forebay.jobs.JobException;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.StoreLimits;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Jobs in PostgreSQL, for any number of nodes. */
final class PostgresJobStore {
  /** Two, so that one transaction is filled while the other is forced to the disk. */
  private static final int WRITERS = 2;

  private static final int CONNECTIONS = 8;
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** Longer than any statement of ours takes: a silent connection is a lost one. */
  private static final Duration SILENCE = Duration.ofSeconds(20);

  /**
   * A server whose default is not to wait for its log would lose accepted jobs when it crashes.
   * Higher levels, which wait for standbys, stay.
   */
  private static final String DURABLE_COMMITS =
      "SELECT set_config('synchronous_commit', 'on', false)"
          + " WHERE current_setting('synchronous_commit') = 'off'";

  private PostgresJobStore() {}

  static JobStore open(String url, StoreLimits limits, InstantSource clock) {
    HikariConfig config = new HikariConfig();
    PostgresDialect dialect = new PostgresDialect(configure(config, url));
    config.setPoolName("jobs");
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(CONNECT.toMillis());
    config.setInitializationFailTimeout(CONNECT.toMillis());
    config.addDataSourceProperty("connectTimeout", CONNECT.toSeconds());
    config.addDataSourceProperty("loginTimeout", CONNECT.toSeconds());
    config.addDataSourceProperty("socketTimeout", SILENCE.toSeconds());
    config.addDataSourceProperty("tcpKeepAlive", true);
    // An error's detail quotes the row.
    config.addDataSourceProperty("logServerErrorDetail", false);
    config.addDataSourceProperty("ApplicationName", "forebay");
    config.setConnectionInitSql(DURABLE_COMMITS);
    HikariDataSource pool = Database.connect(config, dialect);
    try {
      Database.migrate(pool, "postgresql", dialect);
      Connections connections = new Connections(pool, new DatabaseIdentity(dialect));
      return new SqlJobStore(dialect, connections, connections, WRITERS, limits, clock);
    } catch (SQLException e) {
      pool.close();
      throw new JobException.Unavailable(dialect.explain(e), e);
    } catch (JobException e) {
      pool.close();
      throw e;
    }
  }

  /** What the URL says; returns the place for people to read. */
  private static String configure(HikariConfig config, String url) {
    URI uri = parse(url);
    String place =
        uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()) + uri.getRawPath();
    String query = uri.getRawQuery();
    config.setJdbcUrl("jdbc:postgresql://" + place + (query == null ? "" : "?" + query));
    String user = uri.getRawUserInfo();
    if (user != null) {
      int colon = user.indexOf(':');
      config.setUsername(decoded(colon < 0 ? user : user.substring(0, colon)));
      if (colon >= 0) {
        config.setPassword(decoded(user.substring(colon + 1)));
      }
    }
    return place;
  }

  private static URI parse(String url) {
    URI uri = null;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      // Its message would show the password.
    }
    if (uri == null || uri.getHost() == null || !hasDatabase(uri.getRawPath())) {
      throw new IllegalArgumentException(
          "the job store's address is not postgres://USER:PASSWORD@HOST:PORT/DATABASE; special"
              + " characters of a password have to be percent-encoded");
    }
    return uri;
  }

  private static boolean hasDatabase(@Nullable String path) {
    return path != null && path.length() > 1;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
