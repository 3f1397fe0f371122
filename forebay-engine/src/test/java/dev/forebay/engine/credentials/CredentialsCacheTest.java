package dev.forebay.engine.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.engine.Loop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Credentials are fetched beside the calls, and no call waits that could be signed. */
class CredentialsCacheTest {
  private static final long TICK_MS = 5;

  private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
  private final AtomicInteger fetches = new AtomicInteger();
  private final CountDownLatch stuck = new CountDownLatch(1);

  @AfterEach
  void close() {
    stuck.countDown();
    timers.shutdownNow();
  }

  @Test
  void theFirstFetchBeginsAtOnceAndCallsHearOfItsEnd() throws NoCredentialsException {
    CredentialsCache<AwsCredentialsIdentity> cache =
        cache(() -> credentials(fetches.incrementAndGet()));

    await(cache);

    assertThat(cache.current().accessKeyId()).isEqualTo("AKID1");
  }

  @Test
  void aProviderThatHangsDelaysNoCallThatHasCredentials() throws NoCredentialsException {
    CredentialsCache<AwsCredentialsIdentity> cache =
        cache(
            () -> {
              int fetch = fetches.incrementAndGet();
              if (fetch > 1) {
                hang();
              }
              return credentials(fetch);
            });
    await(cache);
    Awaitility.await().until(() -> fetches.get() == 2);

    assertThat(cache.isReady()).isTrue();
    assertThat(cache.current().accessKeyId()).isEqualTo("AKID1");
    assertThat(fetches.get()).as("one at a time").isEqualTo(2);
    stuck.countDown();
    Awaitility.await().until(() -> !cache.current().accessKeyId().equals("AKID1"));
  }

  @Test
  void aProviderThatFailsLeavesTheLastOnes() throws NoCredentialsException {
    CredentialsCache<AwsCredentialsIdentity> cache =
        cache(
            () -> {
              int fetch = fetches.incrementAndGet();
              if (fetch == 1) {
                return credentials(1);
              }
              throw SdkClientException.create("no way to the metadata service");
            });
    Awaitility.await().until(() -> fetches.get() > 3);

    assertThat(cache.current().accessKeyId()).isEqualTo("AKID1");
  }

  @Test
  void aProviderThatHasNoneYetIsAskedUntilItHas() {
    CredentialsCache<AwsCredentialsIdentity> cache =
        cache(
            () -> {
              if (fetches.incrementAndGet() < 4) {
                throw SdkClientException.create("not yet");
              }
              return credentials(4);
            });

    await(cache);
    Awaitility.await()
        .untilAsserted(() -> assertThat(cache.current().accessKeyId()).isEqualTo("AKID4"));
  }

  @Test
  void withoutCredentialsTheReasonIsSaid() {
    CredentialsCache<AwsCredentialsIdentity> cache =
        cache(
            () -> {
              throw SdkClientException.create("no such profile");
            });
    await(cache);

    assertThatThrownBy(cache::current)
        .isInstanceOf(NoCredentialsException.class)
        .hasMessageContaining("no such profile");
  }

  private CredentialsCache<AwsCredentialsIdentity> cache(AwsCredentialsProvider provider) {
    return new CredentialsCache<>("one", provider, true, this::every, TICK_MS);
  }

  private Loop.Timer every(long millis, Runnable action) {
    var timer = timers.scheduleAtFixedRate(action, millis, millis, TimeUnit.MILLISECONDS);
    return () -> timer.cancel(false);
  }

  private static void await(CredentialsCache<?> cache) {
    CompletableFuture<Void> ready = new CompletableFuture<>();
    cache.whenReady(() -> ready.complete(null));
    ready.join();
  }

  private void hang() {
    try {
      stuck.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static AwsCredentials credentials(int number) {
    return AwsBasicCredentials.create("AKID" + number, "secret");
  }
}
