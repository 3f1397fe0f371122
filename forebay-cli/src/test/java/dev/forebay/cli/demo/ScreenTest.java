package dev.forebay.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.simulator.Policy;
import dev.forebay.simulator.report.Quantiles;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private static final Quantiles WAITS = new Quantiles(1.25, 8, 123.45, 200);

  private final StringWriter text = new StringWriter();
  private final PrintWriter out = new PrintWriter(text);

  @Test
  void aPipeGetsPlainLinesEveryFewSeconds() {
    Screen screen = Screen.of(out, false, true);
    for (int tenths = 0; tenths <= 110; tenths++) {
      screen.accept(at(tenths / 10.0));
    }
    screen.close();

    assertThat(text.toString().lines()).hasSize(3).noneMatch(line -> line.contains("\u001b"));
    assertThat(text.toString())
        .contains("Monday, 9 am, minute 3.0 of 7.0, 2.0 calls/s: retry 30 answered (0 fallback)")
        .contains("4321 429s", "5 queued");
  }

  @Test
  void aNewStageGetsALineAtOnceAndNoMoreThanOthersAfterIt() {
    Screen screen = Screen.of(out, false, true);
    screen.accept(at("Monday, 9 am", 61));
    screen.accept(at("The queue drains", 62));
    screen.accept(at("The queue drains", 62.1));
    screen.accept(at("The queue drains", 67));
    screen.close();

    assertThat(text.toString().lines()).hasSize(3);
  }

  @Test
  void aTerminalGetsATableWrittenOverItself() {
    Screen screen = Screen.of(out, true, true);
    screen.accept(at(1));
    screen.accept(at(1.05));
    screen.accept(at(2));
    screen.close();
    screen.close();

    assertThat(text.toString()).startsWith("\u001b[?25l").endsWith("\u001b[?25h");
    assertThat(text.toString().split("\u001b\\[6A", -1)).hasSize(2);
  }

  @Test
  void theTableFitsIntoEightyColumns() {
    List<String> lines = LiveTable.lines(at(59.9), false);

    assertThat(lines).hasSize(6).allMatch(line -> line.length() < 80);
    assertThat(lines.get(1)).contains("####################....................");
    assertThat(lines.getLast()).startsWith("forebay ").contains(" 5 ", "123.5 s");
  }

  @Test
  void withoutColoursOnlyTheCursorIsMoved() {
    assertThat(LiveTable.lines(at(1), false)).noneMatch(line -> line.contains("\u001b"));
    assertThat(LiveTable.lines(at(1), true)).anyMatch(line -> line.contains("\u001b[1m"));
  }

  private static Progress at(double seconds) {
    return at("Monday, 9 am", seconds);
  }

  private static Progress at(String stage, double seconds) {
    List<LaneView> lanes =
        List.of(
            new LaneView(Policy.RETRY, 50, 7, 5, 43, 30, 0, 13, 0, 0, WAITS, 4321),
            new LaneView(Policy.RETRY_FALLBACK, 50, 7, 5, 43, 30, 5, 8, 0, 0, WAITS, 12_345),
            new LaneView(Policy.FOREBAY, 1_000, 7, 3, 43, 30, 8, 0, 0, 5, WAITS, 0));
    return new Progress(stage, seconds, 180, 420, 2, 4, lanes);
  }
}
