/**
 * The engine's transport by Vert.x: connections to targets, and requests and answers on them. The
 * attempts themselves are in {@code engine.upstream}.
 */
@NullMarked
package dev.forebay.gateway.upstream;

import org.jspecify.annotations.NullMarked;
