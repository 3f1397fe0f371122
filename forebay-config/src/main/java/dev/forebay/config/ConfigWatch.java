package dev.forebay.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reports when a configuration's file has changed. Asked again and again it reads the file,
 * whatever way that was changed: written to, replaced by rename as editors do, or behind a symbolic
 * link as Kubernetes does. It reports a change when it has found the same twice, since a file that
 * is being written may look whole before it is. The files of {@code server.tls} and of targets'
 * {@code ca} count as part of it. Not thread-safe.
 */
public final class ConfigWatch {
  /** What the file says now. */
  public sealed interface News {
    /** A configuration that passed every check. */
    record Changed(GatewayConfig config) implements News {}

    /** None. */
    record Refused(ConfigException why) implements News {}
  }

  /** One look: what was read, or why nothing was. */
  private record FileContents(
      String text, List<String> beside, @Nullable ConfigException unreadable) {
    boolean isLike(FileContents other) {
      return text.equals(other.text)
          && beside.equals(other.beside)
          && message().equals(other.message());
    }

    private String message() {
      return unreadable == null ? "" : String.valueOf(unreadable.getMessage());
    }
  }

  private final Path file;
  private final Map<String, String> env;

  /** The files that the configuration names. */
  private List<Pem> named;

  private FileContents judged;
  private @Nullable FileContents fresh;

  /** What was wrong with what was judged last. */
  private @Nullable String refused;

  private ConfigWatch(Path file, Map<String, String> env, GatewayConfig config) {
    this.file = file;
    this.env = env;
    this.named = named(config);
    this.judged = read();
  }

  /** A watch and the configuration that it begins with. */
  public record Opened(ConfigWatch watch, GatewayConfig config) {}

  /**
   * Loads the file, and watches it from then on.
   *
   * @throws ConfigException as {@link ConfigFile#load} does
   */
  public static Opened open(Path file, Map<String, String> env) {
    GatewayConfig config = ConfigFile.parse(ConfigFile.text(file), file.toString(), env);
    ConfigWatch watch = new ConfigWatch(file, env, config);
    return new Opened(watch, config);
  }

  /** Looks at the file; what is new in it, once. */
  public Optional<News> poll() {
    FileContents now = read();
    if (now.isLike(judged)) {
      fresh = null;
      return refused == null ? Optional.empty() : again(judge(now));
    }
    if (fresh == null || !now.isLike(fresh)) {
      fresh = now;
      return Optional.empty();
    }
    fresh = null;
    judged = now;
    return Optional.of(settle(judge(now)));
  }

  /** A file that a refused configuration names may have come by now. */
  private Optional<News> again(News news) {
    boolean same =
        news instanceof News.Refused still
            && String.valueOf(still.why().getMessage()).equals(refused);
    return same ? Optional.empty() : Optional.of(settle(news));
  }

  private News settle(News news) {
    switch (news) {
      case News.Changed changed -> {
        named = named(changed.config());
        judged = read();
        refused = null;
      }
      case News.Refused wrong -> refused = String.valueOf(wrong.why().getMessage());
    }
    return news;
  }

  private static List<Pem> named(GatewayConfig config) {
    return Stream.concat(
            config.server().tls().stream().flatMap(tls -> Stream.of(tls.certificate(), tls.key())),
            config.targets().values().stream()
                .flatMap(target -> target.wire().authorities().stream())
                .distinct())
        .toList();
  }

  private FileContents read() {
    List<String> beside = named.stream().map(Pem::now).toList();
    try {
      return new FileContents(ConfigFile.text(file), beside, null);
    } catch (ConfigException e) {
      return new FileContents("", beside, e);
    }
  }

  private News judge(FileContents contents) {
    if (contents.unreadable() != null) {
      return new News.Refused(contents.unreadable());
    }
    try {
      return new News.Changed(ConfigFile.parse(contents.text(), file.toString(), env));
    } catch (ConfigException e) {
      return new News.Refused(e);
    }
  }
}
