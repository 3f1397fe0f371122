package dev.forebay.gateway.http;

import dev.forebay.config.Pem;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The certificate authorities that are trusted for a target: the platform's and further ones. */
public final class Trust {
  private Trust() {}

  public static TrustOptions including(List<Pem> authorities) {
    try {
      KeyStore all = KeyStore.getInstance("PKCS12");
      all.load(null, null);
      int number = 0;
      for (TrustManager manager : managers(null).getTrustManagers()) {
        if (manager instanceof X509TrustManager x509) {
          for (X509Certificate issuer : x509.getAcceptedIssuers()) {
            all.setCertificateEntry("platform-" + number++, issuer);
          }
        }
      }
      for (Pem file : authorities) {
        for (X509Certificate issuer : file.x509()) {
          all.setCertificateEntry("own-" + number++, issuer);
        }
      }
      return TrustOptions.wrap(managers(all));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every JDK can keep certificates", e);
    }
  }

  private static TrustManagerFactory managers(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }
}
