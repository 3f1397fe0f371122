/** What each model can do, how much it takes and what it costs: a table that users can extend. */
@NullMarked
package dev.forebay.bedrock.model;

import org.jspecify.annotations.NullMarked;
