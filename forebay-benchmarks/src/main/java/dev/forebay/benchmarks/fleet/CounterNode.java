package dev.forebay.benchmarks.fleet;

import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;

/** A token bucket in the store, asked by one script for each call, as most gateways do it. */
final class CounterNode implements Node {
  /** KEYS: the bucket. ARGV: calls per second, how many it holds. */
  private static final String SCRIPT =
      """
      local time = redis.call('TIME')
      local now = time[1] + time[2] / 1000000
      local known = redis.call('HMGET', KEYS[1], 'level', 'at')
      local most = tonumber(ARGV[2])
      local level = tonumber(known[1]) or most
      level = math.min(most, level + math.max(0, now - (tonumber(known[2]) or now)) * ARGV[1])
      local granted = 0
      if level >= 1 then
        level, granted = level - 1, 1
      end
      redis.call('HSET', KEYS[1], 'level', level, 'at', string.format('%.6f', now))
      redis.call('PEXPIRE', KEYS[1], 60000)
      return granted
      """;

  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;
  private final String digest;
  private final String[] keys;
  private final String[] arguments;

  CounterNode(String store, String quota, long perSecond) {
    client = RedisClient.create(store);
    connection = client.connect();
    digest = connection.sync().scriptLoad(SCRIPT);
    keys = new String[] {quota};
    arguments =
        new String[] {
          Long.toString(perSecond), Long.toString(perSecond * FleetBenchmark.BURST_SECONDS)
        };
  }

  @Override
  public boolean admit() {
    Long granted = connection.sync().evalsha(digest, ScriptOutputType.INTEGER, keys, arguments);
    return granted == 1;
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
