/** What an operator's browser and tools ask for: status, events, metrics, the dashboard's files. */
@NullMarked
package dev.forebay.gateway.admin;

import org.jspecify.annotations.NullMarked;
