package dev.forebay.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The hosts that are reached without a proxy. An entry is {@code *}, a name (which stands for those
 * below it as well, with a leading dot or {@code *.} or without), a pattern with {@code *}, an
 * address, or a range of addresses such as {@code 10.0.0.0/8}; each perhaps with a port. Entries
 * are separated by commas, bars or spaces. An entry that is none of these matches nothing.
 */
final class NoProxy {
  private static final Pattern SEPARATOR = Pattern.compile("[,|\\s]+");
  private static final Pattern PORT = Pattern.compile(":(\\d{1,5})$");

  private final List<String> entries = new ArrayList<>();

  private NoProxy() {}

  static NoProxy of(List<String> lists) {
    NoProxy all = new NoProxy();
    for (String list : lists) {
      for (String entry : SEPARATOR.split(list, -1)) {
        if (!entry.isEmpty()) {
          all.entries.add(entry.toLowerCase(Locale.ROOT));
        }
      }
    }
    return all;
  }

  /**
   * Whether the host is among them.
   *
   * @param host a name or an address without brackets
   */
  boolean exempts(String host, int port) {
    String lower = host.toLowerCase(Locale.ROOT);
    String name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    return entries.stream().anyMatch(entry -> matches(entry, name, port));
  }

  private static boolean matches(String entry, String host, int port) {
    if (entry.equals("*")) {
      return true;
    }
    String pattern = entry;
    boolean address = entry.chars().filter(c -> c == ':').count() > 1 && !entry.startsWith("[");
    Matcher withPort = PORT.matcher(entry);
    if (!address && withPort.find()) {
      if (Integer.parseInt(withPort.group(1)) != port) {
        return false;
      }
      pattern = entry.substring(0, withPort.start());
    }
    pattern = ProxyShape.bare(pattern);
    int slash = pattern.indexOf('/');
    if (slash >= 0) {
      return inRange(pattern.substring(0, slash), pattern.substring(slash + 1), host);
    }
    byte[] wanted = Addresses.bytes(pattern);
    if (wanted.length > 0) {
      return Arrays.equals(wanted, Addresses.bytes(host));
    }
    if (pattern.startsWith("*.")) {
      pattern = pattern.substring(1);
    }
    if (pattern.contains("*")) {
      return Pattern.matches(Pattern.quote(pattern).replace("*", "\\E.*\\Q"), host);
    }
    String bare = pattern.startsWith(".") ? pattern.substring(1) : pattern;
    return !bare.isEmpty() && (host.equals(bare) || host.endsWith("." + bare));
  }

  private static boolean inRange(String network, String bits, String host) {
    byte[] base = Addresses.bytes(network);
    byte[] address = Addresses.bytes(host);
    if (base.length == 0 || base.length != address.length || !bits.matches("\\d{1,3}")) {
      return false;
    }
    int prefix = Integer.parseInt(bits);
    if (prefix > base.length * 8) {
      return false;
    }
    for (int i = 0; i < prefix; i++) {
      int mask = 0x80 >> (i % 8);
      if ((base[i / 8] & mask) != (address[i / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}
