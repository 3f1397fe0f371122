/** A configuration with all that is made of it, and its generations. */
@NullMarked
package dev.forebay.gateway.config;

import org.jspecify.annotations.NullMarked;
