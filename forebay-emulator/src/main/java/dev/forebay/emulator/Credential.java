package dev.forebay.emulator;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an Authorization header says about its sender; never a secret. */
record Credential(@Nullable String scheme, @Nullable String accessKeyId, @Nullable String region) {
  private static final Pattern SCOPE = Pattern.compile("Credential=([^/,\\s]+)/\\d+/([^/,\\s]+)/");

  static Credential of(@Nullable String header) {
    if (header == null) {
      return new Credential(null, null, null);
    }
    String scheme = header.strip().split("\\s", 2)[0];
    Matcher scope = SCOPE.matcher(header);
    return scope.find()
        ? new Credential(scheme, scope.group(1), scope.group(2))
        : new Credential(scheme, null, null);
  }
}
