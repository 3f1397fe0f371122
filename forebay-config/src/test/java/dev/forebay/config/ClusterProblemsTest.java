package dev.forebay.config;

import static dev.forebay.config.Examples.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a cluster, and with what is shared in it. */
class ClusterProblemsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "url: 'http://h:6379' | 16 | url: is not an address that begins with redis:// or rediss://"
            + " or redis-sentinel:// or rediss-sentinel:// or redis-cluster:// or"
            + " rediss-cluster://; write an address that begins with redis:// or rediss:// or"
            + " redis-sentinel:// or rediss-sentinel:// or redis-cluster:// or rediss-cluster://",
        "url: 'redis://h:99999' | 16 | url: has no valid host and port; write redis://host:6379 or"
            + " rediss://host:6379",
        "url: 'redis://a b' | 16 | url: is not a valid address; write redis://host:6379 or"
            + " rediss://host:6379, and encode special characters of a password as %XX",
        "url: 'redis://h/jobs' | 16 | url: has a path that is no database's number; write"
            + " redis://host:6379 or rediss://host:6379/0",
        "url: 'redis://h:0' | 16 | url: has no valid host and port; write redis://host:6379 or"
            + " rediss://host:6379",
        "url: 'redis://a,b' | 16 | url: has several hosts; write one, or begin it with"
            + " redis-sentinel:// or redis-cluster://",
        "url: 'redis://h#main' | 16 | url: has a # that only redis-sentinel:// takes; remove it",
        "url: 'redis-cluster://a,b/1' | 16 | url: has a database's number, which a Redis Cluster"
            + " has not; remove it",
        "url: 'redis-cluster://a,,b' | 16 | url: has no valid host and port; write"
            + " redis-cluster://host:6379,host:6379",
        "url: 'redis-sentinel://a:26379' | 16 | url: does not name the primary; end it with # and"
            + " its name in the sentinels' \"sentinel monitor\":"
            + " redis-sentinel://host:26379,host:26379#name",
        "url: 'redis-sentinel://a:x#main' | 16 | url: has no valid host and port; write"
            + " redis-sentinel://host:26379,host:26379#name",
        "url: 'redis://secret@h' | 16 | url: has no : between user and password; write"
            + " user:${PASSWORD}@, or :${PASSWORD}@",
        "url: 'redis://h', sentinelPassword: 'x' | 47 | sentinelPassword: the secret is written in"
            + " the file; secrets only by reference, such as ${ENV}",
        "url: 'redis://h', ca: '/none.pem' | 33 | ca: the file '/none.pem' cannot be read; check"
            + " its name and permissions",
        "url: 'redis://h', members: 0 | 38 | members: '0' is out of range; write a whole number"
            + " from 1 to 10000",
        "url: 'redis://h', weight: 0 | 37 | weight: '0' is out of range; write a whole number"
            + " from 1 to 1000",
        "url: 'redis://h', weight: 1001 | 37 | weight: '1001' is out of range; write a whole number"
            + " from 1 to 1000",
        "url: 'redis://h', weight: 0.5 | 37 | weight: '0.5' is not a whole number; write a whole"
            + " number from 1 to 1000",
        "url: 'redis://h', prefix: 'a b' | 37 | prefix: 'a b' is not letters, digits, - and _;"
            + " write letters, digits, - and _",
        "url: 'redis://h', encryptionKey: '${SHORT_KEY}' | 44 | encryptionKey: has 3 bytes instead"
            + " of 32; make one by: openssl rand -base64 32",
        "url: 'redis://h', encryptionKey: '${SECRET}' | 44 | encryptionKey: is not base64; make one"
            + " by: openssl rand -base64 32",
        "url: 'redis://h', encryptionKey: 'AAAA' | 44 | encryptionKey: the secret is written in the"
            + " file; secrets only by reference, such as ${ENV}",
      })
  void badClusters(String keys, int column, String problem) {
    assertThat(refusal(Examples.SMALLEST + "cluster: {" + keys + "}"))
        .isEqualTo("forebay.yaml:5:" + column + ": cluster." + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cache: {shared: answers} | cache.shared | 40",
        "cache: {shared: calls} | cache.shared | 40",
        "idempotency: {shared: true} | idempotency.shared | 46",
      })
  void nothingIsSharedWithoutACluster(String keys, String key, int column) {
    assertThat(refusal(Examples.SMALLEST.replace("[[a]]", "[[a]], " + keys)))
        .isEqualTo(
            "forebay.yaml:4:"
                + column
                + ": routes.chat."
                + key
                + ": there is no store to share through; add cluster: {url:"
                + " \"redis://127.0.0.1:6379\"}, or remove this");
  }

  @Test
  void whatIsNeverFreshIsNotShared() {
    String file =
        Examples.SMALLEST.replace("[[a]]", "[[a]], cache: {freshFor: 0s, shared: answers}")
            + "cluster: {url: 'redis://h'}";
    assertThat(Examples.parse(file).warnings())
        .extracting(Problem::toString)
        .containsExactly(
            "forebay.yaml:4:54: routes.chat.cache.shared: nothing is shared, since no answer is"
                + " fresh with freshFor: 0s; raise freshFor, or remove this");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cache: {shared: yes} | 40 | cache.shared: unknown value 'yes'; use one of none, answers,"
            + " calls",
        "idempotency: {shared: often} | 46 | idempotency.shared: 'often' is neither true nor false;"
            + " write true or false",
        "idempotency: {share: true} | 38 | idempotency: unknown key 'share'; did you mean"
            + " 'shared'?",
      })
  void badSharing(String keys, int column, String problem) {
    assertThat(refusal(Examples.SMALLEST.replace("[[a]]", "[[a]], " + keys)))
        .isEqualTo("forebay.yaml:4:" + column + ": routes.chat." + problem);
  }
}
