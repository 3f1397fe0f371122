/** The other operations of Bedrock Runtime, passed through. */
@NullMarked
package dev.forebay.gateway.passthrough;

import org.jspecify.annotations.NullMarked;
