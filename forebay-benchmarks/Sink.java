import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Takes spans and metrics, and forgets them. */
final class Sink {
  private Sink() {}

  public static void main(String[] arguments) throws IOException {
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])),
            0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().set("smithy-protocol", "rpc-v2-cbor");
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }
}
