package dev.forebay.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** IP addresses in text, without asking any name server. */
final class Addresses {
  private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
  private static final byte[] NONE = {};

  private Addresses() {}

  /** Four or sixteen bytes; none if the text is no address. */
  static byte[] bytes(String text) {
    if (!V4.matcher(text).matches() && !V6.matcher(text).matches()) {
      return NONE;
    }
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      return NONE;
    }
  }
}
