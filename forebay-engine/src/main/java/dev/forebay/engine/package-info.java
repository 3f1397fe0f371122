/**
 * What a call is made of and made with, whatever HTTP client, server and thread it uses: the loop
 * that it runs on, the transport to a target, the sink of its answer, headers and replies.
 */
@NullMarked
package dev.forebay.engine;

import org.jspecify.annotations.NullMarked;
