package dev.forebay.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The forms of {@link Credentials}, and of secrets alone. A secret must come by reference, and no
 * message shows any part of the text.
 */
final class CredentialsShape {
  private static final String FORMS =
      "default, profile:NAME, bearer:${ENV}, role:ARN, static:${ID}:${SECRET}, anonymous";
  private static final Pattern ROLE_ARN =
      Pattern.compile("arn:aws[a-z-]*:iam::\\d{12}:role/[\\w+=,.@/-]+");

  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

  static final ScalarShape<Credentials> CREDENTIALS =
      new ScalarShape<>(
          "one of " + FORMS,
          CredentialsShape::parse,
          Credentials::toString,
          Json.object(
              "type",
              "string",
              "pattern",
              "^(default|anonymous|profile:.+|bearer:.+|role:.+|static:.+:.+)$|^\\$\\{"),
          true);

  static final ScalarShape<Secret> SECRET = secret(text -> {});

  private CredentialsShape() {}

  /** A secret of which more is asked; its messages must not show it. */
  static ScalarShape<Secret> secret(Urls.Check check) {
    return new ScalarShape<>(
        "a reference such as ${ENV}",
        text -> {
          Secret secret = token(text);
          check.check(secret.reveal());
          return secret;
        },
        Secret::toString,
        Json.object("type", "string", "pattern", "^\\$\\{"),
        true);
  }

  private static Credentials parse(Substituted text) throws Refusal {
    String all = text.text();
    int colon = all.indexOf(':');
    String form = colon < 0 ? all : all.substring(0, colon);
    String rest = colon < 0 ? "" : all.substring(colon + 1);
    if (colon < 0 && form.equals("default")) {
      return new Credentials.Default();
    }
    if (colon < 0 && form.equals("anonymous")) {
      return new Credentials.Anonymous();
    }
    return switch (form) {
      case "profile" -> {
        if (rest.isBlank()) {
          throw new Refusal("has no profile name", "write profile:NAME");
        }
        yield new Credentials.Profile(rest);
      }
      case "bearer" -> new Credentials.Bearer(secret(text, colon + 1, all.length()));
      case "role" -> {
        if (!ROLE_ARN.matcher(rest).matches()) {
          throw new Refusal(
              "has no valid role ARN", "write role:arn:aws:iam::123456789012:role/NAME");
        }
        yield new Credentials.Role(rest);
      }
      case "static" -> staticKey(text, colon + 1);
      default -> throw new Refusal("unknown form of credentials", "use one of " + FORMS);
    };
  }

  private static Credentials staticKey(Substituted text, int start) throws Refusal {
    List<Integer> ends = ends(text, start);
    if (ends.size() < 2 || ends.size() > 3 || ends.getFirst() == start) {
      throw new Refusal(
          "is not a complete static key",
          "write static:${ID}:${SECRET} or static:${ID}:${SECRET}:${TOKEN}");
    }
    Secret key = secret(text, ends.get(0) + 1, ends.get(1));
    Optional<Secret> token =
        ends.size() == 2
            ? Optional.empty()
            : Optional.of(secret(text, ends.get(1) + 1, ends.get(2)));
    return new Credentials.Static(text.text().substring(start, ends.getFirst()), key, token);
  }

  /**
   * Where the parts end. A colon within a reference's value belongs to the value, unless the whole
   * text came by one reference.
   */
  private static List<Integer> ends(Substituted text, int start) {
    boolean whole = text.isReferenced(0, text.text().length());
    List<Integer> ends = new ArrayList<>();
    for (int i = start; i < text.text().length(); i++) {
      if (text.text().charAt(i) == ':' && (whole || !text.isReferenced(i))) {
        ends.add(i);
      }
    }
    ends.add(text.text().length());
    return ends;
  }

  private static Secret token(Substituted text) throws Refusal {
    Secret secret = secret(text, 0, text.text().length());
    if (!TOKEN.matcher(secret.reveal()).matches()) {
      throw new Refusal(
          "the secret holds a space or another character that no header can carry",
          "use visible ASCII");
    }
    return secret;
  }

  private static Secret secret(Substituted text, int from, int to) throws Refusal {
    String secret = text.text().substring(from, to);
    if (secret.isBlank()) {
      throw new Refusal("the secret is blank", "set the environment variable it refers to");
    }
    if (!text.isReferenced(from, to)) {
      throw new Refusal(
          "the secret is written in the file", "secrets only by reference, such as ${ENV}");
    }
    return new Secret(secret);
  }
}
