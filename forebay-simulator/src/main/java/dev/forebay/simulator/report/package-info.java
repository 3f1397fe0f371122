/** What a run achieved, as plain records, and how it is shown: table, JSON, one HTML file. */
@NullMarked
package dev.forebay.simulator.report;

import org.jspecify.annotations.NullMarked;
