/** What an operator sees while it happens: traffic, targets, alarms and the last unusual calls. */
@NullMarked
package dev.forebay.gateway.live;

import org.jspecify.annotations.NullMarked;
