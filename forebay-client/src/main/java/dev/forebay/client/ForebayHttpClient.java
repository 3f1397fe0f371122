package dev.forebay.client;

import dev.forebay.config.TargetConfig;
import dev.forebay.core.ErrorInfo;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Reply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * The HTTP client under the SDK's blocking clients: each request is a call of the engine, which the
 * thread that waits for it runs.
 */
final class ForebayHttpClient implements SdkHttpClient {
  private final CallStarter starter;

  ForebayHttpClient(CallStarter starter) {
    this.starter = starter;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new BlockingCall(starter, request);
  }

  @Override
  public String clientName() {
    return "Forebay";
  }

  @Override
  public void close() {
    // Other clients may use it too: Forebay itself is to be closed.
  }

  /** One call. */
  private static final class BlockingCall implements ExecutableHttpRequest {
    private final CallStarter starter;
    private final HttpExecuteRequest request;
    private final AtomicBoolean aborted = new AtomicBoolean();
    private volatile @Nullable Runnable end;

    BlockingCall(CallStarter starter, HttpExecuteRequest request) {
      this.starter = starter;
      this.request = request;
    }

    @Override
    public HttpExecuteResponse call() throws IOException {
      IncomingCall call = IncomingCall.of(request.httpRequest(), body(), OptionsScope.current());
      CallerThread caller = new CallerThread(starter.events());
      CallLoop loop =
          new CallLoop(
              starter.timers(),
              starter.random(),
              caller,
              (target, own) -> {
                HttpClients.Connections<SdkHttpClient> to = starter.clients().blocking(target);
                return new BlockingTransport(to.client(), to.address(), (CallLoop) own, caller);
              });
      BlockingSink sink = new BlockingSink(loop, caller, starter.interrupts());
      Runnable leave = () -> loop.enter(() -> sink.leave("The call was aborted."));
      end = leave;
      if (aborted.get()) {
        throw new IOException("The call was aborted.");
      }
      if (!starter.clients().blockingBreaksOff()) {
        caller.doNotRead();
      }
      InFlightSet.Place<Interrupts.WatchedCall> watched = starter.interrupts().watch(caller, leave);
      caller.arrive();
      try {
        loop.enter(
            () -> {
              if (!sink.isReady()) {
                starter.start(call, loop, sink, callerSide(caller, loop, sink));
              }
            });
        caller.runUntil(sink::isReady);
      } catch (InterruptedException e) {
        leave.run();
        caller.settle(sink::isReady);
        Thread.currentThread().interrupt();
        throw new InterruptedIOException(BlockingSink.INTERRUPTED);
      } finally {
        watched.remove();
        caller.leave();
      }
      if (sink.begun()) {
        caller.willReturn();
      }
      return response(sink, loop);
    }

    private CallStarter.CallerSide callerSide(
        CallerThread caller, CallLoop loop, BlockingSink sink) {
      return new CallStarter.CallerSide() {
        @Override
        public void abandon(ErrorInfo error) {
          loop.execute(() -> sink.abandon(error));
        }

        @Override
        public void outlivesCaller() {
          caller.doNotRead();
        }

        @Override
        public void mayAsk(String route, Supplier<? extends Collection<TargetConfig>> targets) {
          starter.clients().prepareBlocking(route, targets);
        }
      };
    }

    private byte[] body() throws IOException {
      ContentStreamProvider content = request.contentStreamProvider().orElse(null);
      if (content == null) {
        return new byte[0];
      }
      long length =
          TargetAddress.length(
              request.httpRequest().firstMatchingHeader(Headers.CONTENT_LENGTH).orElse(null));
      try (InputStream in = content.newStream()) {
        if (length < 0 || length > Integer.MAX_VALUE) {
          return in.readAllBytes();
        }
        byte[] body = in.readNBytes((int) length);
        if (in.read() >= 0) {
          throw new IOException(
              "The request's body is longer than its Content-Length of %d bytes."
                  .formatted(length));
        }
        return body;
      }
    }

    private static HttpExecuteResponse response(BlockingSink sink, CallLoop loop)
        throws IOException {
      Reply head = sink.head();
      HttpExecuteResponse.Builder response = HttpExecuteResponse.builder();
      if (sink.begun()) {
        ResponseStream stream = new ResponseStream(sink, loop);
        return response
            .response(Replies.head(head.status(), head.headers(), Replies.UNKNOWN_LENGTH))
            .responseBody(AbortableInputStream.create(stream, stream))
            .build();
      }
      return response
          .response(Replies.head(head.status(), head.headers(), head.body().length))
          .responseBody(AbortableInputStream.create(new ByteArrayInputStream(head.body())))
          .build();
    }

    /** The SDK's own timeouts, or the program, want no answer any more. */
    @Override
    public void abort() {
      aborted.set(true);
      Runnable known = end;
      if (known != null) {
        known.run();
      }
    }
  }
}
