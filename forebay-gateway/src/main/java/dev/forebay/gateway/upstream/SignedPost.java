package dev.forebay.gateway.upstream;

import dev.forebay.bedrock.Errors;
import dev.forebay.core.ErrorInfo;
import dev.forebay.engine.Headers;
import dev.forebay.engine.WallClock;
import dev.forebay.engine.credentials.NoCredentialsException;
import dev.forebay.engine.credentials.RequestSigner;
import dev.forebay.gateway.http.Bytes;
import dev.forebay.gateway.http.VertxHeaders;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;

/**
 * One signed POST outside a call, for commands that ask a service once. Its whole answer is read,
 * up to {@value #MAX_ANSWER_BYTES} bytes.
 */
public final class SignedPost {
  /** More than an error or a page of a listing has; an endpoint may be anything. */
  static final int MAX_ANSWER_BYTES = 1024 * 1024;

  /** An answer that goes on beyond what is read of it. */
  public static final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooLargeException() {
      super("the answer exceeds " + MAX_ANSWER_BYTES + " bytes", null, false, false);
    }
  }

  /** What came back. */
  public record Answer(int status, Headers headers, Buffer body) {
    /** What an answer that is not 200 says. */
    public ErrorInfo error() {
      return Errors.classify(status, headers::get, body.getBytes(), WallClock.now()).error();
    }
  }

  private SignedPost() {}

  /**
   * Sends a request and reads its answer.
   *
   * @param uri the raw path
   * @param headers those to sign with the request; the signature is added to them
   * @return fails with {@link NoCredentialsException}, {@link TooLargeException}, or what broke the
   *     connection
   */
  public static Future<Answer> send(
      VertxTransport transport, RequestSigner signer, String uri, Headers headers, Buffer body) {
    try {
      signer.sign("POST", uri, headers, Bytes.of(body));
    } catch (NoCredentialsException e) {
      return Future.failedFuture(e);
    }
    return transport
        .client()
        .request(transport.options("POST", uri))
        .compose(
            request -> {
              VertxHeaders.add(headers, request.headers());
              return request.send(body);
            })
        .compose(SignedPost::read);
  }

  private static Future<Answer> read(HttpClientResponse head) {
    Promise<Answer> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    head.exceptionHandler(whole::tryFail);
    head.endHandler(
        end ->
            whole.tryComplete(
                new Answer(head.statusCode(), VertxHeaders.of(head.headers()), body)));
    head.handler(
        bytes -> {
          if (body.length() + bytes.length() <= MAX_ANSWER_BYTES) {
            body.appendBuffer(bytes);
          } else if (whole.tryFail(new TooLargeException())) {
            var unused = head.request().reset();
          }
        });
    return whole.future();
  }
}
