/**
 * The HTTP server's side of a call: intake of bodies, limits of connections and heads, TLS, sinks
 * of answers. Header rules and refusals are in {@code engine.http}.
 */
@NullMarked
package dev.forebay.gateway.http;

import org.jspecify.annotations.NullMarked;
