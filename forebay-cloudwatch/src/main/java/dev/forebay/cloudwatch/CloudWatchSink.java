package dev.forebay.cloudwatch;

import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClientBuilder;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;

/** CloudWatch's own API, by the AWS SDK's client, which packs and compresses. */
final class CloudWatchSink implements MetricSink {
  private static final Logger log = LoggerFactory.getLogger(CloudWatchSink.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(8);

  private final CloudWatchClient client;
  private final String namespace;

  CloudWatchSink(
      String namespace, String region, @Nullable URI endpoint, AwsCredentialsProvider credentials) {
    this.namespace = namespace;
    CloudWatchClientBuilder builder =
        CloudWatchClient.builder()
            .region(Region.of(region))
            .credentialsProvider(credentials)
            .httpClientBuilder(Apache5HttpClient.builder().maxConnections(2))
            .overrideConfiguration(
                o ->
                    o.retryStrategy(AwsRetryStrategy.doNotRetry())
                        .apiCallTimeout(TIMEOUT)
                        .apiCallAttemptTimeout(TIMEOUT));
    if (endpoint != null) {
      builder.endpointOverride(endpoint);
    }
    this.client = builder.build();
  }

  @Override
  public Fate send(List<Datum> batch) {
    List<MetricDatum> data = batch.stream().map(CloudWatchSink::datum).toList();
    try {
      client.putMetricData(request -> request.namespace(namespace).metricData(data));
      return Fate.ARRIVED;
    } catch (AwsServiceException e) {
      log.debug("CloudWatch refused metrics", e);
      return e.statusCode() >= 500 || e.isThrottlingException() ? Fate.LATER : Fate.LOST;
    } catch (SdkException e) {
      log.debug("CloudWatch could not be reached", e);
      return neverLeft(e) ? Fate.LATER : Fate.LOST;
    }
  }

  /** No connection, or no credentials: then nothing was sent. */
  private static boolean neverLeft(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException
          || cause instanceof ConnectTimeoutException
          || cause instanceof UnknownHostException) {
        return true;
      }
    }
    return String.valueOf(e.getMessage()).contains("Unable to load credentials");
  }

  private static MetricDatum datum(Datum datum) {
    StatisticSet values = datum.values();
    return MetricDatum.builder()
        .metricName(datum.series().metric())
        .unit(datum.series().unit())
        .timestamp(datum.minute())
        .dimensions(
            datum.series().dimensions().entrySet().stream()
                .map(d -> Dimension.builder().name(d.getKey()).value(d.getValue()).build())
                .toList())
        .statisticValues(
            s ->
                s.sampleCount((double) values.count())
                    .sum(values.sum())
                    .minimum(values.min())
                    .maximum(values.max()))
        .build();
  }

  @Override
  public void close() {
    client.close();
  }
}
