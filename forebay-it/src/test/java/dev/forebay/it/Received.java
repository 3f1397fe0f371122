package dev.forebay.it;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithResponseStreamResponseHandler;

/** What the SDK hands an application of a stream. */
final class Received {
  private final List<String> chunks = Collections.synchronizedList(new ArrayList<>());
  private final List<String> deltas = Collections.synchronizedList(new ArrayList<>());
  private volatile String stopReason = "";
  private volatile @Nullable SdkHttpResponse head;

  ConverseStreamResponseHandler converse() {
    return ConverseStreamResponseHandler.builder()
        .onResponse(response -> head = response.sdkHttpResponse())
        .subscriber(
            ConverseStreamResponseHandler.Visitor.builder()
                .onContentBlockDelta(delta -> deltas.add(delta.delta().text()))
                .onMessageStop(stop -> stopReason = stop.stopReasonAsString())
                .build())
        .build();
  }

  InvokeModelWithResponseStreamResponseHandler invoke() {
    return InvokeModelWithResponseStreamResponseHandler.builder()
        .onResponse(response -> head = response.sdkHttpResponse())
        .subscriber(
            InvokeModelWithResponseStreamResponseHandler.Visitor.builder()
                .onChunk(chunk -> chunks.add(chunk.bytes().asUtf8String()))
                .build())
        .build();
  }

  List<String> chunks() {
    return List.copyOf(chunks);
  }

  String text() {
    return String.join("", List.copyOf(deltas));
  }

  String stopReason() {
    return stopReason;
  }

  String header(String name) {
    SdkHttpResponse seen = head;
    return seen == null ? "" : seen.firstMatchingHeader(name).orElse("");
  }
}
