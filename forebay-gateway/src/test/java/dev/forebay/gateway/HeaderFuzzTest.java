package dev.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.engine.Headers;
import dev.forebay.engine.http.HeaderRules;
import dev.forebay.engine.reuse.CacheDirectives;
import dev.forebay.gateway.auth.SigV4Authorization;
import dev.forebay.gateway.http.Preference;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Hostile headers are read or passed over, and nothing else. */
class HeaderFuzzTest {
  /** As many as {@code -Dforebay.fuzz} says. */
  private static final int COUNT = Integer.getInteger("forebay.fuzz", 100_000);

  private static final String[] PIECES = {
    "",
    ",",
    ";",
    "=",
    "/",
    " ",
    "\t",
    "\"",
    "wait",
    "wait=",
    "-1",
    "99999999999999999999",
    "0",
    "no-cache",
    "respond-async",
    "AWS4-HMAC-SHA256",
    "Credential=",
    "SignedHeaders=",
    "Signature=",
    "aws4_request",
    "host",
    "close",
    "keep-alive",
    "x-",
    "\u00e9",
    "x".repeat(300)
  };

  private static final String AUTHORIZATION =
      "AWS4-HMAC-SHA256 Credential=AKID/20261125/us-east-1/bedrock/aws4_request,"
          + " SignedHeaders=content-type;host;x-amz-date, Signature=0123abcd";
  private static final String CACHE = "no-cache, max-age=\"0\", no-store";
  private static final String PREFER = "respond-async, wait=10; x=\"y\", handling=lenient";
  private static final String CONNECTION = "keep-alive, x-custom , te";

  private final SplittableRandom random = new SplittableRandom(17);

  @Test
  void anyValueIsReadOrPassedOver() {
    int parsed = 0;
    for (int i = 0; i < COUNT; i++) {
      parsed += SigV4Authorization.parse(damaged(AUTHORIZATION)).isPresent() ? 1 : 0;
      Headers headers =
          new Headers()
              .addReceived("cache-control", damaged(CACHE))
              .addReceived("prefer", damaged(PREFER))
              .addReceived("connection", damaged(CONNECTION))
              .add("x-custom", "value");
      assertThat(CacheDirectives.of(headers)).isNotNull();
      assertThat(Preference.of(headers)).isNotNull();
      assertThat(HeaderRules.forTarget(headers, Set.of("x-custom")).contains("connection"))
          .isFalse();
      assertThat(HeaderRules.forCaller(headers).contains("connection")).isFalse();
    }
    assertThat(parsed).isBetween(COUNT / 20, COUNT - COUNT / 20);
  }

  private String damaged(String value) {
    StringBuilder out = new StringBuilder(value);
    for (int n = random.nextInt(3); n >= 0; n--) {
      int from = random.nextInt(out.length() + 1);
      int to = Math.min(out.length(), from + random.nextInt(6));
      out.replace(from, to, PIECES[random.nextInt(PIECES.length)]);
    }
    return out.toString();
  }
}
