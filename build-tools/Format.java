import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Checks or rewrites every Java source below a folder with google-java-format. */
final class Format {
  private static final Set<String> SKIPPED = Set.of("target", "node_modules", ".git");

  public static void main(String[] args) throws Exception {
    boolean write = args[0].equals("write");
    Formatter formatter = new Formatter(JavaFormatterOptions.builder().formatJavadoc(true).build());
    List<Path> differing =
        sources(Path.of(args[1])).parallelStream()
            .filter(file -> differs(file, formatter, write))
            .toList();
    differing.forEach(
        file -> System.out.println((write ? "formatted " : "not formatted: ") + file));
    if (!write && !differing.isEmpty()) {
      System.out.println("Run: ./mvnw -N process-sources -Dformat=write");
      System.exit(1);
    }
  }

  private static boolean differs(Path file, Formatter formatter, boolean write) {
    try {
      String before = Files.readString(file);
      String after =
          formatter.formatSource(
              ImportOrderer.reorderImports(
                  RemoveUnusedImports.removeUnusedImports(before),
                  JavaFormatterOptions.Style.GOOGLE));
      if (write && !after.equals(before)) {
        Files.writeString(file, after);
      }
      return !after.equals(before);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (FormatterException e) {
      throw new IllegalStateException(file + " is not Java: " + e.getMessage(), e);
    }
  }

  private static List<Path> sources(Path root) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            return SKIPPED.contains(dir.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }
}
