package dev.forebay.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.testkit.DependencyTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What comes into an application with the starter, as the build resolves it. */
class DependenciesTest {
  /** The application's own Spring Boot and Micrometer are used, whichever version they are. */
  @Test
  void theLibraryComesWithItAndNothingElse() throws IOException {
    Set<String> comes = new TreeSet<>(DependencyTree.ofProgramWith(Path.of("")));
    assertThat(comes.remove("dev.forebay:forebay-client")).isTrue();
    assertThat(comes).isEqualTo(DependencyTree.ofProgramWith(Path.of("..", "forebay-client")));
  }
}
