package dev.forebay.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** IP addresses in text, without asking any name server. */
final class Addresses {
  private static final String BYTE = "(?:25[0-5]|2[0-4]\\d|[01]?\\d?\\d)";
  private static final Pattern V4 = Pattern.compile(BYTE + "(?:\\." + BYTE + "){3}");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:][0-9a-fA-F:.]*");
  private static final byte[] NONE = {};

  private Addresses() {}

  /** Four or sixteen bytes; none if the text is no address. */
  static byte[] bytes(String text) {
    boolean isV6 = text.indexOf(':') >= 0 && V6.matcher(text).matches();
    if (!isV6 && !V4.matcher(text).matches()) {
      return NONE;
    }
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      return NONE;
    }
  }
}
