package dev.forebay.client;

import static dev.forebay.client.EmulatedBedrock.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A program without Micrometer, OpenTelemetry, CloudWatch and a cluster has all the rest. */
class OptionalJarsTest {
  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  private static final Pattern OPTIONAL =
      Pattern.compile(
          ".*(micrometer|opentelemetry|HdrHistogram|LatencyUtils|forebay-cloudwatch|forebay-cluster|lettuce|redis-authx).*");

  @Test
  void theLibraryWorksWithoutThem() throws Exception {
    try (URLClassLoader program = program()) {
      for (String missing :
          List.of(
              "io.micrometer.core.instrument.MeterRegistry",
              "io.micrometer.observation.ObservationRegistry",
              "io.opentelemetry.api.OpenTelemetry",
              "dev.forebay.cloudwatch.CloudWatchMetrics",
              "dev.forebay.cluster.SharedQuotas")) {
        assertThatThrownBy(() -> program.loadClass(missing))
            .isInstanceOf(ClassNotFoundException.class);
      }
      Class<?> main = program.loadClass("dev.forebay.client.BareProgram");
      assertThat(main.getClassLoader()).isEqualTo(program);
      Object answer =
          main.getMethod("answer", URI.class, String.class)
              .invoke(null, bedrock.emulator().endpoint(), MODEL);
      assertThat(answer).isEqualTo("PRIMARY, PRIMARY, done");
    }
  }

  @Test
  void aSharedQuotaIsRefusedWithTheNameOfWhatIsMissing() throws Exception {
    try (URLClassLoader program = program()) {
      Object error =
          program.loadClass("dev.forebay.client.BareProgram").getMethod("shared").invoke(null);
      assertThat(error)
          .isEqualTo(
              "The configuration has 'cluster', but dev.forebay:forebay-cluster is not on the"
                  + " class path: add it to share the quotas, or remove 'cluster' to use them"
                  + " alone");
    }
  }

  private static URLClassLoader program() throws IOException {
    List<URL> jars = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (!OPTIONAL.matcher(String.valueOf(path)).matches()) {
        jars.add(url(path));
      }
    }
    return new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  private static URL url(Path path) throws MalformedURLException {
    return path.toUri().toURL();
  }
}
