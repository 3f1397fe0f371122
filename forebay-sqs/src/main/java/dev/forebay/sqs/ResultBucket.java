package dev.forebay.sqs;

import dev.forebay.jobs.JobResult;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Answers in S3, one object for each message: the first one that is written stays. Thread-safe;
 * blocks no thread.
 */
final class ResultBucket {
  private static final int NOT_FOUND = 404;
  private static final int EXISTS_ALREADY = 412;

  private final S3AsyncClient s3;
  private final QueueSettings.Bucket bucket;
  private final Retrying retrying;

  ResultBucket(S3AsyncClient s3, QueueSettings.Bucket bucket, Retrying retrying) {
    this.s3 = s3;
    this.bucket = bucket;
    this.retrying = retrying;
  }

  QueueSettings.Bucket settings() {
    return bucket;
  }

  /** Where the answer to a message is, or would be. */
  String location(String messageId) {
    return "s3://" + bucket.name() + "/" + bucket.key(messageId);
  }

  /** Whether the message was answered before. */
  CompletableFuture<Boolean> has(String messageId) {
    return retrying.call(
        Retrying.SHORT,
        () ->
            s3.headObject(request -> request.bucket(bucket.name()).key(bucket.key(messageId)))
                .thenApply(found -> true)
                .exceptionallyCompose(
                    failure ->
                        hasStatus(failure, NOT_FOUND)
                            ? CompletableFuture.completedFuture(false)
                            : CompletableFuture.failedFuture(failure)));
  }

  /** Stores an answer, unless there is one. */
  CompletableFuture<Void> put(String messageId, JobResult result) {
    Map<String, String> metadata = ReplyAttributes.texts(messageId, result);
    PutObjectRequest request =
        PutObjectRequest.builder()
            .bucket(bucket.name())
            .key(bucket.key(messageId))
            .contentType(metadata.remove(ReplyAttributes.CONTENT_TYPE))
            .metadata(metadata)
            .ifNoneMatch("*")
            .build();
    return retrying.call(
        Retrying.LONG,
        () ->
            s3.putObject(request, AsyncRequestBody.fromBytes(result.body().bytes()))
                .<Void>thenApply(done -> null)
                .exceptionallyCompose(
                    failure ->
                        hasStatus(failure, EXISTS_ALREADY)
                            ? CompletableFuture.completedFuture(null)
                            : CompletableFuture.failedFuture(failure)));
  }

  private static boolean hasStatus(Throwable failure, int status) {
    Throwable cause = failure instanceof S3Exception ? failure : failure.getCause();
    return cause instanceof S3Exception answered && answered.statusCode() == status;
  }
}
