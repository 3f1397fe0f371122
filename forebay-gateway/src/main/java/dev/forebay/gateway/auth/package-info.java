/** Who calls, what that caller may do, and from which origins. */
@NullMarked
package dev.forebay.gateway.auth;

import org.jspecify.annotations.NullMarked;
