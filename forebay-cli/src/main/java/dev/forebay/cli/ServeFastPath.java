package dev.forebay.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code serve} as it is usually called, parsed without picocli: its classes are of a form that no
 * AOT cache takes, and to read them and all other commands' options takes a fifth of the time to
 * the first answer. Whatever is not plain, a mistake above all, is left to picocli.
 */
final class ServeFastPath {
  private @Nullable Path config;
  private @Nullable String host;
  private @Nullable Integer port;

  private ServeFastPath() {}

  /** The command that these words stand for; empty if they have to be read with more care. */
  static Optional<ServeCommand> of(String... words) {
    ServeFastPath plain = new ServeFastPath();
    boolean read = words.length % 2 == 1 && words[0].equals("serve");
    for (int i = 1; read && i < words.length; i += 2) {
      read = plain.take(words[i], words[i + 1]);
    }
    return read
        ? Optional.of(new ServeCommand(plain.config, plain.host, plain.port))
        : Optional.empty();
  }

  private boolean take(String option, String value) {
    if (value.isEmpty() || "-@\"'".indexOf(value.charAt(0)) >= 0) {
      return false;
    }
    switch (option) {
      case "--config" -> {
        if (config != null) {
          return false;
        }
        try {
          config = Path.of(value);
        } catch (InvalidPathException e) {
          return false;
        }
      }
      case "--host" -> {
        if (host != null) {
          return false;
        }
        host = value;
      }
      case "--port" -> {
        if (port != null || value.length() > 5 || !value.chars().allMatch(ServeFastPath::isDigit)) {
          return false;
        }
        port = Integer.valueOf(value);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
