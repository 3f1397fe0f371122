package dev.forebay.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Which program this is: the version from the jar's manifest, the commit, and the JVM. */
final class Version implements IVersionProvider {
  private static final String BUILD = "build.properties";

  @Override
  public String[] getVersion() {
    return new String[] {
      "forebay %s, commit %s, Java %s (%s)"
          .formatted(
              number(), commit(), Runtime.version(), System.getProperty("java.vendor", "unknown"))
    };
  }

  static String number() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "(from sources)" : version;
  }

  /** {@code unknown} where the sources were built outside a Git repository. */
  private static String commit() {
    try (InputStream file = Version.class.getResourceAsStream(BUILD)) {
      Properties build = new Properties();
      build.load(Objects.requireNonNull(file, BUILD));
      return build.getProperty("commit");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
