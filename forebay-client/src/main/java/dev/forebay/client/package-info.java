/**
 * Forebay inside a Java program: an HTTP client under the AWS SDK's clients of Bedrock Runtime,
 * which gives each call to the engine, and the same policies for any other work.
 */
@NullMarked
package dev.forebay.client;

import org.jspecify.annotations.NullMarked;
