/** Runs journeys in virtual time against scripted targets: no thread, no socket, no sleep. */
@NullMarked
package dev.forebay.testkit;

import org.jspecify.annotations.NullMarked;
