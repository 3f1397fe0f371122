package dev.forebay.it.issues;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate authority of the tests alone, and servers with certificates of it. */
final class TestAuthority {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final Path store;
  private final Path pem;
  private int servers;

  private TestAuthority(Path store, Path pem) {
    this.store = store;
    this.pem = pem;
  }

  static TestAuthority in(Path folder) throws IOException, InterruptedException {
    Path store = folder.resolve("authority.p12");
    TestAuthority authority = new TestAuthority(store, folder.resolve("authority.pem"));
    authority.keytool(
        "-genkeypair",
        "-alias",
        "authority",
        "-keyalg",
        "EC",
        "-dname",
        "CN=Test Authority",
        "-ext",
        "bc:c",
        "-validity",
        "2");
    Files.writeString(authority.pem, authority.certificate());
    return authority;
  }

  /** The authority's certificate in PEM. */
  Path pem() {
    return pem;
  }

  /**
   * A server socket with a certificate for that name.
   *
   * @param more arguments of keytool, such as a date to start at
   */
  ServerSocket serverFor(String name, String... more)
      throws IOException, InterruptedException, GeneralSecurityException {
    String alias = "server-" + servers++;
    List<String> words =
        new ArrayList<>(
            List.of(
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-signer",
                "authority",
                "-dname",
                "CN=server",
                "-ext",
                "san=" + name));
    words.addAll(more.length == 0 ? List.of("-validity", "2") : List.of(more));
    keytool(words.toArray(String[]::new));
    KeyStore all = load();
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry(alias, all.getKey(alias, PASSWORD), PASSWORD, all.getCertificateChain(alias));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context
        .getServerSocketFactory()
        .createServerSocket(0, 100, InetAddress.getLoopbackAddress());
  }

  private String certificate() throws IOException {
    try {
      byte[] der = load().getCertificate("authority").getEncoded();
      return "# An authority for tests\n-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
          .formatted(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private KeyStore load() throws IOException, GeneralSecurityException {
    KeyStore all = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      all.load(in, PASSWORD);
    }
    return all;
  }

  private void keytool(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(words));
    command.addAll(
        List.of(
            "-storetype",
            "PKCS12",
            "-keystore",
            store.toString(),
            "-storepass",
            new String(PASSWORD)));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("keytool failed: " + said);
    }
  }
}
