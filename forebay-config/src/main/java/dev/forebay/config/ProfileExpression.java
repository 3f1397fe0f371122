package dev.forebay.config;

import java.util.Set;
import java.util.TreeSet;

/**
 * When a document of an application's file counts: {@code prod}, {@code !test}, {@code (eu | us) &
 * prod}, as Spring reads it.
 */
final class ProfileExpression {
  private final String text;
  private final Set<String> active;
  private final Set<String> named = new TreeSet<>();
  private int at;

  private ProfileExpression(String text, Set<String> active) {
    this.text = text;
    this.active = active;
  }

  /** Whether it holds with these profiles; what is no expression never does. */
  static boolean holds(String text, Set<String> active) {
    return new ProfileExpression(text, active).either();
  }

  /** The profiles that it names. */
  static Set<String> named(String text) {
    ProfileExpression expression = new ProfileExpression(text, Set.of());
    expression.either();
    return expression.named;
  }

  private boolean either() {
    boolean holds = all();
    while (take('|')) {
      holds |= all();
    }
    return holds;
  }

  private boolean all() {
    boolean holds = one();
    while (take('&')) {
      holds &= one();
    }
    return holds;
  }

  private boolean one() {
    if (take('!')) {
      return !one();
    }
    if (take('(')) {
      boolean holds = either();
      take(')');
      return holds;
    }
    int from = at;
    while (at < text.length() && "|&!()".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String name = text.substring(from, at).strip();
    if (!name.isEmpty()) {
      named.add(name);
    }
    return active.contains(name);
  }

  private boolean take(char expected) {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    boolean taken = at < text.length() && text.charAt(at) == expected;
    if (taken) {
      at++;
    }
    return taken;
  }
}
