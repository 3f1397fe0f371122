/** What tests and runs with processes of their own share: a database, signals, and real time. */
@NullMarked
package dev.forebay.it.process;

import org.jspecify.annotations.NullMarked;
