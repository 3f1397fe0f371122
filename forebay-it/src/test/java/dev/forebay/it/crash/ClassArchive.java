package dev.forebay.it.crash;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The classes of a process that is started a thousand times, loaded and verified once, so that a
 * start costs half the processor time. The JVM archives classes of JAR files only, so that the
 * folders of the class path are packed first.
 *
 * @param classPath the same classes, in JAR files
 * @param flags what a JVM needs to start from it
 */
record ClassArchive(String classPath, List<String> flags) {
  /** None: the class path as it is. */
  static final ClassArchive NONE = new ClassArchive(Crew.CLASS_PATH, List.of());

  /**
   * Makes one.
   *
   * @param training arguments with which the process ends by itself
   */
  static ClassArchive make(Path folder, Class<?> main, List<String> training)
      throws IOException, InterruptedException {
    String classPath = packed(folder, Crew.CLASS_PATH);
    Path file = folder.resolve("classes.jsa");
    List<String> command =
        Crew.command(
            new ClassArchive(classPath, List.of("-XX:ArchiveClassesAtExit=" + file)),
            main,
            training);
    Process trained =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("training.log").toFile())
            .start();
    boolean ended = trained.waitFor(2, TimeUnit.MINUTES) && trained.exitValue() == 0;
    if (!ended || !Files.exists(file)) {
      trained.destroyForcibly();
      List<String> said = Files.readAllLines(folder.resolve("training.log"));
      throw new IOException(
          "no archive: " + said.subList(Math.max(0, said.size() - 9), said.size()));
    }
    return new ClassArchive(classPath, List.of("-XX:SharedArchiveFile=" + file));
  }

  private static String packed(Path folder, String classPath) throws IOException {
    List<String> jars = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)) {
        path = pack(path, folder.resolve("packed-" + jars.size() + ".jar"));
      }
      if (Files.exists(path)) {
        jars.add(path.toString());
      }
    }
    return String.join(File.pathSeparator, jars);
  }

  private static Path pack(Path classes, Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream packed = new JarOutputStream(out);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(each -> !each.equals(classes)).toList()) {
        boolean isFolder = Files.isDirectory(file);
        String name = classes.relativize(file).toString().replace(File.separatorChar, '/');
        // Migrations are looked for by their folder.
        packed.putNextEntry(new JarEntry(isFolder ? name + "/" : name));
        if (!isFolder) {
          Files.copy(file, packed);
        }
        packed.closeEntry();
      }
    }
    return jar;
  }
}
