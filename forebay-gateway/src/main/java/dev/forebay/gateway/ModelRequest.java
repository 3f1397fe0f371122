package dev.forebay.gateway;

import dev.forebay.bedrock.ModelPath;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/** What a caller asks of a model, whole and as it was sent. */
record ModelRequest(ModelPath path, MultiMap headers, Buffer body) {}
