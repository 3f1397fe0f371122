package dev.forebay.simulator;

import dev.forebay.config.Problem;
import dev.forebay.config.SourcePosition;
import dev.forebay.core.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Scenarios as YAML: those that come with Forebay, by name, and a user's own files. */
public final class ScenarioFile {
  private static final List<String> SHIPPED =
      List.of(
          "monday",
          "outage",
          "brownout",
          "noisy-neighbour",
          "quota-unknown",
          "regional-failover",
          "fleet",
          "fleet-shared",
          "fleet-lambda",
          "demo");

  private ScenarioFile() {}

  /** The names of the scenarios that come with Forebay. */
  public static List<String> shipped() {
    return SHIPPED;
  }

  /**
   * A shipped scenario by its name, {@code company-} and a number for one drawn at random, or a
   * file.
   *
   * @param configured the route that stands for the scenario's own {@code forebay} section
   * @throws ScenarioException with every problem that was found
   */
  public static Scenario load(String nameOrFile, Optional<Route> configured) {
    if (SHIPPED.contains(nameOrFile)) {
      return parse(resource(nameOrFile), nameOrFile + ".yaml", configured);
    }
    Optional<String> company = company(nameOrFile);
    if (company.isPresent()) {
      return parse(company.get(), nameOrFile, configured);
    }
    Path file = Path.of(nameOrFile);
    try {
      return parse(Files.readString(file), nameOrFile, configured);
    } catch (IOException e) {
      String remedy =
          Files.exists(file)
              ? "check the file"
              : "name a file, or a shipped one: " + String.join(", ", SHIPPED);
      String message = Files.exists(file) ? "cannot be read: " + e : "there is no such file";
      throw new ScenarioException(
          List.of(new Problem(new SourcePosition(nameOrFile, 0, 0), "", message, remedy)));
    }
  }

  /** The text of a company drawn at random, by its name, to be saved and changed. */
  public static Optional<String> company(String name) {
    return Company.numberOf(name).map(number -> Company.text(number, Company.QuotaKnowledge.DRAWN));
  }

  /** A shipped scenario or a file, as it is. */
  public static Scenario load(String nameOrFile) {
    return load(nameOrFile, Optional.empty());
  }

  /**
   * A scenario as text.
   *
   * @param source what messages call it
   */
  public static Scenario parse(String text, String source, Optional<Route> configured) {
    Document document = new Document(source);
    try {
      return ScenarioReader.read(document.compose(text), configured);
    } catch (RefusedValue e) {
      document.report(e);
      throw new ScenarioException(document.problems());
    }
  }

  private static String resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(ScenarioFile.class.getResourceAsStream(name + ".yaml"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
