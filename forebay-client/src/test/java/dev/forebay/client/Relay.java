package dev.forebay.client;

import dev.forebay.config.ConfigFile;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.Step.Source;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Reply;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.Transport;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** No engine at all: passes each request on to one target, so that clients and transports show. */
final class Relay implements CallStarter, AutoCloseable {
  final AtomicInteger failures = new AtomicInteger();
  final AtomicInteger left = new AtomicInteger();
  private final SystemTimers timers = new SystemTimers();
  private final HttpClients clients;
  private final Interrupts interrupts = new Interrupts(timers);
  private final TargetConfig target;

  Relay(URI endpoint) {
    this(endpoint, new HttpClients(null, null));
  }

  Relay(URI endpoint, HttpClients clients) {
    this.clients = clients;
    this.target =
        Objects.requireNonNull(
            ConfigFile.parse(
                    """
                    targets: { one: { region: us-east-1, endpoint: "%s", credentials: anonymous } }
                    routes: { "*": { tiers: [[one]] } }
                    """
                        .formatted(endpoint),
                    "relay.yaml",
                    Map.of())
                .targets()
                .get("one"));
  }

  @Override
  public void start(IncomingCall call, CallLoop loop, ResponseSink sink, CallerSide callerSide) {
    Headers headers = new Headers();
    call.headers()
        .forEach(
            (name, value) -> {
              if (!name.equalsIgnoreCase("Host") && !name.equalsIgnoreCase("Content-Length")) {
                headers.add(name, value);
              }
            });
    Transport.Request request =
        new Transport.Request(call.method(), call.uri(), headers, call.body(), true);
    loop.transport(target).send(request, new Passing(sink));
  }

  @Override
  public CallTimers timers() {
    return timers;
  }

  @Override
  public HttpClients clients() {
    return clients;
  }

  @Override
  public RandomGenerator random() {
    return new SplittableRandom(1);
  }

  @Override
  public Executor events() {
    return action -> timers.schedule(0, action);
  }

  @Override
  public Interrupts interrupts() {
    return interrupts;
  }

  @Override
  public void close() {
    clients.close();
    timers.close();
  }

  private final class Passing implements Transport.Receiver {
    private final ResponseSink sink;
    private final ByteArrayOutputStream whole = new ByteArrayOutputStream();
    private Transport.@Nullable Control control;
    private Transport.@Nullable Head head;

    Passing(ResponseSink sink) {
      this.sink = sink;
    }

    @Override
    public void begins(Transport.Control own) {
      control = own;
      sink.whenGone(
          () -> {
            left.incrementAndGet();
            own.cancel();
          });
    }

    @Override
    public void sent() {}

    @Override
    public void head(Transport.Head answer) {
      head = answer;
      if (isStream(answer)) {
        sink.begin(answer.headers().remove("transfer-encoding"), Source.PRIMARY);
      }
    }

    private static boolean isStream(Transport.Head answer) {
      String type = answer.headers().get("Content-Type");
      return answer.status() == 200 && type != null && type.contains("eventstream");
    }

    @Override
    public void piece(ByteBuffer bytes) {
      if (isStream(Objects.requireNonNull(head))) {
        if (sink.write(bytes, () -> {})) {
          Transport.Control known = Objects.requireNonNull(control);
          known.pause();
          sink.whenDrained(known::resume);
        }
      } else {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        whole.writeBytes(copy);
      }
    }

    @Override
    public void end() {
      Transport.Head known = Objects.requireNonNull(head);
      if (isStream(known)) {
        sink.end(ByteBuffer.allocate(0), true, () -> {});
      } else {
        sink.whole(
            new Reply(
                known.status(),
                known.headers().remove("transfer-encoding").remove("content-length"),
                whole.toByteArray()),
            Source.PRIMARY,
            () -> {});
      }
    }

    @Override
    public void failed(Transport.Failure failure) {
      failures.incrementAndGet();
      if (sink.begun()) {
        sink.end(ByteBuffer.allocate(0), false, () -> {});
      } else {
        Headers headers =
            new Headers()
                .add("Content-Type", "application/json")
                .add("x-amzn-ErrorType", "ServiceUnavailableException");
        byte[] body =
            ("{\"message\":\"" + failure.reason() + "\"}").getBytes(StandardCharsets.UTF_8);
        sink.whole(new Reply(503, headers, body), null, () -> {});
      }
    }

    @Override
    public void defect(Throwable cause) {
      throw new AssertionError(cause);
    }
  }
}
