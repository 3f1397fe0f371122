package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.Frame;
import dev.forebay.bedrock.FrameSplitter;
import dev.forebay.bedrock.MalformedFrameException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns a whole InvokeModel answer in OpenAI's chat form into its stream, and the other way round.
 * Answers in other forms, and those that hold what the other side is not known to carry, are not
 * turned.
 */
public final class ChatForms {
  private static final String WHOLE = "chat.completion";
  private static final String CHUNK = "chat.completion.chunk";
  private static final String METRICS = "amazon-bedrock-invocationMetrics";
  private static final List<String> HEAD =
      List.of("id", "created", "model", "service_tier", "system_fingerprint");
  private static final Set<String> KNOWN =
      Set.of(
          "id",
          "object",
          "created",
          "model",
          "service_tier",
          "system_fingerprint",
          "choices",
          "usage",
          METRICS);
  private static final Set<String> MESSAGE = Set.of("role", "content", "tool_calls");
  private static final Set<String> CALL = Set.of("index", "id", "type", "function");
  private static final Set<String> FUNCTION = Set.of("name", "arguments");

  private ChatForms() {}

  /** The frames of the stream that says the same; empty if there is none. */
  public static Optional<byte[]> streamed(byte[] whole) {
    try {
      return Trees.read(whole) instanceof ObjectNode answer
              && Trees.text(answer, "object").equals(WHOLE)
              && ConverseForms.hasOnly(answer, KNOWN)
          ? frames(answer)
          : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** The body that says the same as a whole stream; empty if there is none. */
  public static Optional<byte[]> whole(byte[] stream) {
    List<Frame> frames = new ArrayList<>();
    try {
      new FrameSplitter().feed(stream, frames::add);
      Collector collector = new Collector();
      for (Frame frame : frames) {
        JsonNode bytes = Trees.read(frame.payload()).path("bytes");
        if (!"chunk".equals(frame.header(":event-type")) || !bytes.isString()) {
          return Optional.empty();
        }
        collector.read(Trees.read(bytes.binaryValue()));
      }
      return collector.answer().map(Trees::write);
    } catch (MalformedFrameException | JacksonException e) {
      return Optional.empty();
    }
  }

  private static Optional<byte[]> frames(ObjectNode answer) {
    JsonNode choice = answer.path("choices").path(0);
    JsonNode message = choice.path("message");
    if (answer.path("choices").size() != 1
        || !ConverseForms.hasOnly(choice, Set.of("index", "message", "finish_reason"))
        || !ConverseForms.hasOnly(message, MESSAGE)
        || Trees.text(choice, "finish_reason").isEmpty()
        || !(message.path("content").isString() || message.path("content").isNull())) {
      return Optional.empty();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(out, chunk(answer, Trees.object().put("role", "assistant").put("content", "")));
    String content = Trees.text(message, "content");
    if (!content.isEmpty()) {
      write(out, chunk(answer, Trees.object().put("content", content)));
    }
    int index = 0;
    for (JsonNode call : Trees.elements(message.path("tool_calls"))) {
      if (!isCall(call)) {
        return Optional.empty();
      }
      ObjectNode delta = Trees.object();
      ObjectNode piece = delta.putArray("tool_calls").addObject().put("index", index++);
      ConverseForms.copy(call, piece, List.of("id", "type", "function"));
      write(out, chunk(answer, delta));
    }
    ObjectNode last = chunk(answer, Trees.object());
    ((ObjectNode) last.path("choices").path(0))
        .put("finish_reason", Trees.text(choice, "finish_reason"));
    JsonNode usage = answer.path("usage");
    last.putObject(METRICS)
        .put("inputTokenCount", usage.path("prompt_tokens").asInt(0))
        .put("outputTokenCount", usage.path("completion_tokens").asInt(0));
    write(out, last);
    return Optional.of(out.toByteArray());
  }

  private static ObjectNode chunk(ObjectNode answer, ObjectNode delta) {
    ObjectNode chunk = Trees.object().put("object", CHUNK);
    ConverseForms.copy(answer, chunk, HEAD);
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.putNull("finish_reason");
    return chunk;
  }

  private static boolean isCall(JsonNode call) {
    return call.isObject()
        && ConverseForms.hasOnly(call, CALL)
        && ConverseForms.hasOnly(call.path("function"), FUNCTION);
  }

  private static void write(ByteArrayOutputStream out, ObjectNode chunk) {
    out.writeBytes(StreamTranslation.frame(chunk));
  }

  /** Gathers chunks into a completion. */
  private static final class Collector {
    private final ObjectNode answer = Trees.object();
    private final ArrayNode calls = Trees.object().putArray("tool_calls");
    private final StringBuilder content = new StringBuilder();
    private String reason = "";
    private boolean known = true;

    void read(JsonNode chunk) {
      known &=
          Trees.text(chunk, "object").equals(CHUNK)
              && ConverseForms.hasOnly(chunk, KNOWN)
              && chunk.path("choices").size() <= 1;
      if (!known) {
        return;
      }
      ConverseForms.copy(chunk, answer, HEAD);
      ConverseForms.copy(chunk, answer, List.of("usage"));
      JsonNode metrics = chunk.path(METRICS);
      if (metrics.isObject() && !answer.path("usage").isObject()) {
        int input = metrics.path("inputTokenCount").asInt(0);
        int output = metrics.path("outputTokenCount").asInt(0);
        answer
            .putObject("usage")
            .put("prompt_tokens", input)
            .put("completion_tokens", output)
            .put("total_tokens", input + output);
      }
      Trees.elements(chunk.path("choices")).forEach(this::choice);
    }

    Optional<ObjectNode> answer() {
      if (!known || reason.isEmpty() || !answer.path("usage").isObject()) {
        return Optional.empty();
      }
      answer.put("object", WHOLE);
      ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
      ObjectNode message = choice.putObject("message").put("role", "assistant");
      if (content.isEmpty() && !calls.isEmpty()) {
        message.putNull("content");
      } else {
        message.put("content", content.toString());
      }
      message.putNull("refusal");
      if (!calls.isEmpty()) {
        message.set("tool_calls", calls);
      }
      choice.putNull("logprobs").put("finish_reason", reason);
      return Optional.of(answer);
    }

    private void choice(JsonNode choice) {
      JsonNode delta = choice.path("delta");
      known &=
          ConverseForms.hasOnly(choice, Set.of("index", "delta", "finish_reason"))
              && choice.path("index").asInt(0) == 0
              && ConverseForms.hasOnly(delta, MESSAGE);
      content.append(Trees.text(delta, "content"));
      for (JsonNode piece : Trees.elements(delta.path("tool_calls"))) {
        call(piece);
      }
      if (choice.path("finish_reason").isString()) {
        reason = choice.path("finish_reason").stringValue();
      }
    }

    private void call(JsonNode piece) {
      int index = piece.path("index").asInt(-1);
      known &= isCall(piece) && index >= 0 && index <= calls.size();
      if (!known) {
        return;
      }
      if (index == calls.size()) {
        ObjectNode call = calls.addObject();
        ConverseForms.copy(piece, call, List.of("id", "type"));
        call.putObject("function").put("name", "").put("arguments", "");
      }
      if (calls.get(index).path("function") instanceof ObjectNode function) {
        for (String name : FUNCTION) {
          String more = Trees.text(piece.path("function"), name);
          function.put(name, Trees.text(function, name) + more);
        }
      }
    }
  }
}
