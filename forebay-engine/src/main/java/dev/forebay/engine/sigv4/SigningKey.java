package dev.forebay.engine.sigv4;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The secret of an access key, as AWS Signature Version 4 uses it: by a key derived from it for a
 * day, a region and a service, which is remembered. Thread-safe.
 */
public final class SigningKey {
  /** Regions come from callers: more than these are not remembered at a time. */
  private static final int MAX_DERIVED = 64;

  private final byte[] secret;
  private final ConcurrentMap<CredentialScope, Digests.Hmac> derived = new ConcurrentHashMap<>();

  public SigningKey(String secret) {
    this.secret = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
  }

  public byte[] sign(CredentialScope scope, String toSign) {
    Digests.Hmac key = derived.get(scope);
    if (key == null) {
      key = new Digests.Hmac(derive(scope));
      if (derived.size() >= MAX_DERIVED) {
        derived.clear();
      }
      derived.put(scope, key);
    }
    return key.sign(toSign);
  }

  private byte[] derive(CredentialScope scope) {
    byte[] ofDay = Digests.hmac(secret, scope.date());
    byte[] ofRegion = Digests.hmac(ofDay, scope.region());
    byte[] ofService = Digests.hmac(ofRegion, scope.service());
    return Digests.hmac(ofService, CredentialScope.TERMINATOR);
  }
}
