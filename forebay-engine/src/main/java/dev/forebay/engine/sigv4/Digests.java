package dev.forebay.engine.sigv4;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The two functions that signatures are made of. Thread-safe. */
public final class Digests {
  private static final String SHA = "SHA-256";
  private static final String HMAC = "HmacSHA256";

  /**
   * A prototype that is only cloned, which takes a fraction of the time of finding one among all
   * providers.
   */
  private static final MessageDigest UNUSED = newDigest();

  private Digests() {}

  /** In hexadecimal digits, lower case. */
  public static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  private static MessageDigest digest() {
    try {
      return (MessageDigest) UNUSED.clone();
    } catch (CloneNotSupportedException e) {
      // Some providers, of hardware for example, do not copy.
      return newDigest();
    }
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance(SHA);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + SHA, e);
    }
  }

  public static byte[] hmac(byte[] key, String text) {
    return new Hmac(key).sign(text);
  }

  /** HMAC with one key, for many texts. Thread-safe. */
  static final class Hmac {
    private final SecretKeySpec key;

    /** A prototype with the key that is only cloned, like the digest above. */
    private final Mac unused;

    Hmac(byte[] key) {
      this.key = new SecretKeySpec(key, HMAC);
      this.unused = newMac();
    }

    byte[] sign(String text) {
      return mac().doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private Mac mac() {
      try {
        return (Mac) unused.clone();
      } catch (CloneNotSupportedException e) {
        return newMac();
      }
    }

    private Mac newMac() {
      try {
        Mac mac = Mac.getInstance(HMAC);
        mac.init(key);
        return mac;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK has " + HMAC, e);
      }
    }
  }
}
