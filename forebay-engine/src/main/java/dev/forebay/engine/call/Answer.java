package dev.forebay.engine.call;

import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.translate.CannedAnswer;
import dev.forebay.bedrock.translate.ChatForms;
import dev.forebay.bedrock.translate.ConverseForms;
import dev.forebay.core.Step.Source;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Reply;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.WallClock;
import dev.forebay.engine.http.HeaderRules;
import dev.forebay.engine.route.ModelRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * A whole answer that no target is giving at this moment.
 *
 * @param streamed whether the body is an event stream
 * @param headers may be shared: they are never changed
 */
// Not compared.
@SuppressWarnings("ArrayRecordComponent")
public record Answer(boolean streamed, Headers headers, byte[] body) {
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
            asked.body(),
            id.replace("-", ""),
            WallClock.now().getEpochSecond(),
            text)
        .map(
            body ->
                new Answer(
                    operation.streaming(),
                    new Headers()
                        .add(Headers.CONTENT_TYPE, operation.streaming() ? EVENT_STREAM : JSON)
                        .add(HeaderRules.REQUEST_ID, id),
                    body));
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
      turned = ConverseForms.streamed(body);
    } else if (own == Operation.CONVERSE_STREAM && asked == Operation.CONVERSE) {
      turned = ConverseForms.whole(body);
    } else if (own == Operation.INVOKE && asked == Operation.INVOKE_STREAM) {
      turned = ChatForms.streamed(body);
    } else if (own == Operation.INVOKE_STREAM && asked == Operation.INVOKE) {
      turned = ChatForms.whole(body);
    }
    return turned.map(
        bytes ->
            new Answer(
                asked.streaming(),
                HeaderRules.turned(headers, asked)
                    .set(Headers.CONTENT_TYPE, asked.streaming() ? EVENT_STREAM : JSON),
                bytes));
  }

  /** The same with further headers. */
  public Answer with(Headers more) {
    Headers all = new Headers(headers);
    more.forEach((name, value) -> all.set(name, value));
    return new Answer(streamed, all, body);
  }

  /**
   * The same for a caller to whom it is given once more.
   *
   * @param age how long ago it was made
   */
  public Answer again(Duration age) {
    return with(
        new Headers()
            .set(HeaderRules.AGE, Long.toString(age.toSeconds()))
            .set(HeaderRules.ATTEMPTS, "0"));
  }

  /**
   * Gives it to a caller.
   *
   * @param sent runs once, when the last byte is out or is of no use any more
   */
  public void give(ResponseSink sink, Source source, Runnable sent) {
    Headers labelled = new Headers(headers).set(HeaderRules.ANSWER, source.label());
    if (streamed) {
      sink.begin(labelled, source);
      sink.end(ByteBuffer.wrap(body), true, sent);
    } else {
      sink.whole(new Reply(200, labelled, body), source, sent);
    }
  }
}
