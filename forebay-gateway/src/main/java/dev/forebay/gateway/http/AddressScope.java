package dev.forebay.gateway.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How far an IP address reaches. IPv6 addresses that carry an IPv4 address (mapped, compatible,
 * translated, NAT64, 6to4, Teredo, ISATAP) reach no further than the carried one. The order is from
 * far to near.
 */
public enum AddressScope {
  /** Anywhere. */
  PUBLIC,
  /**
   * This machine or networks that are not routed on the Internet: loopback, 10/8, 172.16/12,
   * 192.168/16, 100.64/10 (carriers), 192.0.0/24, 198.18/15 (measurements), 240/4, fc00::/7,
   * fec0::/10, and the forms of IPv6 that only serve as tunnels.
   */
  PRIVATE,
  /**
   * One link, no single host, or a cloud's metadata service, which gives credentials to any caller:
   * 169.254/16, fe80::/10, fd00:ec2::/32 and others, multicast, broadcast, the unspecified address.
   */
  LINK;

  private static final String BYTE = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final Pattern V4 = Pattern.compile(BYTE + "(?:\\." + BYTE + "){3}");

  /** What {@code inet_aton} reads: one to four numbers, decimal, octal or hexadecimal. */
  private static final Pattern NUMBERS =
      Pattern.compile("(?:0[xX][0-9a-fA-F]*|\\d+)(?:\\.(?:0[xX][0-9a-fA-F]*|\\d+))*+\\.?");

  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:][0-9a-fA-F:.]*");
  private static final byte[] NONE = {};

  /** Where RFC 6052 puts an IPv4 address behind prefixes of 48, 56, 64 and 96 bits. */
  private static final int[][] NAT64_PLACES = {
    {6, 7, 9, 10}, {7, 9, 10, 11}, {9, 10, 11, 12}, {12, 13, 14, 15}
  };

  /** Of an address that a name stands for. */
  public static AddressScope of(InetAddress address) {
    return of(address.getAddress());
  }

  /** Of four or sixteen bytes. */
  public static AddressScope of(byte[] address) {
    return address.length == 4 ? v4(address, 0, 1, 2, 3) : v6(address);
  }

  /**
   * Of an address in text: in its usual form, or in one that some programs take for an address,
   * such as {@code 2130706433}, {@code 0177.0.0.1}, {@code 0x7f.1} and {@code 127.1}. Asks no name
   * server.
   *
   * @return empty if the text is no address
   */
  public static Optional<AddressScope> ofLiteral(String host) {
    if (isOdd(host)) {
      return aton(host).map(AddressScope::of);
    }
    byte[] bytes = bytes(host);
    return bytes.length == 0 ? Optional.empty() : Optional.of(of(bytes));
  }

  /**
   * Whether the text consists of numbers that programs read differently: as an IPv4 address by
   * {@code inet_aton}, as another one, or as a name.
   */
  public static boolean isOdd(String host) {
    return NUMBERS.matcher(host).matches() && !V4.matcher(host).matches();
  }

  /** Whether the text is an address of this machine itself, in its usual form. */
  public static boolean isLoopback(String host) {
    byte[] bytes = bytes(host);
    return bytes.length == 4 ? bytes[0] == 127 : Arrays.equals(bytes, loopbackV6());
  }

  private static byte[] loopbackV6() {
    byte[] one = new byte[16];
    one[15] = 1;
    return one;
  }

  /** Mapped addresses become four bytes. */
  private static byte[] bytes(String host) {
    int zone = host.indexOf('%');
    String text = zone < 0 ? host : host.substring(0, zone);
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

  /** Each number but the last is a byte; the last one fills what is left. */
  private static Optional<byte[]> aton(String host) {
    String[] parts = host.split("\\.", 0);
    if (parts.length > 4) {
      return Optional.empty();
    }
    long address = 0;
    for (int i = 0; i < parts.length; i++) {
      int bits = i < parts.length - 1 ? 8 : 32 - 8 * i;
      long number = number(parts[i]);
      if (number < 0 || number >= 1L << bits) {
        return Optional.empty();
      }
      address = address << bits | number;
    }
    return Optional.of(
        new byte[] {
          (byte) (address >> 24), (byte) (address >> 16), (byte) (address >> 8), (byte) address
        });
  }

  /** Negative if it is none. */
  private static long number(String text) {
    try {
      if (text.startsWith("0x") || text.startsWith("0X")) {
        return text.length() == 2 ? 0 : Long.parseLong(text.substring(2), 16);
      }
      return Long.parseLong(text, text.startsWith("0") ? 8 : 10);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static AddressScope v4(byte[] from, int i, int j, int k, int l) {
    int a = from[i] & 0xff;
    int b = from[j] & 0xff;
    int c = from[k] & 0xff;
    int d = from[l] & 0xff;
    if (a == 0 || (a == 169 && b == 254) || (a >= 224 && a < 240) || (a & b & c & d) == 255) {
      return LINK;
    }
    if (isMetadata(a << 24 | b << 16 | c << 8 | d)) {
      return LINK;
    }
    boolean isPrivate =
        a == 10
            || a == 127
            || (a == 172 && (b & 0xf0) == 16)
            || (a == 192 && b == 168)
            || (a == 100 && (b & 0xc0) == 64)
            || (a == 192 && b == 0 && c == 0)
            || (a == 198 && (b & 0xfe) == 18)
            || a >= 240;
    return isPrivate ? PRIVATE : PUBLIC;
  }

  /** 100.100.100.200 (Alibaba), 168.63.129.16 (Azure), 192.0.0.192 (Oracle). */
  private static boolean isMetadata(int v4) {
    return v4 == 0x646464c8 || v4 == 0xa83f8110 || v4 == 0xc00000c0;
  }

  private static AddressScope v6(byte[] address) {
    int first = word(address, 0);
    if (isZero(address, 0, 10) && word(address, 5) == 0xffff) {
      return v4(address, 12, 13, 14, 15);
    }
    if (isZero(address, 0, 12)) {
      return Arrays.equals(address, loopbackV6()) ? PRIVATE : within(address, 12, 13, 14, 15);
    }
    if (first == 0x64) {
      return nat64(address);
    }
    if (first == 0x2002) {
      return within(address, 2, 3, 4, 5);
    }
    if (first == 0x2001 && word(address, 1) == 0) {
      return nearer(within(address, 4, 5, 6, 7), within(inverted(address), 12, 13, 14, 15));
    }
    return nearer(plainV6(address), isatap(address));
  }

  /** fe80::/10 and ff00::/8, and the metadata services of Amazon and Google. */
  private static AddressScope plainV6(byte[] address) {
    int first = word(address, 0);
    int second = word(address, 1);
    if ((first & 0xffc0) == 0xfe80
        || first >= 0xff00
        || (first == 0xfd00 && second == 0x0ec2)
        || (first == 0xfd20 && second == 0x00ce)) {
      return LINK;
    }
    boolean isPrivate =
        (first & 0xfe00) == 0xfc00 || (first & 0xffc0) == 0xfec0 || isZero(address, 0, 8);
    boolean isDiscarded = first == 0x0100 && isZero(address, 2, 8);
    return isPrivate || isDiscarded ? PRIVATE : PUBLIC;
  }

  /** 64:ff9b::/96 leads to the carried address; 64:ff9b:1::/48 is a network's own. */
  private static AddressScope nat64(byte[] address) {
    if (word(address, 1) == 0xff9b && isZero(address, 4, 12)) {
      return v4(address, 12, 13, 14, 15);
    }
    AddressScope scope = PRIVATE;
    for (int[] places : NAT64_PLACES) {
      // A zero there is no beginning of an address, but a part that a shorter prefix leaves empty.
      if (address[places[0]] != 0) {
        scope = nearer(scope, v4(address, places[0], places[1], places[2], places[3]));
      }
    }
    return scope;
  }

  private static AddressScope isatap(byte[] address) {
    boolean carries = (word(address, 4) & 0xfdff) == 0 && word(address, 5) == 0x5efe;
    return carries ? v4(address, 12, 13, 14, 15) : PUBLIC;
  }

  /** Of a form that is routed nowhere by itself. */
  private static AddressScope within(byte[] address, int i, int j, int k, int l) {
    return nearer(PRIVATE, v4(address, i, j, k, l));
  }

  private static AddressScope nearer(AddressScope one, AddressScope other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static byte[] inverted(byte[] address) {
    byte[] inverted = new byte[address.length];
    for (int i = 0; i < address.length; i++) {
      inverted[i] = (byte) ~address[i];
    }
    return inverted;
  }

  private static int word(byte[] address, int index) {
    return (address[2 * index] & 0xff) << 8 | (address[2 * index + 1] & 0xff);
  }

  private static boolean isZero(byte[] address, int from, int to) {
    for (int i = from; i < to; i++) {
      if (address[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
