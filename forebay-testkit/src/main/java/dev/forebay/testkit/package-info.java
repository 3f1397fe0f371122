/**
 * Runs journeys in virtual time against scripted targets, without threads, sockets and sleep; and
 * holds what tests with sockets share: an HTTP client and ports.
 */
@NullMarked
package dev.forebay.testkit;

import org.jspecify.annotations.NullMarked;
