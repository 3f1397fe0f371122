package dev.forebay.cli;

import dev.forebay.core.Seam;
import dev.forebay.core.Ticker;
import dev.forebay.core.journey.Journeys;
import dev.forebay.core.targets.TargetMemory;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what was learned of targets over a restart: circuits, cool-downs and quotas (the last
 * minute's use and what was learned), and how many gateways share them; no content and no secrets.
 * Written every {@value #SAVE_SECONDS} s and at the end, to a file of the user's alone that is put
 * in place as a whole. What is older than ten minutes, of another version or damaged is ignored,
 * which a line in the log says: then everything is learned anew.
 */
final class StateFile {
  private static final Logger log = LoggerFactory.getLogger(StateFile.class);

  /** As long as a learned limit is evidence. */
  static final Duration MAX_AGE = Duration.ofMinutes(10);

  static final int SAVE_SECONDS = 5;
  private static final int VERSION = 1;
  private static final long MAX_BYTES = 4L << 20;

  private final Path file;
  private final Journeys journeys;
  private final Ticker ticker;
  private boolean failed;
  private OptionalInt members = OptionalInt.empty();
  private Supplier<OptionalInt> membersNow = () -> members;

  StateFile(Path file, Journeys journeys, Ticker ticker) {
    this.file = file.toAbsolutePath();
    this.journeys = journeys;
    this.ticker = ticker;
  }

  /** Goes on from what the file says, if there is one that can be used. */
  void load() {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IllegalArgumentException("it is larger than " + MAX_BYTES + " bytes");
      }
      JsonObject all = new JsonObject(Files.readString(file, StandardCharsets.UTF_8));
      if (all.getInteger("version", 0) != VERSION) {
        throw new IllegalArgumentException("it is of another version");
      }
      Duration age = Duration.ofMillis(now().toEpochMilli() - all.getLong("writtenAt", 0L));
      if (age.isNegative() || age.compareTo(MAX_AGE) > 0) {
        throw new IllegalArgumentException("it was not written in the last ten minutes");
      }
      List<TargetMemory> memories = new ArrayList<>();
      JsonArray targets = all.getJsonArray("targets", new JsonArray());
      for (int i = 0; i < targets.size(); i++) {
        memories.add(memory(targets.getJsonObject(i)));
      }
      OptionalInt known = members(all);
      journeys.targets().recall(memories, age, ticker.nanos());
      members = known;
    } catch (NoSuchFileException e) {
      log.debug("There is no state file {} yet", file);
    } catch (IOException | RuntimeException e) {
      log.warn("State file {} ignored: {}", file, reason(e));
    }
  }

  private static OptionalInt members(JsonObject all) {
    Integer count = all.getInteger("members");
    if (count == null) {
      return OptionalInt.empty();
    }
    if (count < 1) {
      throw new IllegalArgumentException("it has no members");
    }
    return OptionalInt.of(count);
  }

  /** How many gateways shared quotas, as the file said that was loaded; empty if it did not. */
  OptionalInt members() {
    return members;
  }

  /** Saves from now on how many gateways share quotas. */
  synchronized void keepMembers(IntSupplier now) {
    membersNow = () -> OptionalInt.of(now.getAsInt());
  }

  /** Saves from now on, beside the event loops. */
  void start(Vertx vertx) {
    vertx.setPeriodic(
        Duration.ofSeconds(SAVE_SECONDS).toMillis(),
        timer ->
            vertx.executeBlocking(
                () -> {
                  save();
                  return true;
                }));
  }

  /** Writes the file, or says once why it cannot. */
  synchronized void save() {
    JsonArray targets = new JsonArray();
    journeys.targets().memories(ticker.nanos()).forEach(memory -> targets.add(json(memory)));
    JsonObject all =
        new JsonObject()
            .put("version", VERSION)
            .put("writtenAt", now().toEpochMilli())
            .put("targets", targets);
    membersNow.get().ifPresent(count -> all.put("members", count));
    try {
      write(all.encodePrettily());
      failed = false;
    } catch (IOException | RuntimeException e) {
      if (!failed) {
        log.warn("State file {} cannot be written: {}", file, reason(e));
      }
      failed = true;
    }
  }

  private void write(String text) throws IOException {
    Path folder = file.getParent();
    Path fresh = Files.createTempFile(folder, file.getFileName() + ".", ".new", ownersAlone());
    try {
      Files.writeString(fresh, text, StandardCharsets.UTF_8);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static FileAttribute<?>[] ownersAlone() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static JsonObject json(TargetMemory memory) {
    JsonObject quota = new JsonObject();
    memory.quota().forEach(quota::put);
    return new JsonObject()
        .put("name", memory.name())
        .put("gateMs", memory.cooldownNanos() / 1_000_000)
        .put("circuitOpen", memory.circuitOpen())
        .put("failedProbes", memory.failedProbes())
        .put("slow", memory.slow())
        .put("probeInMs", memory.probeInNanos() / 1_000_000)
        .put("quotaKey", memory.quotaKey())
        .put("quota", quota);
  }

  private static TargetMemory memory(JsonObject json) {
    Map<String, Double> quota = new HashMap<>();
    JsonObject learned = json.getJsonObject("quota", new JsonObject());
    learned.forEach(each -> quota.put(each.getKey(), learned.getDouble(each.getKey(), 0.0)));
    String name = json.getString("name");
    if (name == null) {
      throw new IllegalArgumentException("a target has no name");
    }
    return new TargetMemory(
        name,
        nanos(json.getLong("gateMs", 0L)),
        json.getBoolean("circuitOpen", false),
        json.getInteger("failedProbes", 0),
        json.getBoolean("slow", false),
        nanos(json.getLong("probeInMs", 0L)),
        json.getString("quotaKey", ""),
        quota);
  }

  /** No span in the file is meant to be longer than a day. */
  private static long nanos(long millis) {
    return Duration.ofMillis(Math.clamp(millis, 0, Duration.ofDays(1).toMillis())).toNanos();
  }

  private static String reason(Exception e) {
    String said = e.getMessage();
    return said == null ? e.getClass().getSimpleName() : said.lines().findFirst().orElse("");
  }

  @Seam("two processes agree on the time of day alone")
  private static Instant now() {
    return Instant.now();
  }
}
