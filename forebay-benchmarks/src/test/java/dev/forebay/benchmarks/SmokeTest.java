package dev.forebay.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.benchmarks.library.LibraryOverhead;
import java.util.Arrays;
import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Each benchmark runs, once; how long it takes is not looked at. */
class SmokeTest {
  @Test
  void everyBenchmarkRuns() throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .forks(0)
                    .mode(Mode.SingleShotTime)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .param("duration", "2m")
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    assertThat(results)
        .hasSize(
            2 * benchmarksIn(PolicyOverhead.class)
                + benchmarksIn(SimulatorSpeed.class)
                + benchmarksIn(LibraryOverhead.class));
  }

  private static int benchmarksIn(Class<?> type) {
    return (int)
        Arrays.stream(type.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(Benchmark.class))
            .count();
  }
}
