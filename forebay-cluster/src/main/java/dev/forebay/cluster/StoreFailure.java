package dev.forebay.cluster;

import java.net.UnknownHostException;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Explains to operators why an operation of the store failed: the cause and the remedy. */
final class StoreFailure {
  /** Deeper ones say nothing more. */
  private static final int MOST_CAUSES = 10;

  /** Before Redis 7 a script's failure has these words within others. */
  private static final String FULL = "oom command not allowed";

  private static final String REPLICA = "readonly you can";

  private StoreFailure() {}

  /** In one line. */
  static String of(Throwable failure) {
    Throwable innermost = failure;
    for (int depth = 0; depth < MOST_CAUSES; depth++) {
      String known = known(innermost);
      if (known != null) {
        return known;
      }
      if (innermost.getCause() == null) {
        break;
      }
      innermost = innermost.getCause();
    }
    Throwable outermost =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return outermost.getMessage() == null ? outermost.toString() : outermost.getMessage();
  }

  /** Whether the store answers, but has no memory left for what is new. */
  static boolean isFull(Throwable failure) {
    return says(failure, FULL);
  }

  /** Whether the store answers, but is a replica that may not write. */
  static boolean isReplica(Throwable failure) {
    return says(failure, REPLICA);
  }

  private static boolean says(Throwable failure, String words) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
      if (text(cause).contains(words)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static String text(Throwable failure) {
    return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
  }

  private static @Nullable String known(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    String text = text(failure);
    if (text.startsWith("wrongpass")
        || text.contains("invalid password")
        || text.contains("without any password configured")) {
      return explained("wrong user or password", "correct cluster.url", message);
    }
    if (text.startsWith("noauth")) {
      return explained("a password is needed", "write it by reference in cluster.url", message);
    }
    if (text.contains("noperm ")) {
      return explained(
          "the user may not do this",
          "allow it scripts, all commands on keys forebay:* and the channels forebay:*",
          message);
    }
    if (text.contains(FULL)) {
      return explained(
          "the store is full", "raise its maxmemory, or give it less to keep", message);
    }
    if (text.contains("misconf ")) {
      return explained("the store refuses to write", "look at its disk", message);
    }
    if (text.contains(REPLICA)) {
      return explained("the store is a replica", "name the primary in cluster.url", message);
    }
    if (text.startsWith("moved") || text.startsWith("crossslot") || text.startsWith("ask ")) {
      return explained(
          "the store is a Redis Cluster", "begin cluster.url with redis-cluster", message);
    }
    if (text.contains("cluster support disabled")) {
      return explained("the store is no Redis Cluster", "begin cluster.url with redis", message);
    }
    if (text.contains("no such master") || text.contains("redisuri does not contain sentinel")) {
      return explained(
          "the sentinels know no primary of that name",
          "correct what follows # in cluster.url",
          message);
    }
    if (text.contains("cannot connect redis sentinel")) {
      return explained(
          "no sentinel names the primary",
          "look at them and at the name after # in cluster.url",
          message);
    }
    if (failure instanceof SSLException || text.contains("pkix path")) {
      return explained(
          "the store's certificate is not trusted, or it speaks no TLS",
          "name its authority as cluster.ca, or correct cluster.url",
          message);
    }
    if (text.startsWith("loading") || text.startsWith("masterdown")) {
      return explained("the store is not ready", "wait until it has loaded its data", message);
    }
    // A script of a version before 5 may not write after it has read the time.
    if (text.contains("unknown redis command called from")
        || text.contains("write commands not allowed after non deterministic")
        || text.startsWith("err unknown command")) {
      return explained("the store is too old", "use Valkey, or Redis 6.2 or later", message);
    }
    if (failure instanceof UnknownHostException) {
      return explained("the store's host is not known", "correct cluster.url or DNS", message);
    }
    if (text.contains("not connected")) {
      return explained(
          "the connection to the store is lost", "start it, or correct cluster.url", message);
    }
    if (failure instanceof TimeoutException || text.contains("timed out")) {
      return explained("the store is too slow or cut off", "look at it and the network", message);
    }
    return null;
  }

  private static String explained(String cause, String remedy, String message) {
    return "%s: %s (%s)".formatted(cause, remedy, message);
  }
}
