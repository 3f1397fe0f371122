/** Credentials of targets, and the signers that use them. */
@NullMarked
package dev.forebay.engine.credentials;

import org.jspecify.annotations.NullMarked;
