package dev.forebay.cli.top;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;

/** Says in a few words why the JDK's client did not get to a gateway. */
public final class Unreachable {
  private Unreachable() {}

  /** Such as {@code connection refused; does the gateway run?}. */
  public static String why(IOException failure) {
    if (failure instanceof HttpTimeoutException) {
      return "no answer in time; is that the gateway's address?";
    }
    if (failure instanceof ConnectException) {
      return isUnresolved(failure)
          ? "name not found; check the address"
          : "connection refused; does the gateway run?";
    }
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  private static boolean isUnresolved(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 20; depth++) {
      if (cause instanceof UnresolvedAddressException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
