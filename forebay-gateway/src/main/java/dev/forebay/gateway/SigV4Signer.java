package dev.forebay.gateway;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Signs with AWS Signature Version 4 for the service {@code bedrock}, by the AWS SDK's signer. */
final class SigV4Signer implements RequestSigner {
  private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();
  private static final String SERVICE = "bedrock";

  private final String region;
  private final CredentialsCache credentials;

  SigV4Signer(String region, CredentialsCache credentials) {
    this.region = region;
    this.credentials = credentials;
  }

  @Override
  public void sign(String method, URI endpoint, String uri, MultiMap headers, Buffer body)
      throws NoCredentialsException {
    AwsCredentialsIdentity identity = credentials.current();
    int query = uri.indexOf('?');
    SdkHttpRequest.Builder unsigned =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.fromValue(method))
            .protocol(endpoint.getScheme())
            .host(endpoint.getHost())
            .port(endpoint.getPort() < 0 ? null : endpoint.getPort())
            .encodedPath(uri.substring(0, query < 0 ? uri.length() : query));
    if (query >= 0) {
      new QueryStringDecoder(uri).parameters().forEach(unsigned::putRawQueryParameter);
    }
    for (Map.Entry<String, String> header : headers) {
      if (mustBeSigned(header.getKey())) {
        unsigned.appendHeader(header.getKey(), header.getValue());
      }
    }
    ContentStreamProvider payload = ContentStreamProvider.fromByteArrayUnsafe(body.getBytes());
    Map<String, List<String>> signed =
        SIGNER
            .sign(
                request ->
                    request
                        .identity(identity)
                        .request(unsigned.build())
                        .payload(payload)
                        .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region))
            .request()
            .headers();
    signed.forEach(headers::set);
  }

  /** AWS asks for these; others may hold characters whose signed form differs from what is sent. */
  private static boolean mustBeSigned(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.equals("content-type") || lower.startsWith("x-amz-");
  }

  @Override
  public Future<Void> ready() {
    return credentials.ready();
  }

  @Override
  public void close() {
    credentials.close();
  }
}
