package dev.forebay.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * A configuration as YAML. {@code ${NAME}} and {@code ${NAME:-default}} in values are replaced by
 * environment variables. A file is taken as a whole, or refused with all of its problems.
 */
public final class ConfigFile {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private ConfigFile() {}

  /**
   * Loads a file in UTF-8, of at most 1 MB.
   *
   * @param env the environment variables that values may refer to
   * @throws ConfigException with every problem that was found
   */
  public static GatewayConfig load(Path file, Map<String, String> env) {
    return parse(text(file), file.toString(), env);
  }

  /** What a file holds, as long as that can be a configuration. */
  static String text(Path file) {
    String source = file.toString();
    return decode(bytes(file, source), source);
  }

  /**
   * Loads a text.
   *
   * @param sourceName what messages call it
   * @throws ConfigException with every problem that was found
   */
  public static GatewayConfig parse(String text, String sourceName, Map<String, String> env) {
    return read(root(text, sourceName), "", new Diagnostics(sourceName, env), env).orElseThrow();
  }

  /**
   * Loads what stands elsewhere than in a file, by the same rules. {@code ${NAME}} in values refers
   * to {@code env} alone. No value may be unknown.
   *
   * @param path what the keys stand below, such as {@code forebay}; messages have it before each
   *     key. May be empty
   * @throws ConfigException with every problem that was found
   */
  public static GatewayConfig parse(ConfigTree.Keys tree, String path, Map<String, String> env) {
    return check(tree, path, env)
        .orElseThrow(() -> new IllegalArgumentException("a value is not known"));
  }

  /**
   * The same where some values may be unknown: all others are checked.
   *
   * @return empty if a value is unknown
   */
  static Optional<GatewayConfig> check(ConfigTree.Keys tree, String path, Map<String, String> env) {
    return read(
        Optional.of(TreeNodes.of(tree, Settings.ROOT)),
        path,
        new Diagnostics(tree.place().source(), env),
        env);
  }

  private static Optional<GatewayConfig> read(
      Optional<Node> top, String path, Diagnostics reading, Map<String, String> env) {
    Optional<Section> root =
        top.flatMap(node -> Settings.ROOT.read(node, path, reading.wholeFile(), reading));
    if (root.isPresent()) {
      new Consistency(root.get(), reading).check();
    } else if (reading.problemCount() == 0) {
      reading.problem(reading.wholeFile(), path, "is empty", "add targets and routes");
    }
    if (root.isEmpty() || reading.problemCount() > 0) {
      throw new ConfigException(reading.problems());
    }
    if (reading.unknownCount() > 0) {
      return Optional.empty();
    }
    Surroundings surroundings = new Surroundings(env, System::getProperty, reading);
    GatewayConfig config = new Assembly(root.get(), surroundings).assemble(reading.warnings());
    if (reading.problemCount() > 0) {
      throw new ConfigException(reading.problems());
    }
    return Optional.of(config);
  }

  /** A JSON Schema (draft 2020-12) of the file, for editors. */
  public static String schema() {
    Map<String, Object> schema =
        Json.object(
            "$schema", "https://json-schema.org/draft/2020-12/schema",
            "title", "Forebay configuration");
    schema.putAll(Settings.ROOT.schema());
    return Json.write(schema);
  }

  /**
   * Every key with its meaning and default, as a file that loads: it has one target and one route,
   * and what is off by default is commented out.
   */
  public static String defaults() {
    return new DefaultsText().write(Settings.ROOT);
  }

  private static Optional<Node> root(String text, String sourceName) {
    try {
      return new YamlText(sourceName).compose(text);
    } catch (YamlText.Malformed e) {
      throw new ConfigException(List.of(e.problem()));
    }
  }

  private static byte[] bytes(Path file, String source) {
    if (Files.isDirectory(file)) {
      throw refused(SourcePosition.wholeFile(source), "is a directory", "name a file in it");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(YamlText.MAX_BYTES + 1);
      if (bytes.length > YamlText.MAX_BYTES) {
        throw refused(
            SourcePosition.wholeFile(source),
            "is larger than 1 MB",
            "a configuration is a few kilobytes");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw refused(SourcePosition.wholeFile(source), "there is no such file", "check the name");
    } catch (AccessDeniedException e) {
      throw refused(
          SourcePosition.wholeFile(source), "may not be read", "check the file's permissions");
    } catch (IOException e) {
      throw refused(
          SourcePosition.wholeFile(source), "cannot be read: " + e.getMessage(), "check the file");
    }
  }

  private static String decode(byte[] bytes, String source) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    boolean malformed =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(in, out, true)
            .isError();
    String text = out.flip().toString();
    if (malformed) {
      throw refused(
          SourcePosition.at(source, text, text.length()), "is not UTF-8", "save the file as UTF-8");
    }
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }

  private static ConfigException refused(SourcePosition place, String message, String remedy) {
    return new ConfigException(List.of(new Problem(place, "", message, remedy)));
  }
}
