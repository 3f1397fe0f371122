package dev.forebay.gateway.auth;

import dev.forebay.engine.sigv4.CanonicalRequest;
import dev.forebay.engine.sigv4.CredentialScope;
import dev.forebay.engine.sigv4.Digests;
import dev.forebay.engine.sigv4.SigningKey;
import dev.forebay.gateway.auth.AuthResult.Identity;
import dev.forebay.gateway.auth.AuthResult.Known;
import dev.forebay.gateway.auth.AuthResult.Unknown;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A signature of a key that exists, in time and over the right headers; whether it fits is seen
 * when the body has come.
 *
 * @param payload what stands for the payload in the signature: its hash, or a word that says it is
 *     not signed; empty if the signer left it to the service to compute
 */
record SigV4Claim(
    Caller caller,
    SigningKey key,
    SigV4Authorization authorization,
    String timestamp,
    CanonicalRequest request,
    String payload) {
  static final String UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";
  static final int HASH_LENGTH = 64;

  /** Whether the signature fits, if the head alone shows what it is over. */
  boolean fitsHead() {
    return payload.isEmpty() || fits(payload);
  }

  Identity judge(byte[] body) {
    String hash = payload.equals(UNSIGNED_PAYLOAD) ? payload : Digests.sha256(body);
    boolean sound = payload.isEmpty() ? fits(hash) : payload.equals(hash);
    return sound ? new Known(caller) : new Unknown(AuthErrors.BAD_SIGNATURE);
  }

  private boolean fits(String payloadHash) {
    String toSign =
        String.join(
            "\n",
            CredentialScope.ALGORITHM,
            timestamp,
            authorization.scope().toString(),
            Digests.sha256(request.with(payloadHash).getBytes(StandardCharsets.UTF_8)));
    String expected = HexFormat.of().formatHex(key.sign(authorization.scope(), toSign));
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.US_ASCII),
        authorization.signature().getBytes(StandardCharsets.UTF_8));
  }
}
