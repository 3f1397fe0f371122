package dev.forebay.cloudwatch;

import dev.forebay.core.Ticker;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.telemetry.DroppedTelemetry;
import dev.forebay.core.telemetry.QuotaUse;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/** Builds listeners that give CloudWatch metrics, in one of three ways. Not thread-safe. */
public final class CloudWatchBuilder {
  private static final Duration SHORTEST = Duration.ofMillis(1);

  private String namespace = "GenAI/Application";
  private Duration period = Duration.ofMinutes(1);
  private Ticker ticker = Ticker.system();
  private DroppedTelemetry dropped = new DroppedTelemetry();
  private QuotaUse use = new QuotaUse();
  private JourneyListener ownUse = use;
  private @Nullable URI endpoint;
  private @Nullable AwsCredentialsProvider credentials;

  CloudWatchBuilder() {}

  /** The namespace of the metrics; {@code GenAI/Application} by default. */
  public CloudWatchBuilder namespace(String name) {
    namespace = Objects.requireNonNull(name, "name");
    return this;
  }

  /** The address of the API, for an emulator or a private endpoint; the region's by default. */
  public CloudWatchBuilder endpoint(URI ofApi) {
    endpoint = Objects.requireNonNull(ofApi, "ofApi");
    return this;
  }

  /** Signs the requests; the SDK's default chain by default. */
  public CloudWatchBuilder credentials(AwsCredentialsProvider provider) {
    credentials = Objects.requireNonNull(provider, "provider");
    return this;
  }

  /**
   * From post to post; a minute by default, as that is what CloudWatch keeps apart.
   *
   * @throws IllegalArgumentException if it is shorter than a millisecond
   */
  public CloudWatchBuilder period(Duration ofPosts) {
    if (Objects.requireNonNull(ofPosts, "ofPosts").compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(
          "CloudWatchMetrics.builder(): period must be a millisecond or more, not " + ofPosts);
    }
    period = ofPosts;
    return this;
  }

  /** The clock of the journeys; the system's by default. */
  public CloudWatchBuilder ticker(Ticker ofJourneys) {
    ticker = Objects.requireNonNull(ofJourneys, "ofJourneys");
    return this;
  }

  /** The use of quotas that another listener adds up, so that it is not added up twice. */
  public CloudWatchBuilder quotaUse(QuotaUse shared) {
    use = Objects.requireNonNull(shared, "shared");
    ownUse = JourneyListener.NONE;
    return this;
  }

  /** Counts the data that are given up. */
  public CloudWatchBuilder dropped(DroppedTelemetry counted) {
    dropped = Objects.requireNonNull(counted, "counted");
    return this;
  }

  /** To CloudWatch's API in a region, by {@code PutMetricData}. */
  public CloudWatchMetrics toApi(String region) {
    Objects.requireNonNull(region, "region");
    AwsCredentialsProvider signer =
        credentials == null ? DefaultCredentialsProvider.builder().build() : credentials;
    return new CloudWatchMetrics(new CloudWatchSink(namespace, region, endpoint, signer), this);
  }

  /** As lines in the embedded metric format, once in a period, for containers with an agent. */
  public CloudWatchMetrics toLines(PrintStream out) {
    return new CloudWatchMetrics(new EmfSink(namespace, Objects.requireNonNull(out, "out")), this);
  }

  /**
   * As lines in the embedded metric format when each call ends, on the call's thread, for AWS
   * Lambda: there a thread of its own would stand still between invocations. There is nothing to
   * close, and {@code QuotaUtilization} is left out.
   */
  public JourneyListener toLinesPerCall(PrintStream out) {
    return new CallLines(new EmfSink(namespace, Objects.requireNonNull(out, "out")), dropped);
  }

  Duration period() {
    return period;
  }

  Ticker ticker() {
    return ticker;
  }

  DroppedTelemetry dropped() {
    return dropped;
  }

  QuotaUse use() {
    return use;
  }

  /** Adds the use up; gets no events if another listener does. */
  JourneyListener ownUse() {
    return ownUse;
  }
}
