package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreFailureTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "WRONGPASS invalid username-password pair or user is disabled. | wrong user or password:"
            + " correct cluster.url",
        "ERR AUTH <password> called without any password configured for the default user. | wrong"
            + " user or password",
        "NOAUTH Authentication required. | a password is needed: write it by reference",
        "NOPERM this user has no permissions to run the 'evalsha' command | the user may not",
        "OOM command not allowed when used memory > 'maxmemory'. | the store is full: raise its"
            + " maxmemory",
        "ERR Error running script (call to f_1): @user_script:8: -OOM command not allowed when used"
            + " memory > 'maxmemory'. | the store is full",
        "READONLY You can't write against a read only replica. | the store is a replica",
        "ERR Error running script (call to f_1): @user_script:8: @user_script: 8: -READONLY You can't"
            + " write against a read only replica. | the store is a replica",
        "MOVED 3999 127.0.0.1:6381 | the store is a Redis Cluster",
        "LOADING Redis is loading the dataset in memory | the store is not ready",
        "ERR Unknown Redis command called from script | the store is too old: use Valkey, or Redis"
            + " 6.2 or later",
        "Currently not connected. Commands are rejected. | the connection to the store is lost:"
            + " start it, or correct cluster.url",
        "Connection initialization timed out after 500 millisecond(s) | the store is too slow",
      })
  void theCauseAndTheRemedyAreSaid(String message, String said) {
    Throwable failure =
        new CompletionException(
            new IllegalStateException("Unable to connect", new IllegalStateException(message)));
    assertThat(StoreFailure.of(failure)).startsWith(said).endsWith("(" + message + ")");
  }

  @Test
  void whatIsNotKnownIsSaidAsItIs() {
    assertThat(StoreFailure.of(new CompletionException(new IllegalStateException("odd"))))
        .isEqualTo("odd");
  }
}
