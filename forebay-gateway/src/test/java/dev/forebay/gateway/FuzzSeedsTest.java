package dev.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** All that reads foreign bytes, on seeds and on inputs that once broke it. */
class FuzzSeedsTest {
  private static final Path SEEDS = Path.of("src/test/resources/fuzz");

  @TestFactory
  Stream<DynamicTest> noSeedBreaksItsReader() {
    return FuzzTargets.ALL.entrySet().stream().flatMap(FuzzSeedsTest::tests);
  }

  @Test
  void eachTargetHasSeeds() throws Exception {
    for (String name : FuzzTargets.ALL.keySet()) {
      assertThat(seeds(name)).as(name).isNotEmpty();
    }
    try (Stream<Path> folders = Files.list(SEEDS)) {
      assertThat(folders.map(folder -> folder.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(FuzzTargets.ALL.keySet());
    }
  }

  private static Stream<DynamicTest> tests(Map.Entry<String, FuzzTargets.Target> target) {
    return seeds(target.getKey()).stream()
        .map(
            seed ->
                DynamicTest.dynamicTest(
                    target.getKey() + " " + seed.getFileName(),
                    () -> target.getValue().read(Files.readAllBytes(seed))));
  }

  private static List<Path> seeds(String target) {
    try (Stream<Path> seeds = Files.list(SEEDS.resolve(target))) {
      return seeds.sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
