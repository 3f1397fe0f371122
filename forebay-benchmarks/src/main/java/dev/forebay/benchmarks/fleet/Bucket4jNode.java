package dev.forebay.benchmarks.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.proxy.RemoteBucketBuilder;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.RedisClient;
import java.time.Duration;

/**
 * bucket4j on Lettuce: each call reads the bucket, and compares and sets it; with batching one call
 * of a node does so for all that wait there.
 */
final class Bucket4jNode implements Node {
  private final RedisClient client;
  private final Bucket bucket;

  Bucket4jNode(String store, String quota, long perSecond, boolean batches) {
    client = RedisClient.create(store);
    BucketConfiguration configuration =
        BucketConfiguration.builder()
            .addLimit(
                limit ->
                    limit
                        .capacity(perSecond * FleetBenchmark.BURST_SECONDS)
                        .refillGreedy(perSecond, Duration.ofSeconds(1)))
            .build();
    RemoteBucketBuilder<byte[]> builder = Bucket4jLettuce.casBasedBuilder(client).build().builder();
    if (batches) {
      builder = builder.withOptimization(Optimizations.batching());
    }
    bucket = builder.build(quota.getBytes(UTF_8), () -> configuration);
  }

  @Override
  public boolean admit() {
    return bucket.tryConsume(1);
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
