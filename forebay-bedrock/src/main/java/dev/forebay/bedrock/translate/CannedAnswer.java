package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.Frame;
import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.Operation;
import dev.forebay.core.TokenUsage;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** A text of the operator's as if the model had said it, in the form that was asked for. */
public final class CannedAnswer {
  private static final AnswerEnd END = new AnswerEnd(StopReason.END_TURN, TokenUsage.NONE, 0);

  private CannedAnswer() {}

  /**
   * The body of a 200: JSON, or the frames of a whole stream.
   *
   * @param family the family that the request is written for
   * @param model the model that was asked for
   * @param request the request's body, which is well-formed
   * @param id distinguishes the answer where its form wants that
   * @param createdSeconds the time, in seconds since 1970
   * @return empty where no text can be the answer: counted tokens, embeddings, unknown forms
   */
  public static Optional<byte[]> body(
      Operation operation,
      ModelFamily family,
      String model,
      byte[] request,
      String id,
      long createdSeconds,
      String text) {
    return switch (operation) {
      case CONVERSE -> Optional.of(converse(text));
      case CONVERSE_STREAM -> Optional.of(converseStream(text));
      case INVOKE ->
          writer(family, model, request, id, createdSeconds)
              .map(writer -> Trees.write(whole(writer, text)));
      case INVOKE_STREAM ->
          writer(family, model, request, id, createdSeconds)
              .map(writer -> invokeStream(writer, text));
      case COUNT_TOKENS -> Optional.empty();
    };
  }

  private static Optional<AnswerWriter> writer(
      ModelFamily family, String model, byte[] request, String id, long createdSeconds) {
    return Trees.read(request) instanceof ObjectNode body
        ? BodyForm.of(family, body)
            .map(form -> AnswerForm.of(form, body))
            .map(form -> form.writer(id, model, createdSeconds, Trees.object()))
        : Optional.empty();
  }

  private static ObjectNode whole(AnswerWriter writer, String text) {
    try {
      return writer.whole(List.of(new Block.Text(text)), END);
    } catch (UntranslatableException e) {
      throw new IllegalStateException("every family has texts", e);
    }
  }

  private static byte[] invokeStream(AnswerWriter writer, String text) {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    Consumer<ObjectNode> out = chunk -> frames.writeBytes(StreamTranslation.frame(chunk));
    ObjectNode last = say(text, writer.chunks(out));
    END.addMetrics(last);
    out.accept(last);
    return frames.toByteArray();
  }

  private static byte[] converse(String text) {
    ObjectNode answer = whole(new NovaAnswer(), text);
    putLatency(answer);
    return Trees.write(answer);
  }

  /** Nova's chunks are Converse's events, each under its name. */
  private static byte[] converseStream(String text) {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    Consumer<ObjectNode> out =
        chunk ->
            chunk.forEachEntry(
                (name, event) -> frames.writeBytes(Frame.event(name, Trees.write(event))));
    ObjectNode last = say(text, new NovaAnswer().chunks(out));
    if (last.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove("trace");
      putLatency(metadata);
    }
    out.accept(last);
    return frames.toByteArray();
  }

  private static void putLatency(ObjectNode holder) {
    holder.putObject("metrics").put("latencyMs", END.latencyMs());
  }

  private static ObjectNode say(String text, AnswerWriter.Chunks chunks) {
    chunks.begin();
    chunks.beginText(0);
    chunks.text(0, text);
    chunks.endBlock(0);
    return chunks.end(END);
  }
}
