package dev.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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

  /**
   * A disk's error makes ext4 read only at once, with files open. The operator unmounts it under
   * the gateway that runs, which releases it, checks it, and mounts it again.
   */
  @Test
  void aFileSystemThatOnlyReadsAfterAnErrorAndIsMountedAgain() throws Exception {
    Files.createDirectories(mount());
    Path image = folder.resolve("image");
    run("truncate", "-s", "64M", image.toString());
    run("mkfs.ext4", "-q", "-F", image.toString());
    mount(image);
    check(
        "read only, mounted again",
        () -> run("mount", "-o", "remount,abort", mount().toString()),
        () -> {
          run("umount", "-l", mount().toString());
          await()
              .atMost(Duration.ofSeconds(20))
              .until(() -> run("losetup", "-j", image.toString()).isEmpty());
          // 1: errors were found, and repaired.
          run(Set.of(0, 1), "e2fsck", "-fy", image.toString());
          mount(image);
        });
  }

  private void mount(Path image) throws Exception {
    run("mount", "-o", "loop,errors=remount-ro", image.toString(), mount().toString());
  }

  @Test
  void aFullFileSystemThatGrows() throws Exception {
    Files.createDirectories(mount());
    run("mount", "-t", "tmpfs", "-o", "size=8m", "forebay-test", mount().toString());
    check(
        "full, grown",
        this::fill,
        () -> run("mount", "-o", "remount,size=64m", mount().toString()));
  }

  private void check(String name, StoreOutage.Step goes, StoreOutage.Step comesBack)
      throws Exception {
    StoreOutage.check(
        "SQLite " + name, stack, "sqlite:" + mount().resolve("jobs.db"), 3, goes, comesBack);
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

  private static String run(String... command) throws Exception {
    return run(Set.of(0), command);
  }

  private static String run(Set<Integer> well, String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (!well.contains(process.waitFor())) {
      throw new IOException(List.of(command) + ": " + said);
    }
    return said;
  }
}
