/** Routes of a configuration, and model calls on them. */
@NullMarked
package dev.forebay.engine.route;

import org.jspecify.annotations.NullMarked;
