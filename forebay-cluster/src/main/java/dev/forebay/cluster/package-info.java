/**
 * Several gateways on one quota: leases of its parts, facts and membership through a shared store.
 *
 * <p>A {@link dev.forebay.cluster.Member} leases parts of quotas ahead of use, by need, and its
 * calls spend them locally: no call waits for the store. When the store is down, a member uses its
 * fair part of the quota, {@code 1 / members}, as it knew them last.
 */
@NullMarked
package dev.forebay.cluster;

import org.jspecify.annotations.NullMarked;
