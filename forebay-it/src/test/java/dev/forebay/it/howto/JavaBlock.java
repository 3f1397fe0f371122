package dev.forebay.it.howto;

import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A block of Java on a page. Its first line of code decides what it is:
 *
 * <ul>
 *   <li>with a type that begins at the margin it is compiled as it is;
 *   <li>with a modifier or an annotation first it is a member of a class;
 *   <li>anything else is statements of a method.
 * </ul>
 *
 * <p>Imports of its own come first. {@link GuideCodeTest} has the imports and variables that all
 * blocks share.
 *
 * @param page its name
 * @param line where the block's first line is, from 1
 * @param code the lines
 */
record JavaBlock(String page, int line, String code) {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^( *)```java\\n(.*?)^ *```$");
  private static final Pattern FENCE = Pattern.compile("(?mi)^\\s*(?:```|~~~)\\s*java\\b");
  private static final Pattern TYPE =
      Pattern.compile(
          "(?m)^(?:public |final |abstract |sealed )*(?:class|interface|record|enum) (\\w+)");
  private static final Pattern MEMBER =
      Pattern.compile("(?:@\\w|(?:public|protected|private|static) ).*");
  private static final Pattern LEADING = Pattern.compile("\\A(?:(?:import .*|//.*|\\s*)\\n)*");

  /** Shared, as it reads the libraries' indexes once. */
  private static final JavaFileManager FILES =
      ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, Locale.ROOT, null);

  static List<JavaBlock> of(Path page) {
    String text = read(page);
    List<JavaBlock> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      long before = text.substring(0, block.start(2)).lines().count();
      String name = String.valueOf(page.getFileName());
      blocks.add(
          new JavaBlock(name, (int) before + 1, block.group(2).stripIndent().stripTrailing()));
    }
    if (blocks.size() != FENCE.matcher(text).results().count()) {
      throw new AssertionError(page + " has a block of Java that is not read");
    }
    return blocks;
  }

  private static String read(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What the compiler finds wrong, with page and line.
   *
   * @param imports what a page's reader has imported
   * @param fields the variables that a page's reader has
   * @param classPath against which it is compiled
   */
  List<String> errors(List<String> imports, List<String> fields, String classPath) {
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(
                    null,
                    FILES,
                    found,
                    List.of("-proc:none", "-Xlint:none", "-cp", classPath),
                    null,
                    List.of(source(imports, fields)));
    try {
      task.analyze();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found.getDiagnostics().stream()
        .filter(problem -> problem.getKind() == Diagnostic.Kind.ERROR)
        .map(this::said)
        .toList();
  }

  private String said(Diagnostic<? extends JavaFileObject> problem) {
    // The first line is what stands before the block.
    long at = line + Math.max(0, problem.getLineNumber() - 2);
    return page
        + ":"
        + at
        + ": "
        + problem
            .getMessage(Locale.ROOT)
            .lines()
            .map(String::strip)
            .collect(Collectors.joining(" "));
  }

  /** Each line of the block is one line later there. */
  private JavaFileObject source(List<String> imports, List<String> fields) {
    Matcher leading = LEADING.matcher(code + "\n");
    String own = leading.find() ? leading.group() : "";
    String rest = (code + "\n").substring(own.length());
    String given = "class Given {" + String.join(" ", fields) + "}";
    String name = "Block";
    String body;
    if (TYPE.matcher(rest).find()) {
      name = publicType(rest).orElse(name);
      body = rest;
    } else if (MEMBER.matcher(rest.lines().findFirst().orElse("")).matches()) {
      body = "class Block extends Given {" + rest + "}";
    } else {
      body = "class Block extends Given { void run() throws Exception {" + rest + "}}";
    }
    String head =
        imports.stream().map(each -> "import " + each + ";").collect(Collectors.joining(" "));
    return new Source(name, head + "\n" + own + body + "\n" + given);
  }

  private static Optional<String> publicType(String text) {
    return TYPE.matcher(text)
        .results()
        .filter(found -> found.group().startsWith("public "))
        .map((MatchResult found) -> found.group(1))
        .findFirst();
  }

  @Override
  public String toString() {
    return page + ":" + line;
  }

  /** Text in place of a file. */
  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
