package dev.forebay.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The settings of an emulator.
 *
 * @param port 0 for any free one
 * @param seed decides texts, latencies, request ids and the faults' probabilities
 * @param speed emulated seconds per second: latencies, quota windows and fault times all run on
 *     emulated time
 * @param anyModel whether a model that is not listed is answered, when its id shows its family
 * @param requireAuth whether a request without an Authorization header is refused; signatures are
 *     never verified
 * @param models by id: a base id, a profile id or an ARN
 * @param otherModels how an unlisted model behaves; its family is the id's own
 * @param faults the fault script at the start
 */
public record EmulatorConfig(
    String host,
    int port,
    long seed,
    double speed,
    boolean anyModel,
    boolean requireAuth,
    Map<String, ModelConfig> models,
    ModelConfig otherModels,
    List<Fault> faults) {

  static final EmulatorConfig EMPTY =
      new EmulatorConfig(
          "127.0.0.1", 0, 1, 1, false, false, Map.of(), ModelConfig.of(Family.CLAUDE), List.of());

  /** Takes copies, and refuses a speed that is not positive. */
  public EmulatorConfig {
    if (!(speed > 0)) {
      throw new IllegalArgumentException("expected a speed above 0, not " + speed);
    }
    models = Collections.unmodifiableMap(new LinkedHashMap<>(models));
    faults = List.copyOf(faults);
  }

  /** The configuration that comes with the emulator: common models, plausible quotas, no faults. */
  public static EmulatorConfig defaults() {
    try (InputStream in =
        Objects.requireNonNull(EmulatorConfig.class.getResourceAsStream("default.yaml"))) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a YAML file.
   *
   * @throws ConfigException if it has an unknown key or a bad value
   */
  public static EmulatorConfig load(Path file) throws IOException {
    return parse(Files.readString(file));
  }

  /**
   * Reads a YAML document.
   *
   * @throws ConfigException if it has an unknown key or a bad value
   */
  public static EmulatorConfig parse(String yaml) {
    return ConfigReader.config(NodeReader.yaml(yaml));
  }

  /** The same with another address. */
  public EmulatorConfig listeningOn(String newHost, int newPort) {
    return new EmulatorConfig(
        newHost, newPort, seed, speed, anyModel, requireAuth, models, otherModels, faults);
  }

  /** The same with another seed. */
  public EmulatorConfig seededBy(long newSeed) {
    return new EmulatorConfig(
        host, port, newSeed, speed, anyModel, requireAuth, models, otherModels, faults);
  }

  /** The same at another speed. */
  public EmulatorConfig atSpeed(double newSpeed) {
    return new EmulatorConfig(
        host, port, seed, newSpeed, anyModel, requireAuth, models, otherModels, faults);
  }
}
