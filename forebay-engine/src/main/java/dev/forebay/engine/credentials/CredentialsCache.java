package dev.forebay.engine.credentials;

import dev.forebay.config.TargetConfig;
import dev.forebay.engine.Loop;
import dev.forebay.engine.Scheduler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.Identity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * A target's credentials, fetched on virtual threads and at hand without a wait. The SDK's
 * providers renew theirs minutes before they expire; asking every 10 s picks that up early. While
 * there are none it asks each second.
 *
 * @param <T> AWS credentials, or a token
 */
public final class CredentialsCache<T extends Identity> {
  private static final Logger log = LoggerFactory.getLogger(CredentialsCache.class);
  private static final long TICK_MS = 1_000;
  private static final int TICKS_WHEN_THERE = 10;

  private final String targetName;
  private final IdentityProvider<? extends T> provider;
  private final boolean closes;
  private final Loop.Timer timer;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final AtomicInteger ticks = new AtomicInteger();
  private final AtomicBoolean refreshing = new AtomicBoolean();
  private volatile @Nullable T current;
  private volatile String problem = "they have not been fetched yet";

  /** AWS credentials as the configuration names them. */
  public static CredentialsCache<AwsCredentialsIdentity> of(
      TargetConfig target, Scheduler scheduler) {
    return new CredentialsCache<>(
        target.target().name(),
        CredentialProviders.of(target.credentials(), target.region()),
        true,
        scheduler,
        TICK_MS);
  }

  /** By a provider of the program's own. */
  static <T extends Identity> CredentialsCache<T> given(
      TargetConfig target, IdentityProvider<? extends T> provider, Scheduler scheduler) {
    return new CredentialsCache<>(target.target().name(), provider, false, scheduler, TICK_MS);
  }

  /**
   * Asks a provider, the first time at once.
   *
   * @param closes whether to close it at the end
   */
  CredentialsCache(
      String targetName,
      IdentityProvider<? extends T> provider,
      boolean closes,
      Scheduler scheduler,
      long tickMillis) {
    this.targetName = targetName;
    this.provider = provider;
    this.closes = closes;
    Thread.startVirtualThread(this::refresh);
    this.timer = scheduler.every(tickMillis, this::tick);
  }

  private void tick() {
    boolean due = ticks.incrementAndGet() % TICKS_WHEN_THERE == 0;
    if (due || current == null) {
      Thread.startVirtualThread(this::refresh);
    }
  }

  boolean isReady() {
    return ready.isDone();
  }

  void whenReady(Runnable action) {
    CompletableFuture<Void> unused = ready.thenRun(action);
  }

  T current() throws NoCredentialsException {
    T identity = current;
    if (identity == null) {
      throw new NoCredentialsException("no credentials: " + problem);
    }
    return identity;
  }

  public void close() {
    timer.cancel();
    if (closes && provider instanceof SdkAutoCloseable closeable) {
      closeable.close();
    }
  }

  /** What was fetched last stays in use when a refresh fails; the service knows if it expired. */
  private void refresh() {
    if (!refreshing.compareAndSet(false, true)) {
      return;
    }
    try {
      current = provider.resolveIdentity().join();
      problem = "";
    } catch (RuntimeException | LinkageError e) {
      // Providers throw more than SdkException: a profile that needs a missing module, for one.
      Throwable cause = e.getCause();
      String now =
          CredentialProblem.of(e instanceof CompletionException && cause != null ? cause : e);
      if (!now.equals(problem)) {
        log.warn("Target {}: no credentials: {}", targetName, now);
        log.debug("Target {}: its credentials could not be fetched", targetName, e);
      }
      problem = now;
    } finally {
      refreshing.set(false);
      ready.complete(null);
    }
  }
}
