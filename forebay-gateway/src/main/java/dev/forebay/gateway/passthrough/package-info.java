/** Finds the target of an operation of Bedrock Runtime that is no call of a model. */
@NullMarked
package dev.forebay.gateway.passthrough;

import org.jspecify.annotations.NullMarked;
