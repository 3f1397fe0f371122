/**
 * The arithmetic of AWS Signature Version 4, for requests that come in and requests that go out.
 */
@NullMarked
package dev.forebay.engine.sigv4;

import org.jspecify.annotations.NullMarked;
