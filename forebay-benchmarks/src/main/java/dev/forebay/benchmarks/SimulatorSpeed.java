package dev.forebay.benchmarks;

import dev.forebay.simulator.Policy;
import dev.forebay.simulator.Scenario;
import dev.forebay.simulator.ScenarioFile;
import dev.forebay.simulator.Simulator;
import dev.forebay.simulator.report.Report;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long a million simulated calls take a process that has just started, from drawing the calls
 * to the report, oracle included; with the options of {@code ./forebay simulate}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
    value = 5,
    jvmArgsAppend = {"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"})
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class SimulatorSpeed {
  private static final String WHOLE = "24m";

  /** How long the story is; all of it is 1.1 million calls. */
  @Param(WHOLE)
  public String duration = WHOLE;

  private String text = "";

  @Setup
  public void read() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(SimulatorSpeed.class.getResourceAsStream("million.yaml"))) {
      String whole = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      text = whole.replace("duration: " + WHOLE, "duration: " + duration);
    }
  }

  @Benchmark
  public Report simulate() {
    Scenario scenario = ScenarioFile.parse(text, "million.yaml", Optional.empty());
    return Simulator.run(scenario.withPolicies(List.of(Policy.FOREBAY)), 1);
  }
}
