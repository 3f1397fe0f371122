package dev.forebay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileLoadTest {
  @TempDir private Path folder;

  @Test
  void readsAFile() throws IOException {
    Path file = write(Examples.full().getBytes(StandardCharsets.UTF_8));
    assertThat(ConfigFile.load(file, Examples.ENV).routes()).hasSize(2);
  }

  @Test
  void skipsAByteOrderMark() throws IOException {
    Path file = write(("\uFEFF" + Examples.SMALLEST).getBytes(StandardCharsets.UTF_8));
    assertThat(ConfigFile.load(file, Map.of())).isEqualTo(Examples.parse(Examples.SMALLEST));
  }

  @Test
  void refusesAMissingFile() {
    Path file = folder.resolve("none.yaml");
    assertThat(refusal(file)).isEqualTo(file + ": there is no such file; check the name");
  }

  @Test
  void refusesADirectory() {
    assertThat(refusal(folder)).isEqualTo(folder + ": is a directory; name a file in it");
  }

  @Test
  void refusesWhatIsNotUtf8AtItsPlace() throws IOException {
    Path file = write("a: 1\nb: \u00e9".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(refusal(file)).isEqualTo(file + ":2:4: is not UTF-8; save the file as UTF-8");
  }

  @Test
  void refusesACharacterCutInHalf() throws IOException {
    Path file = write(new byte[] {'a', (byte) 0xC3});
    assertThat(refusal(file)).isEqualTo(file + ":1:2: is not UTF-8; save the file as UTF-8");
  }

  @Test
  void refusesAFileThatIsTooLarge() throws IOException {
    Path file = write(new byte[YamlText.MAX_BYTES + 1]);
    assertThat(refusal(file))
        .isEqualTo(file + ": is larger than 1 MB; a configuration is a few kilobytes");
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("forebay.yaml"), bytes);
  }

  private static String refusal(Path file) {
    return Examples.message(() -> ConfigFile.load(file, Map.of()));
  }
}
