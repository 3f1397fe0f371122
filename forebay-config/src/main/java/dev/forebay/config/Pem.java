package dev.forebay.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PEM file as it was when it was read. {@code toString} shows its name alone.
 *
 * @param file its name in the configuration
 */
public record Pem(String file, Secret text) {
  private static final int MAX_BYTES = 1 << 20;

  private static final Pattern PRIVATE_KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

  private static final String CONVERT =
      "convert it: openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW";

  @Override
  public String toString() {
    return file;
  }

  /** A file of certificates, the server's own first. */
  static Pem certificates(String file) throws Refusal {
    Pem pem = read(file);
    pem.certificate();
    return pem;
  }

  /** A file with a private key that is not encrypted. */
  static Pem privateKey(String file) throws Refusal {
    Pem pem = read(file);
    String text = pem.text.reveal();
    if (text.contains("BEGIN ENCRYPTED PRIVATE KEY")) {
      throw new Refusal("the private key in " + Quoted.text(file) + " is encrypted", CONVERT);
    }
    if (pem.encoded().isEmpty()) {
      throw new Refusal(
          Quoted.text(file) + " holds no private key in PKCS #8",
          text.contains("PRIVATE KEY-----") ? CONVERT : "name the file that holds it, in PEM");
    }
    return pem;
  }

  /** Whether this private key belongs to that certificate. */
  boolean isKeyOf(Pem certificates) {
    try {
      PublicKey known = certificates.certificate().getPublicKey();
      byte[] encoded = encoded().orElse(new byte[0]);
      PrivateKey own =
          KeyFactory.getInstance(known.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(encoded));
      byte[] sample = encoded.clone();
      Signature signature = Signature.getInstance(algorithm(known));
      signature.initSign(own);
      signature.update(sample);
      byte[] signed = signature.sign();
      signature.initVerify(known);
      signature.update(sample);
      return signature.verify(signed);
    } catch (GeneralSecurityException | Refusal e) {
      return false;
    }
  }

  private static String algorithm(PublicKey key) {
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> key.getAlgorithm();
    };
  }

  private Optional<byte[]> encoded() {
    Matcher found = PRIVATE_KEY.matcher(text.reveal());
    try {
      return found.find()
          ? Optional.of(Base64.getMimeDecoder().decode(found.group(1)))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** All certificates in the file. */
  public List<X509Certificate> x509() {
    try {
      return all(bytes()).stream()
          .filter(X509Certificate.class::isInstance)
          .map(X509Certificate.class::cast)
          .toList();
    } catch (CertificateException e) {
      throw new IllegalStateException("it could be read before", e);
    }
  }

  private byte[] bytes() {
    return text.reveal().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Collection<? extends Certificate> all(byte[] bytes) throws CertificateException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(bytes));
  }

  private Certificate certificate() throws Refusal {
    try {
      for (Certificate first : all(bytes())) {
        return first;
      }
    } catch (CertificateException e) {
      throw new Refusal(
          Quoted.text(file) + " holds no certificate that can be read",
          "name a file of certificates in PEM");
    }
    throw new Refusal(
        Quoted.text(file) + " holds no certificate", "name a file of certificates in PEM");
  }

  private static Pem read(String file) throws Refusal {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new Refusal(Quoted.text(file) + " is larger than 1 MB", "name a PEM file");
      }
      return new Pem(file, new Secret(new String(bytes, StandardCharsets.ISO_8859_1)));
    } catch (IOException | InvalidPathException e) {
      throw new Refusal(
          "the file " + Quoted.text(file) + " cannot be read", "check its name and permissions");
    }
  }

  /** What the file holds now; nothing if it cannot be read. */
  String now() {
    try {
      return read(file).text.reveal();
    } catch (Refusal e) {
      return "";
    }
  }
}
