/** The operations of Bedrock Runtime that are no calls of a model, passed through. */
@NullMarked
package dev.forebay.engine.passthrough;

import org.jspecify.annotations.NullMarked;
