package dev.forebay.cluster;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The form that answers have in the store. With a key they are encrypted by AES-256-GCM, and their
 * names are HMACs, so that the store shows neither answers nor which requests were made. An answer
 * of another key has another name, so it is not found; one that was changed, or put under another
 * name, is not read. Thread-safe.
 */
final class AnswerCipher {
  private static final byte VERSION = 1;
  private static final int HEAD_BYTES = 1 + 1 + Long.BYTES;
  private static final int REQUEST_CHARS = 22;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  /** Longer than any answer is kept. */
  private static final long MOST_MILLIS = Duration.ofDays(36_500).toMillis();

  private final SecureRandom random = new SecureRandom();

  /** Both null without encryption. */
  private final @Nullable SecretKeySpec nameKey;

  private final @Nullable SecretKeySpec answerKey;

  /**
   * A cipher of that key.
   *
   * @param key 32 bytes; null for none
   */
  AnswerCipher(byte @Nullable [] key) {
    nameKey = key == null ? null : derived(key, "forebay answers: names", "HmacSHA256");
    answerKey = key == null ? null : derived(key, "forebay answers: content", "AES");
  }

  /** What an answer is that was read. */
  sealed interface Opened {
    /**
     * It.
     *
     * @param lifetimeMillis how long it was kept for
     */
    // Not compared.
    @SuppressWarnings("ArrayRecordComponent")
    record Answer(byte[] bytes, long lifetimeMillis) implements Opened {}

    /** The answer to another request. */
    record OtherRequest() implements Opened {}

    /** Nothing that this process wrote or can read. */
    record Unreadable() implements Opened {}
  }

  /** A text that stands for this one in the store: letters, digits, - and _. */
  String hidden(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] hash = nameKey == null ? sha256(bytes) : mac(nameKey, bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 16));
  }

  /**
   * The answer as the store keeps it.
   *
   * @param name that under which it is kept
   * @param request the request, hidden
   */
  byte[] seal(String name, String request, byte[] answer, long lifetimeMillis) {
    byte[] content =
        ByteBuffer.allocate(REQUEST_CHARS + answer.length)
            .put(request.getBytes(StandardCharsets.US_ASCII))
            .put(answer)
            .array();
    ByteBuffer head =
        ByteBuffer.allocate(HEAD_BYTES).put(VERSION).put(form()).putLong(lifetimeMillis).flip();
    if (answerKey == null) {
      return joined(head, ByteBuffer.wrap(content));
    }
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealed = crypt(Cipher.ENCRYPT_MODE, answerKey, nonce, name, head, content);
    return joined(head, ByteBuffer.wrap(nonce), ByteBuffer.wrap(sealed));
  }

  /** Reads an answer, whatever the store gives. */
  Opened open(String name, String request, byte[] value) {
    try {
      ByteBuffer in = ByteBuffer.wrap(value);
      ByteBuffer head = in.slice(0, HEAD_BYTES);
      boolean isOfVersion = in.get() == VERSION;
      boolean isOfForm = in.get() == form();
      long lifetimeMillis = in.getLong();
      boolean isSane = lifetimeMillis > 0 && lifetimeMillis <= MOST_MILLIS;
      if (!isOfVersion || !isOfForm || !isSane) {
        return new Opened.Unreadable();
      }
      ByteBuffer content = in;
      if (answerKey != null) {
        byte[] nonce = new byte[NONCE_BYTES];
        in.get(nonce);
        byte[] sealed = new byte[in.remaining()];
        in.get(sealed);
        content = ByteBuffer.wrap(crypt(Cipher.DECRYPT_MODE, answerKey, nonce, name, head, sealed));
      }
      byte[] of = new byte[REQUEST_CHARS];
      content.get(of);
      if (!request.equals(new String(of, StandardCharsets.US_ASCII))) {
        return new Opened.OtherRequest();
      }
      byte[] answer = new byte[content.remaining()];
      content.get(answer);
      return new Opened.Answer(answer, lifetimeMillis);
    } catch (BufferUnderflowException | IndexOutOfBoundsException | ForgedException e) {
      return new Opened.Unreadable();
    }
  }

  /** Whether answers are encrypted. */
  private byte form() {
    return (byte) (answerKey == null ? 0 : 1);
  }

  /** The value was not sealed with this key, or was sealed under another name. */
  private static final class ForgedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ForgedException(Throwable cause) {
      super(cause);
    }
  }

  private static byte[] crypt(
      int mode, SecretKeySpec key, byte[] nonce, String name, ByteBuffer head, byte[] content) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(head.duplicate());
      cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(content);
    } catch (GeneralSecurityException e) {
      if (mode == Cipher.DECRYPT_MODE) {
        throw new ForgedException(e);
      }
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  private static SecretKeySpec derived(byte[] key, String purpose, String algorithm) {
    byte[] bytes =
        mac(new SecretKeySpec(key, "HmacSHA256"), purpose.getBytes(StandardCharsets.UTF_8));
    return new SecretKeySpec(bytes, algorithm);
  }

  private static byte[] mac(SecretKeySpec key, byte[] bytes) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA256", e);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] joined(ByteBuffer... parts) {
    ByteBuffer all =
        ByteBuffer.allocate(Arrays.stream(parts).mapToInt(ByteBuffer::remaining).sum());
    for (ByteBuffer part : parts) {
      all.put(part.duplicate());
    }
    return all.array();
  }
}
