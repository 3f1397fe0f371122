package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.cluster.AnswerCipher.Opened;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerCipherTest {
  private static final byte[] ANSWER = "the model said this".getBytes(StandardCharsets.UTF_8);
  private static final AnswerCipher PLAIN = new AnswerCipher(null);
  private static final AnswerCipher KEYED = new AnswerCipher(key(1));

  private static byte[] key(int filling) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) filling);
    return key;
  }

  private static byte[] sealed(AnswerCipher by) {
    return by.seal(by.hidden("name"), by.hidden("request"), ANSWER, 5_000);
  }

  private static Opened opened(AnswerCipher by, byte[] value) {
    return by.open(by.hidden("name"), by.hidden("request"), value);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWasSealedIsRead(boolean keyed) {
    AnswerCipher cipher = keyed ? KEYED : PLAIN;
    assertThat(opened(cipher, sealed(cipher)))
        .isInstanceOfSatisfying(
            Opened.Answer.class,
            answer -> {
              assertThat(answer.bytes()).isEqualTo(ANSWER);
              assertThat(answer.lifetimeMillis()).isEqualTo(5_000);
            });
    assertThat(cipher.open(cipher.hidden("name"), cipher.hidden("another"), sealed(cipher)))
        .isEqualTo(new Opened.OtherRequest());
    assertThat(cipher.hidden("name"))
        .matches("[A-Za-z0-9_-]{22}")
        .isNotEqualTo(cipher.hidden("nam"));
  }

  @Test
  void theStoreShowsNothingOfIt() {
    String seen = new String(sealed(KEYED), StandardCharsets.ISO_8859_1);
    assertThat(seen).doesNotContain("model").doesNotContain(KEYED.hidden("request"));
    assertThat(KEYED.hidden("name")).isNotEqualTo(PLAIN.hidden("name"));
    assertThat(sealed(KEYED)).isNotEqualTo(sealed(KEYED));
  }

  @Test
  void anotherKeysAnswerIsNeitherFoundNorRead() {
    AnswerCipher other = new AnswerCipher(key(2));
    assertThat(other.hidden("name")).isNotEqualTo(KEYED.hidden("name"));
    String name = KEYED.hidden("name");
    String request = KEYED.hidden("request");
    assertThat(other.open(name, request, sealed(KEYED))).isEqualTo(new Opened.Unreadable());
    assertThat(PLAIN.open(name, request, sealed(KEYED))).isEqualTo(new Opened.Unreadable());
    assertThat(KEYED.open(name, request, sealed(PLAIN))).isEqualTo(new Opened.Unreadable());
  }

  @Test
  void anAnswerUnderAnotherNameIsNotRead() {
    assertThat(KEYED.open(KEYED.hidden("b"), KEYED.hidden("request"), sealed(KEYED)))
        .isEqualTo(new Opened.Unreadable());
  }

  @Test
  void whateverIsChangedOrCutOffIsNotRead() {
    byte[] value = sealed(KEYED);
    for (int at = 0; at < value.length; at++) {
      byte[] changed = value.clone();
      changed[at] ^= 1;
      assertThat(opened(KEYED, changed)).as("byte " + at).isEqualTo(new Opened.Unreadable());
      assertThat(opened(KEYED, Arrays.copyOf(value, at))).isEqualTo(new Opened.Unreadable());
    }
  }

  @Test
  void nonsenseIsNotReadWithoutAKeyEither() {
    byte[] value = sealed(PLAIN);
    for (int length = 0; length < 32; length++) {
      assertThat(opened(PLAIN, Arrays.copyOf(value, length))).isEqualTo(new Opened.Unreadable());
    }
    for (int at = 0; at < 3; at++) {
      byte[] changed = value.clone();
      changed[at] = (byte) 0xff;
      assertThat(opened(PLAIN, changed)).as("byte " + at).isEqualTo(new Opened.Unreadable());
    }
  }
}
