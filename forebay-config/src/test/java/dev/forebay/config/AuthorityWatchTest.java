package dev.forebay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A changed file of certificate authorities counts as a changed configuration. */
class AuthorityWatchTest {
  private static final String ONE =
      """
      -----BEGIN CERTIFICATE-----
      MIIBfDCCAQOgAwIBAgIJAJUX5AlDpYrJMAoGCCqGSM49BAMDMBMxETAPBgNVBAMT
      CFRlc3Qgb25lMCAXDTI2MTEyODIzMzE1MVoYDzIxMjYxMTA0MjMzMTUxWjATMREw
      DwYDVQQDEwhUZXN0IG9uZTB2MBAGByqGSM49AgEGBSuBBAAiA2IABOel4TmggBKv
      w0vu85Vlia9deWuWbZ/URM4y6p9vew2Rozh9MUimzUOcOgT5vITzWWwovfqUzWPa
      Q1e+GL6psA8Bcg4E7Pu4JYXVIECyUI/snVw5PAM6jQr2plzjNHczo6MhMB8wHQYD
      VR0OBBYEFDKhOQGaveheToFnbW503rdFr4e9MAoGCCqGSM49BAMDA2cAMGQCMFUp
      JB4GdgR1/E7/xnJyG8XaZ9NzndvwezkIUgl/1Hwpw7AcTcyYeaN1V/7lpzfSKQIw
      XJ9mSbgJiGrqZGgvpLpkn+g7Oi1cwrxiZh0c/SsRbXVFnQQ57cGnK3PWiM1RxwKS
      -----END CERTIFICATE-----
      """;
  private static final String TWO =
      """
      -----BEGIN CERTIFICATE-----
      MIIBfTCCAQOgAwIBAgIJAOlpgTudvcOtMAoGCCqGSM49BAMDMBMxETAPBgNVBAMT
      CFRlc3QgdHdvMCAXDTI2MTEyODIzMzE1OVoYDzIxMjYxMTA0MjMzMTU5WjATMREw
      DwYDVQQDEwhUZXN0IHR3bzB2MBAGByqGSM49AgEGBSuBBAAiA2IABG/Uj9+osrYt
      AHlsjZAlEfSYr6u/UKASAJaeoZSLJvdIW+QNU8sREw36UgVG9gUIS2CiILyK1VQk
      XKhoM2gGGti4EFhgFcOXfyurRXqYitNg1QRl9NIcIuFCoBHQ6vcACKMhMB8wHQYD
      VR0OBBYEFHisvm5kGMfEZSxqfnvbJb5vAeJ5MAoGCCqGSM49BAMDA2gAMGUCMQDX
      Rw1oEzInuVL7+x7fcnsN03lw8YG3VhqB24nO6Alyp4ZmGkS4bKTlkag5Z/9xWIkC
      MBt36oSqprGaCaibc0S01wqcIWjGDZSuaA6EDrJuL+rt77+spPCZQEilm3NaZVen
      0g==
      -----END CERTIFICATE-----
      """;

  @TempDir Path folder;

  @Test
  void aChangedAuthorityIsReadAnew() throws Exception {
    Path authorities = Files.writeString(folder.resolve("ca.pem"), ONE);
    Path file =
        Files.writeString(
            folder.resolve("forebay.yaml"),
            Examples.target("region: us-east-1, model: m, ca: \"" + authorities + "\""));
    ConfigWatch.Opened opened = ConfigWatch.open(file, Map.of());
    assertThat(opened.watch().poll()).isEmpty();
    assertThat(subject(opened.config())).isEqualTo("CN=Test one");

    Files.writeString(authorities, TWO);
    assertThat(opened.watch().poll()).as("it may be half written").isEmpty();
    Optional<ConfigWatch.News> news = opened.watch().poll();

    assertThat(news)
        .containsInstanceOf(ConfigWatch.News.Changed.class)
        .hasValueSatisfying(
            changed ->
                assertThat(subject(((ConfigWatch.News.Changed) changed).config()))
                    .isEqualTo("CN=Test two"));
    assertThat(opened.watch().poll()).isEmpty();
  }

  private static String subject(GatewayConfig config) {
    return Examples.target(config, "a")
        .wire()
        .authorities()
        .getFirst()
        .x509()
        .getFirst()
        .getSubjectX500Principal()
        .getName();
  }
}
