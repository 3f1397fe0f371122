package dev.forebay.gateway.call;

import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.translate.CannedAnswer;
import dev.forebay.bedrock.translate.ChatForms;
import dev.forebay.bedrock.translate.ConverseForms;
import dev.forebay.core.Step.Source;
import dev.forebay.gateway.http.Bytes;
import dev.forebay.gateway.http.HeaderRules;
import dev.forebay.gateway.http.Reply;
import dev.forebay.gateway.http.ResponseSink;
import dev.forebay.gateway.loop.WallClock;
import dev.forebay.gateway.upstream.ModelRequest;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.Optional;
import java.util.UUID;

/**
 * A whole answer that no target is giving at this moment.
 *
 * @param streamed whether the body is an event stream
 * @param headers may be shared: they are never changed
 */
public record Answer(boolean streamed, MultiMap headers, Buffer body) {
  private static final String EVENT_STREAM = "application/vnd.amazon.eventstream";
  private static final String JSON = "application/json";

  /**
   * A text as if the model that was asked for had said it; empty where no text can be the answer.
   *
   * @param family the family that the request is written for
   */
  public static Optional<Answer> canned(ModelRequest asked, ModelFamily family, String text) {
    Operation operation = asked.path().operation();
    String id = UUID.randomUUID().toString();
    return CannedAnswer.body(
            operation,
            family,
            asked.path().modelId(),
            Bytes.of(asked.body()),
            id.replace("-", ""),
            WallClock.now().getEpochSecond(),
            text)
        .map(
            body ->
                new Answer(
                    operation.streaming(),
                    HttpHeaders.headers()
                        .add(HttpHeaders.CONTENT_TYPE, operation.streaming() ? EVENT_STREAM : JSON)
                        .add(HeaderRules.REQUEST_ID, id),
                    Buffer.buffer(body)));
  }

  /**
   * The same in the form of another operation; empty if it cannot be said so.
   *
   * @param own the operation whose form this is in
   */
  public Optional<Answer> in(Operation asked, Operation own) {
    if (asked == own) {
      return Optional.of(this);
    }
    Optional<byte[]> turned = Optional.empty();
    if (own == Operation.CONVERSE && asked == Operation.CONVERSE_STREAM) {
      turned = ConverseForms.streamed(Bytes.of(body));
    } else if (own == Operation.CONVERSE_STREAM && asked == Operation.CONVERSE) {
      turned = ConverseForms.whole(Bytes.of(body));
    } else if (own == Operation.INVOKE && asked == Operation.INVOKE_STREAM) {
      turned = ChatForms.streamed(Bytes.of(body));
    } else if (own == Operation.INVOKE_STREAM && asked == Operation.INVOKE) {
      turned = ChatForms.whole(Bytes.of(body));
    }
    return turned.map(
        bytes ->
            new Answer(
                asked.streaming(),
                HeaderRules.turned(headers, asked)
                    .set(HttpHeaders.CONTENT_TYPE, asked.streaming() ? EVENT_STREAM : JSON),
                Bytes.buffer(bytes)));
  }

  /** The same with further headers. */
  public Answer with(MultiMap more) {
    MultiMap all = HttpHeaders.headers().addAll(headers);
    more.forEach((name, value) -> all.set(name, value));
    return new Answer(streamed, all, body);
  }

  /** Gives it to a caller. */
  Future<Void> give(ResponseSink sink, Source source) {
    MultiMap labelled =
        HttpHeaders.headers().addAll(headers).set(HeaderRules.ANSWER, source.label());
    if (!streamed) {
      return sink.whole(new Reply(200, labelled, body), source);
    }
    sink.begin(labelled, source);
    return sink.end(body, true);
  }
}
