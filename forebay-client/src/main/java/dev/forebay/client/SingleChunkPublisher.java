package dev.forebay.client;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** A whole body as a stream of one piece, or of none. */
// Not compared.
@SuppressWarnings("ArrayRecordComponent")
record SingleChunkPublisher(byte[] body) implements Publisher<ByteBuffer> {
  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    AtomicBoolean over = new AtomicBoolean();
    subscriber.onSubscribe(
        new Subscription() {
          @Override
          public void request(long count) {
            if (count > 0 && over.compareAndSet(false, true)) {
              subscriber.onNext(ByteBuffer.wrap(body));
              subscriber.onComplete();
            }
          }

          @Override
          public void cancel() {
            over.set(true);
          }
        });
    if (body.length == 0 && over.compareAndSet(false, true)) {
      subscriber.onComplete();
    }
  }
}
