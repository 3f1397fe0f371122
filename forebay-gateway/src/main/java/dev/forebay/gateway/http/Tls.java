package dev.forebay.gateway.http;

import dev.forebay.config.GatewayConfig;
import dev.forebay.config.Pem;
import dev.forebay.config.TlsConfig;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.util.List;

/** TLS on the gateway's own port: which of HTTP/2 and HTTP/1.1 is spoken, ALPN decides. */
public final class Tls {
  private static final List<HttpVersion> VERSIONS =
      List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1);

  private Tls() {}

  /** The options of a server that is yet to listen. */
  public static HttpServerOptions configure(HttpServerOptions options, TlsConfig tls) {
    return options
        .setSsl(true)
        .setUseAlpn(true)
        .setAlpnVersions(VERSIONS)
        .setKeyCertOptions(identity(tls));
  }

  /** Shows the configuration's certificate to new connections; old ones go on. */
  public static Future<Void> update(List<HttpServer> servers, GatewayConfig config) {
    return config
        .server()
        .tls()
        .map(
            tls ->
                Future.join(
                        servers.stream()
                            .map(server -> server.updateSSLOptions(options(tls)))
                            .toList())
                    .<Void>mapEmpty())
        .orElseGet(Future::succeededFuture);
  }

  private static ServerSSLOptions options(TlsConfig tls) {
    return new ServerSSLOptions()
        .setUseAlpn(true)
        .setApplicationLayerProtocols(VERSIONS.stream().map(HttpVersion::alpnName).toList())
        .setKeyCertOptions(identity(tls));
  }

  private static PemKeyCertOptions identity(TlsConfig tls) {
    return new PemKeyCertOptions()
        .addCertValue(bytes(tls.certificate()))
        .addKeyValue(bytes(tls.key()));
  }

  private static Buffer bytes(Pem pem) {
    return Buffer.buffer(pem.text().reveal());
  }
}
