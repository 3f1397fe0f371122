package dev.forebay.gateway;

import dev.forebay.config.ConfigException;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that reads bytes of callers, targets and operators, as functions of hostile bytes. What they
 * throw, if it is not declared as theirs, is a finding.
 *
 * <p>Each build runs them on the seeds in {@code src/test/resources/fuzz}; {@code .ci/fuzz} runs
 * them under Jazzer, which looks for more with coverage as its feedback.
 */
public final class FuzzTargets {
  /** Reads the bytes, and throws what is a finding. */
  interface Target {
    void read(byte[] input) throws Exception;
  }

  /** All of them, by the names of their seeds' folders. */
  static final SortedMap<String, Target> ALL = new TreeMap<>();

  static {
    ALL.put("frames", DialectFuzz::frames);
    ALL.put("requests", DialectFuzz::requests);
    ALL.put("answers", DialectFuzz::answers);
    ALL.put("yaml", FuzzTargets::yaml);
    ALL.put("heads", HeadFuzz::heads);
    ALL.put("sigv4", HeadFuzz::sigv4);
    ALL.put("paths", HeadFuzz::paths);
    ALL.put("jobs", HeadFuzz::jobs);
    ALL.put("encodings", HeadFuzz::encodings);
    ALL.put("wire", WireFuzz::connection);
    ALL.put("upstream", WireFuzz::target);
  }

  private FuzzTargets() {}

  /** What Jazzer calls. {@code -Dfuzz.target} names the target. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    Named.TARGET.read(input);
  }

  private static final class Named {
    static final Target TARGET =
        Objects.requireNonNull(ALL.get(System.getProperty("fuzz.target", "")), "no such target");
  }

  private static void yaml(byte[] input) {
    try {
      GatewayConfig config =
          ConfigFile.parse(
              new String(input, StandardCharsets.UTF_8), "fuzz.yaml", Map.of("KEY", "s3cr3t"));
      check(!config.toString().contains("s3cr3t"), "a secret is shown");
    } catch (ConfigException e) {
      check(!e.problems().isEmpty(), "refused for no reason");
      check(!String.valueOf(e.getMessage()).contains("s3cr3t"), "a secret is in the message");
    }
  }

  static void check(boolean holds, String finding) {
    if (!holds) {
      throw new AssertionError(finding);
    }
  }
}
