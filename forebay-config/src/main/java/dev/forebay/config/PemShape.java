package dev.forebay.config;

/** The forms of {@link Pem}, which are read as the configuration is. */
final class PemShape {
  static final ScalarShape<Pem> CERTIFICATES =
      shape("the name of a PEM file of certificates", text -> Pem.certificates(text.text()));
  static final ScalarShape<Pem> PRIVATE_KEY =
      shape("the name of a PEM file with a private key", text -> Pem.privateKey(text.text()));

  private PemShape() {}

  private static ScalarShape<Pem> shape(String kind, ScalarShape.Parser<Pem> parser) {
    return new ScalarShape<>(
        kind, parser, Pem::file, Json.object("type", "string", "minLength", 1));
  }
}
