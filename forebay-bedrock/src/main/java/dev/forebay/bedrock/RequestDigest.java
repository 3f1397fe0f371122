package dev.forebay.bedrock;

import dev.forebay.bedrock.ModelFamily.Form;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Distinguishes requests that may be answered differently, and only those. The order of a JSON
 * object's members and white space do not matter, nor how a number or a character is written, nor
 * whether the answer is to be streamed; the tenant, the model, the body and the headers that steer
 * Bedrock do.
 */
public final class RequestDigest {
  private static final String STEERING_PREFIX = "x-amzn-bedrock-";

  private static final String ANTHROPIC_PREFIX = "anthropic-";

  /** The media type of the answer, which follows from the operation. */
  private static final String ACCEPT = "x-amzn-bedrock-accept";

  /** Tags for the caller's own logs. */
  private static final String METADATA = "requestMetadata";

  /** Whether the answer is to be streamed, which a chat body may repeat after its path. */
  private static final String STREAM = "stream";

  private RequestDigest() {}

  /**
   * The SHA-256 of the request's canonical form, in base64.
   *
   * @param forwarded names in lower case of further headers that targets get, and may heed
   * @return empty if the body is no single JSON object, has a number beyond all bounds, or names a
   *     member twice, which is ambiguous
   */
  public static Optional<String> of(
      String tenant,
      ModelPath path,
      Iterable<Map.Entry<String, String>> headers,
      Set<String> forwarded,
      byte[] body) {
    Canonical form = new Canonical();
    form.text(tenant);
    form.text(path.modelId());
    form.text(unary(path.operation()).suffix());
    steering(headers, forwarded).forEach(form::member);
    try (JsonParser json = Json.parser(body, 0, body.length)) {
      if (!Json.enterObject(json)
          || !form.object(json, withoutMatter(path))
          || json.nextToken() != null) {
        return Optional.empty();
      }
    } catch (JacksonException | NumberFormatException e) {
      return Optional.empty();
    }
    return Optional.of(Base64.getEncoder().encodeToString(sha256(form.bytes())));
  }

  /** The members at the top that do not matter to the answer. */
  private static Set<String> withoutMatter(ModelPath path) {
    if (unary(path.operation()) == Operation.CONVERSE) {
      return Set.of(METADATA);
    }
    boolean chat = path.operation().invokes() && ModelFamily.of(path.modelId()).form() == Form.CHAT;
    return chat ? Set.of(STREAM) : Set.of();
  }

  private static Operation unary(Operation operation) {
    return switch (operation) {
      case INVOKE, INVOKE_STREAM -> Operation.INVOKE;
      case CONVERSE, CONVERSE_STREAM -> Operation.CONVERSE;
      case COUNT_TOKENS -> Operation.COUNT_TOKENS;
    };
  }

  private static Map<String, String> steering(
      Iterable<Map.Entry<String, String>> headers, Set<String> forwarded) {
    Map<String, String> found = new TreeMap<>();
    for (Map.Entry<String, String> header : headers) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      boolean steers =
          name.startsWith(STEERING_PREFIX)
              || name.startsWith(ANTHROPIC_PREFIX)
              || forwarded.contains(name);
      if (steers && !name.equals(ACCEPT)) {
        found.merge(name, header.getValue(), (first, next) -> first + "," + next);
      }
    }
    return found;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Every value with its kind and length before it, so that no two read alike. */
  private static final class Canonical {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] bytes() {
      return out.toByteArray();
    }

    void text(String text) {
      piece('s', text.getBytes(StandardCharsets.UTF_8));
    }

    void member(String name, String value) {
      text(name);
      text(value);
    }

    private void piece(char kind, byte[] bytes) {
      out.write(kind);
      out.writeBytes(Integer.toString(bytes.length).getBytes(StandardCharsets.US_ASCII));
      out.write(':');
      out.writeBytes(bytes);
    }

    /** The object that the parser stands at; false if it names a member twice. */
    boolean object(JsonParser json, Set<String> without) {
      Map<String, byte[]> members = new TreeMap<>();
      for (String name = json.nextName(); name != null; name = json.nextName()) {
        Canonical value = new Canonical();
        json.nextToken();
        if (!value.value(json) || members.put(name, value.bytes()) != null) {
          return false;
        }
      }
      members.keySet().removeAll(without);
      Canonical inner = new Canonical();
      members.forEach(
          (name, value) -> {
            inner.text(name);
            inner.out.writeBytes(value);
          });
      piece('o', inner.bytes());
      return true;
    }

    private boolean value(JsonParser json) {
      switch (json.currentToken()) {
        case START_OBJECT -> {
          return object(json, Set.of());
        }
        case START_ARRAY -> {
          return array(json);
        }
        case VALUE_STRING -> text(json.getString());
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
            piece('n', ascii(json.getDecimalValue().stripTrailingZeros().toString()));
        default -> piece('w', ascii(json.getString()));
      }
      return true;
    }

    private boolean array(JsonParser json) {
      Canonical inner = new Canonical();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (!inner.value(json)) {
          return false;
        }
      }
      piece('a', inner.bytes());
      return true;
    }

    private static byte[] ascii(String text) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }
  }
}
