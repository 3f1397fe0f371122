package dev.forebay.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Credentials are fetched beside the calls, and no call waits that could be signed. */
class CredentialsCacheTest {
  private static final long TICK_MS = 5;

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger fetches = new AtomicInteger();
  private final CountDownLatch stuck = new CountDownLatch(1);

  @AfterEach
  void close() {
    stuck.countDown();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void theFirstFetchBeginsAtOnceAndCallsHearOfItsEnd() throws NoCredentialsException {
    CredentialsCache cache = cache(() -> credentials(fetches.incrementAndGet()));

    cache.ready().await();

    assertThat(cache.current().accessKeyId()).isEqualTo("AKID1");
  }

  @Test
  void aProviderThatHangsKeepsNobodyWaitingWhoHasCredentials() throws NoCredentialsException {
    CredentialsCache cache =
        cache(
            () -> {
              int fetch = fetches.incrementAndGet();
              if (fetch > 1) {
                hang();
              }
              return credentials(fetch);
            });
    cache.ready().await();
    await().until(() -> fetches.get() == 2);

    assertThat(cache.ready().isComplete()).isTrue();
    assertThat(cache.current().accessKeyId()).isEqualTo("AKID1");
    assertThat(fetches.get()).as("one at a time").isEqualTo(2);
    stuck.countDown();
    await().until(() -> !cache.current().accessKeyId().equals("AKID1"));
  }

  @Test
  void aProviderThatFailsLeavesTheLastOnes() throws NoCredentialsException {
    CredentialsCache cache =
        cache(
            () -> {
              int fetch = fetches.incrementAndGet();
              if (fetch == 1) {
                return credentials(1);
              }
              throw SdkClientException.create("no way to the metadata service");
            });
    await().until(() -> fetches.get() > 3);

    assertThat(cache.current().accessKeyId()).isEqualTo("AKID1");
  }

  @Test
  void aProviderThatHasNoneYetIsAskedUntilItHas() {
    CredentialsCache cache =
        cache(
            () -> {
              if (fetches.incrementAndGet() < 4) {
                throw SdkClientException.create("not yet");
              }
              return credentials(4);
            });

    cache.ready().await();
    await().untilAsserted(() -> assertThat(cache.current().accessKeyId()).isEqualTo("AKID4"));
  }

  @Test
  void withoutCredentialsTheReasonIsSaid() {
    CredentialsCache cache =
        cache(
            () -> {
              throw SdkClientException.create("no such profile");
            });
    cache.ready().await();

    assertThatThrownBy(cache::current)
        .isInstanceOf(NoCredentialsException.class)
        .hasMessageContaining("no such profile");
  }

  private CredentialsCache cache(AwsCredentialsProvider provider) {
    return new CredentialsCache("one", provider, vertx, TICK_MS);
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
