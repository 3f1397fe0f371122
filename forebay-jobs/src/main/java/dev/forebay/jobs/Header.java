package dev.forebay.jobs;

import dev.forebay.core.Checks;

/** An HTTP header of a request or an answer. */
public record Header(String name, String value) {
  public Header {
    Checks.check(
        !name.isEmpty() && name.indexOf(':') < 0 && isOneLine(name),
        "header name",
        "must be a header's name",
        name);
    Checks.check(isOneLine(value), "header value", "must be one line", name);
  }

  private static boolean isOneLine(String text) {
    return text.indexOf('\n') < 0 && text.indexOf('\r') < 0;
  }
}
