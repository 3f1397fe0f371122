package dev.forebay.sqs;

import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.ModelIds;
import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.RequestFacts;
import dev.forebay.jobs.Content;
import dev.forebay.jobs.Header;
import dev.forebay.jobs.JobRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads messages of the form
 *
 * <pre>
 * {"operation": "converse", "modelId": "...", "headers": {"name": "value"}, "body": {...}}
 * </pre>
 *
 * <p>{@code body} goes to the model byte for byte. {@code modelId} may be left out where the
 * queue's route is one model, and {@code headers} anywhere.
 */
final class MessageReader {
  /** The attribute that names the reply queue. */
  static final String REPLY_QUEUE = "forebay-reply-queue";

  /** The route that takes every model no other takes. */
  private static final String ANY_MODEL = "*";

  private static final String FORM =
      "a message is {\"operation\": \"converse\" or \"invoke\", \"modelId\": ..., \"headers\":"
          + " {...}, \"body\": {...}}";

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final QueueSettings settings;
  private final Function<ModelPath, Optional<String>> routeOf;

  /** A reader for one queue, given the route that serves a path. */
  MessageReader(QueueSettings settings, Function<ModelPath, Optional<String>> routeOf) {
    this.settings = settings;
    this.routeOf = routeOf;
  }

  ParsedMessage read(Message message) {
    try {
      return asked(message);
    } catch (PoisonException e) {
      return new ParsedMessage.Poison(e.reason());
    }
  }

  private ParsedMessage.Asked asked(Message message) throws PoisonException {
    byte[] text = message.body().getBytes(StandardCharsets.UTF_8);
    if (text.length > settings.maxBytes()) {
      throw new PoisonException(
          "the message has " + text.length + " bytes; the limit is " + settings.maxBytes());
    }
    Parts parts = parts(text);
    ModelPath path = path(parts);
    byte[] body = parts.body(text);
    ModelFamily family = ModelFamily.of(path.modelId());
    String model = ModelIds.base(path.modelId());
    return switch (RequestFacts.read(path.operation(), family, model, body)) {
      case RequestFacts.Malformed malformed -> throw new PoisonException(malformed.message());
      case RequestFacts.Read facts ->
          new ParsedMessage.Asked(
              path,
              new JobRequest(parts.headers, Content.of(body)),
              Math.max(1L, (long) facts.inputTokens() + facts.plannedOutputTokens()),
              replyQueue(message));
    };
  }

  private ModelPath path(Parts parts) throws PoisonException {
    Operation operation = operation(parts.operation);
    String modelId = parts.modelId;
    if (modelId == null) {
      if (settings.route().equals(ANY_MODEL)) {
        throw new PoisonException("modelId is missing; " + FORM);
      }
      modelId = settings.route();
    }
    ModelPath path =
        ModelPath.parse(ModelPath.format(operation, modelId))
            .orElseThrow(() -> new PoisonException("modelId cannot be a model's"));
    Optional<String> route = routeOf.apply(path);
    if (route.isEmpty()) {
      throw new PoisonException("no route for the model " + shown(modelId));
    }
    if (!route.get().equals(settings.route())) {
      throw new PoisonException(
          "the model %s belongs to the route %s; this queue is for the route %s"
              .formatted(shown(modelId), route.get(), settings.route()));
    }
    return path;
  }

  private static Operation operation(@Nullable String named) throws PoisonException {
    if (Operation.CONVERSE.suffix().equals(named)) {
      return Operation.CONVERSE;
    }
    if (Operation.INVOKE.suffix().equals(named)) {
      return Operation.INVOKE;
    }
    throw new PoisonException("operation must be converse or invoke; " + FORM);
  }

  private Optional<String> replyQueue(Message message) throws PoisonException {
    MessageAttributeValue named = message.messageAttributes().get(REPLY_QUEUE);
    if (named == null) {
      return settings.replyQueues().stream().findFirst();
    }
    if (!settings.replyQueues().contains(named.stringValue())) {
      throw new PoisonException(
          "the attribute " + REPLY_QUEUE + " names none of the queues that replyQueue allows");
    }
    return Optional.of(named.stringValue());
  }

  private static Parts parts(byte[] text) throws PoisonException {
    Parts parts = new Parts();
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new PoisonException("a JSON object was expected; " + FORM);
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        parts.read(json.currentName(), json);
      }
      if (json.nextToken() != null) {
        throw new PoisonException("nothing was expected after the JSON object");
      }
    } catch (JacksonException e) {
      // Its message quotes the text.
      throw new PoisonException("the message is not valid JSON; " + FORM);
    }
    return parts;
  }

  private static String shown(String modelId) {
    return modelId.length() <= 200 ? modelId : modelId.substring(0, 200) + "...";
  }

  /** The members of the message's object. */
  private static final class Parts {
    private @Nullable String operation;
    private @Nullable String modelId;
    private final List<Header> headers = new ArrayList<>();
    private int bodyStart = -1;
    private int bodyEnd;

    /** Reads a member whose name is the parser's current token. */
    void read(String name, JsonParser json) throws PoisonException {
      JsonToken value = json.nextToken();
      switch (name) {
        case "operation" -> operation = text(name, json, value);
        case "modelId" -> modelId = text(name, json, value);
        case "headers" -> readHeaders(json, value);
        case "body" -> {
          expect(value == JsonToken.START_OBJECT, "body must be a JSON object");
          bodyStart = (int) json.currentTokenLocation().getByteOffset();
          json.skipChildren();
          bodyEnd = (int) json.currentLocation().getByteOffset();
        }
        default -> throw new PoisonException("a member is unknown; " + FORM);
      }
    }

    byte[] body(byte[] text) throws PoisonException {
      expect(bodyStart >= 0, "body is missing; " + FORM);
      return Arrays.copyOfRange(text, bodyStart, bodyEnd);
    }

    private void readHeaders(JsonParser json, JsonToken value) throws PoisonException {
      expect(value == JsonToken.START_OBJECT, "headers must be a JSON object of texts");
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        String text = text("a header's value", json, json.nextToken());
        try {
          headers.add(new Header(name, text));
        } catch (IllegalArgumentException e) {
          throw new PoisonException("a header cannot be one of HTTP");
        }
      }
    }

    private static String text(String what, JsonParser json, JsonToken token)
        throws PoisonException {
      expect(token == JsonToken.VALUE_STRING, what + " must be a text");
      return json.getString();
    }

    private static void expect(boolean holds, String otherwise) throws PoisonException {
      if (!holds) {
        throw new PoisonException(otherwise);
      }
    }
  }
}
