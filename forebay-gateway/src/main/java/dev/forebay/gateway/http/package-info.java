/**
 * What HTTP is made of: the intake of bodies, limits of connections and heads, header rules,
 * refusals, sinks of answers.
 */
@NullMarked
package dev.forebay.gateway.http;

import org.jspecify.annotations.NullMarked;
