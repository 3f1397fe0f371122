package dev.forebay.jobs;

import java.util.List;

/**
 * What the caller sent.
 *
 * @param headers those that the model's call needs; none that authenticate the caller
 * @param body byte for byte
 */
public record JobRequest(List<Header> headers, Content body) {
  public JobRequest {
    headers = List.copyOf(headers);
  }
}
