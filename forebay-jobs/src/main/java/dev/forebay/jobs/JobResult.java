package dev.forebay.jobs;

import dev.forebay.core.Checks;
import java.util.List;

/**
 * What the caller would have got from the direct call.
 *
 * @param status the HTTP status
 * @param body byte for byte
 */
public record JobResult(int status, List<Header> headers, Content body) {
  public JobResult {
    Checks.check(status >= 100 && status <= 599, "status", "must be an HTTP status", status);
    headers = List.copyOf(headers);
  }
}
