/** The way of a call through the engine, and all that a program needs to make calls by itself. */
@NullMarked
package dev.forebay.engine.pipeline;

import org.jspecify.annotations.NullMarked;
