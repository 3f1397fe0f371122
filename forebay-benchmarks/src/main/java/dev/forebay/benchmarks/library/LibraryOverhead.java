package dev.forebay.benchmarks.library;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;

/** One call after the other over a local connection: its time, and what it allocates. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 4)
@Measurement(iterations = 5, time = 4)
public class LibraryOverhead {
  private final Upstream upstream = Upstream.start();
  private final Sdk bare = Sdk.bare(upstream.endpoint());
  private final Sdk forebay = Sdk.withForebay(upstream.endpoint());

  @TearDown
  public void stop() {
    bare.close();
    forebay.close();
    upstream.close();
  }

  @Benchmark
  public ConverseResponse blockingBare() {
    return bare.blocking().converse(Sdk.REQUEST);
  }

  @Benchmark
  public ConverseResponse blockingForebay() {
    return forebay.blocking().converse(Sdk.REQUEST);
  }

  @Benchmark
  public ConverseResponse asyncBare() {
    return bare.async().converse(Sdk.REQUEST).join();
  }

  @Benchmark
  public ConverseResponse asyncForebay() {
    return forebay.async().converse(Sdk.REQUEST).join();
  }

  @Benchmark
  public int streamBare() {
    return stream(bare);
  }

  @Benchmark
  public int streamForebay() {
    return stream(forebay);
  }

  private static int stream(Sdk sdk) {
    Events events = new Events();
    sdk.async().converseStream(Sdk.STREAM_REQUEST, events.handler()).join();
    return events.count();
  }
}
