package dev.forebay.config;

import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code ${NAME}} and {@code ${NAME:-default}} by environment variables. As in a shell the
 * default also stands in for an empty variable. A second dollar sign before the brace makes the
 * reference a literal text.
 */
final class Substitution {
  private static final Pattern OPENING = Pattern.compile("\\$?\\$\\{");
  private static final Pattern REFERENCE =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}$]*+))?\\}");

  private Substitution() {}

  /**
   * Substitutes all references of a text.
   *
   * @param secret whether the text may hold a secret, for which a default in the file is no remedy
   * @param problem takes message and remedy of everything that is wrong; neither shows more of the
   *     text than names of variables
   * @return empty if there was a problem
   */
  static Optional<Substituted> apply(
      String template,
      Map<String, String> env,
      boolean secret,
      BiConsumer<String, String> problem) {
    StringBuilder text = new StringBuilder();
    BitSet referenced = new BitSet();
    boolean sound = true;
    int at = 0;
    Matcher opening = OPENING.matcher(template);
    Matcher reference = REFERENCE.matcher(template);
    while (opening.find(at)) {
      text.append(template, at, opening.start());
      at = opening.end();
      if (opening.group().startsWith("$$")) {
        text.append("${");
      } else if (!reference.region(opening.start(), template.length()).lookingAt()) {
        problem.accept(
            "malformed reference to the environment",
            secret
                ? "write ${NAME}, or $${ for a literal ${"
                : "write ${NAME} or ${NAME:-default}, or $${ for a literal ${");
        sound = false;
      } else {
        at = reference.end();
        sound &= append(reference, env, secret, text, referenced, problem);
      }
    }
    text.append(template, at, template.length());
    return sound ? Optional.of(new Substituted(text.toString(), referenced)) : Optional.empty();
  }

  private static boolean append(
      Matcher reference,
      Map<String, String> env,
      boolean secret,
      StringBuilder text,
      BitSet referenced,
      BiConsumer<String, String> problem) {
    String name = reference.group(1);
    Optional<String> fallback = Optional.ofNullable(reference.group(2));
    String value = env.getOrDefault(name, "");
    if (!value.isEmpty()) {
      referenced.set(text.length(), text.length() + value.length());
      text.append(value);
      return true;
    }
    if (fallback.isEmpty() && !env.containsKey(name)) {
      problem.accept(
          "environment variable " + name + " is not set",
          secret
              ? "set it in the environment of the gateway"
              : "set it, or give a default: ${" + name + ":-default}");
      return false;
    }
    fallback.ifPresent(text::append);
    return true;
  }
}
