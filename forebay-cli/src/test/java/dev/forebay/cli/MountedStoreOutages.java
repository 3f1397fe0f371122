package dev.forebay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The file system under SQLite goes and comes back. Mounts need root, so this is no part of a usual
 * build, which does not find it by its name; {@code .ci/storage} runs it.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class MountedStoreOutages {
  @RegisterExtension static final Stack stack = new Stack();

  @TempDir private Path folder;

  @AfterEach
  void unmount() throws Exception {
    run("umount", "-l", mount().toString());
  }

  @Test
  void aFullFileSystemThatGrows() throws Exception {
    Files.createDirectories(mount());
    run("mount", "-t", "tmpfs", "-o", "size=1m", "forebay-test", mount().toString());
    check(
        "full, grown",
        this::fill,
        () -> run("mount", "-o", "remount,size=64m", mount().toString()));
  }

  private void check(String name, StoreOutage.Step goes, StoreOutage.Step comesBack)
      throws Exception {
    StoreOutage.check(
        "SQLite " + name, stack, "sqlite:" + mount().resolve("jobs.db"), true, goes, comesBack);
  }

  private void fill() throws IOException {
    byte[] block = new byte[4_096];
    try (var out = Files.newOutputStream(mount().resolve("ballast"))) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      // As it should be.
    }
  }

  private Path mount() {
    return folder.resolve("store");
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(List.of(command) + ": " + said);
    }
  }
}
