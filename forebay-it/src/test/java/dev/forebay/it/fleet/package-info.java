/**
 * Several gateways as processes of their own on one quota and one store, measured and disturbed.
 */
@NullMarked
package dev.forebay.it.fleet;

import org.jspecify.annotations.NullMarked;
