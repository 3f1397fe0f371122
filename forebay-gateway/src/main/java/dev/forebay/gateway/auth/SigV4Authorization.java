package dev.forebay.gateway.auth;

import dev.forebay.engine.sigv4.CredentialScope;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An {@code Authorization} header of AWS Signature Version 4, taken apart.
 *
 * @param signedHeaders names in lower case, in the order of the header
 * @param signature in hexadecimal digits, as it was sent
 */
public record SigV4Authorization(
    String accessKeyId, CredentialScope scope, List<String> signedHeaders, String signature) {
  private static final int MAX_SIGNED_HEADERS = 100;

  public SigV4Authorization {
    signedHeaders = List.copyOf(signedHeaders);
  }

  /** Reads the header's value; empty if anything is missing or malformed. */
  public static Optional<SigV4Authorization> parse(String value) {
    if (!value.startsWith(CredentialScope.ALGORITHM + ' ')) {
      return Optional.empty();
    }
    Map<String, String> fields = new HashMap<>();
    for (String field : value.substring(CredentialScope.ALGORITHM.length()).split(",", 8)) {
      int equals = field.indexOf('=');
      if (equals < 0
          || fields.put(field.substring(0, equals).trim(), value(field, equals)) != null) {
        return Optional.empty();
      }
    }
    String[] credential = fields.getOrDefault("Credential", "").split("/", -1);
    List<String> signed = Arrays.asList(fields.getOrDefault("SignedHeaders", "").split(";", -1));
    String signature = fields.getOrDefault("Signature", "");
    boolean complete =
        credential.length == 5
            && credential[4].equals(CredentialScope.TERMINATOR)
            && signed.size() <= MAX_SIGNED_HEADERS
            && signed.stream().allMatch(SigV4Authorization::isHeaderName)
            && !signature.isEmpty();
    return complete
        ? Optional.of(
            new SigV4Authorization(
                credential[0],
                new CredentialScope(credential[1], credential[2], credential[3]),
                signed,
                signature))
        : Optional.empty();
  }

  boolean signs(String header) {
    return signedHeaders.contains(header);
  }

  private static String value(String field, int equals) {
    return field.substring(equals + 1).trim();
  }

  private static boolean isHeaderName(String name) {
    return !name.isEmpty()
        && name.chars().allMatch(c -> c > ' ' && c < 127 && (c < 'A' || c > 'Z'));
  }
}
