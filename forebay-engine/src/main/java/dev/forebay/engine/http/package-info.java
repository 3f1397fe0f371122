/** What HTTP messages are made of: header rules, content codings, bodies, refusals. */
@NullMarked
package dev.forebay.engine.http;

import org.jspecify.annotations.NullMarked;
