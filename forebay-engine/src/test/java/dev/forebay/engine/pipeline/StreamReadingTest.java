package dev.forebay.engine.pipeline;

import static dev.forebay.testkit.StreamFrames.BLOCK_STOP;
import static dev.forebay.testkit.StreamFrames.DELTA;
import static dev.forebay.testkit.StreamFrames.METADATA;
import static dev.forebay.testkit.StreamFrames.START;
import static dev.forebay.testkit.StreamFrames.STOP;
import static dev.forebay.testkit.StreamFrames.WHOLE_STREAM;
import static dev.forebay.testkit.StreamFrames.event;
import static dev.forebay.testkit.StreamFrames.exceptionFrame;
import static dev.forebay.testkit.StreamFrames.joined;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Tenant;
import dev.forebay.engine.RecordingSink;
import dev.forebay.engine.ScriptedTransport.Peer;
import dev.forebay.engine.ScriptedTransport.Script;
import dev.forebay.testkit.CallEnd;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a stream is read from a target and passed on, in virtual time. */
class StreamReadingTest {
  private static final Duration STEP = Duration.ofMillis(100);

  private final EngineBench bench = new EngineBench("");

  private RecordingSink stream() {
    return bench.call("converse-stream", EngineBench.BODY);
  }

  private RecordingSink stream(RecordingSink sink) {
    return bench.call(sink, Tenant.ANYONE, "converse-stream", EngineBench.BODY);
  }

  @AfterEach
  void nothingIsHeld() {
    assertThat(bench.underWay()).as("calls under way").isZero();
    assertThat(bench.held()).as("bytes held").isZero();
  }

  private static Script inPieces(byte[] all, int length) {
    return peer -> {
      peer.stream();
      for (int at = 0; at < all.length; at += length) {
        peer.piece(Arrays.copyOfRange(all, at, Math.min(all.length, at + length)));
      }
      peer.end();
    };
  }

  /** One piece at each step. */
  private static Script stepByStep(byte[]... pieces) {
    return peer -> {
      peer.stream();
      step(peer, pieces, 0);
    };
  }

  private static void step(Peer peer, byte[][] pieces, int at) {
    Consumer<Peer> next =
        at < pieces.length ? then -> step(then.piece(pieces[at]), pieces, at + 1) : Peer::end;
    peer.after(STEP, next::accept);
  }

  @ParameterizedTest(name = "pieces of {0} bytes")
  @ValueSource(ints = {1, 2, 3, 7, 11, 12, 13, 64, 100, 1_000_000})
  void framesReachTheCallerAsTheyWereSentHoweverTheyWereCut(int length) {
    bench.target(inPieces(WHOLE_STREAM, length));
    RecordingSink sink = stream();
    bench.run(STEP);
    assertThat(sink.body()).isEqualTo(WHOLE_STREAM);
    assertThat(sink.end()).isEqualTo(new CallEnd.Answer("primary"));
  }

  @Test
  void nothingReachesTheCallerBeforeTheFirstContent() {
    bench.target(stepByStep(START, DELTA, BLOCK_STOP, STOP, METADATA));
    RecordingSink sink = stream();
    bench.run(STEP.plusMillis(1));
    assertThat(sink.begun()).isFalse();
    bench.run(STEP);
    assertThat(sink.body()).isEqualTo(joined(START, DELTA));
    bench.run(STEP);
    assertThat(sink.body()).isEqualTo(joined(START, DELTA, BLOCK_STOP));
    bench.run(STEP.multipliedBy(3));
    assertThat(sink.body()).isEqualTo(WHOLE_STREAM);
    assertThat(sink.ends()).isEqualTo(1);
  }

  @Test
  void aStreamThatBreaksBeforeItsContentIsReplacedUnseen() {
    bench.target(peer -> peer.stream().piece(START).fails("reset"), inPieces(WHOLE_STREAM, 50));
    RecordingSink sink = stream();
    bench.run(Duration.ofSeconds(10));
    assertThat(bench.requests()).hasSize(2);
    assertThat(sink.body()).isEqualTo(WHOLE_STREAM);
    assertThat(sink.ends()).isEqualTo(1);
  }

  @Test
  void aStreamThatBreaksAfterItsContentEndsWithAnErrorAndIsNotRepeated() {
    bench.target(peer -> peer.stream().piece(START).piece(DELTA).fails("reset"));
    RecordingSink sink = stream();
    bench.run(Duration.ofSeconds(10));
    assertThat(bench.requests()).hasSize(1);
    assertThat(sink.body()).startsWith(joined(START, DELTA));
    assertThat(sink.end()).isEqualTo(new CallEnd.Break("serviceUnavailableException"));
  }

  @Test
  void anExceptionAfterContentIsThatOfTheTarget() {
    bench.target(
        peer ->
            peer.stream().piece(joined(START, DELTA, exceptionFrame("throttlingException"))).end());
    RecordingSink sink = stream();
    bench.run(Duration.ofSeconds(10));
    assertThat(bench.requests()).hasSize(1);
    assertThat(sink.end()).isEqualTo(new CallEnd.Break("throttlingException"));
  }

  /** Else a target could fill the memory with what is no content. */
  @Test
  void aMegabyteWithoutContentIsPassedOn() {
    byte[] unknown = event("unknown", "{\"p\":\"" + "x".repeat(400_000) + "\"}");
    bench.target(stepByStep(unknown, unknown, unknown, WHOLE_STREAM));
    RecordingSink sink = stream();
    bench.run(STEP.multipliedBy(2).plusMillis(1));
    assertThat(sink.begun()).isFalse();
    assertThat(bench.held()).isGreaterThan(800_000);
    bench.run(STEP);
    assertThat(sink.body()).isEqualTo(joined(unknown, unknown, unknown));
    bench.run(STEP.multipliedBy(3));
    assertThat(sink.ends()).isEqualTo(1);
  }

  @Test
  void aCallerThatLeavesEndsTheRequest() {
    bench.target(stepByStep(START, DELTA, BLOCK_STOP, STOP, METADATA));
    RecordingSink sink = stream();
    bench.run(STEP.multipliedBy(2).plusMillis(1));
    sink.leave();
    bench.run(Duration.ofMillis(1));
    assertThat(bench.requests().getFirst().isCancelled()).isTrue();
    bench.run(Duration.ofSeconds(1));
    assertThat(sink.body()).isEqualTo(joined(START, DELTA));
    assertThat(bench.over()).isEqualTo(1);
  }

  @Test
  void aCallerThatReadsSlowlyHoldsUpTheTarget() {
    SlowSink sink = new SlowSink();
    bench.target(stepByStep(joined(START, DELTA), BLOCK_STOP, STOP, METADATA));
    stream(sink);
    sink.full = true;
    bench.run(STEP.plusMillis(1));
    assertThat(bench.requests().getFirst().isPaused()).isTrue();
    sink.drains();
    bench.run(Duration.ofMillis(1));
    assertThat(bench.requests().getFirst().isPaused()).isFalse();
    bench.run(Duration.ofSeconds(1));
    assertThat(sink.body()).isEqualTo(WHOLE_STREAM);
  }

  /** A caller that does not read all at once. */
  private static final class SlowSink extends RecordingSink {
    private boolean full;
    private Runnable whenDrained = () -> {};

    @Override
    public boolean write(ByteBuffer more, Runnable taken) {
      super.write(more, taken);
      return full;
    }

    @Override
    public boolean isFull() {
      return full;
    }

    @Override
    public void whenDrained(Runnable action) {
      whenDrained = action;
    }

    private void drains() {
      full = false;
      whenDrained.run();
    }
  }
}
