package dev.forebay.config;

/**
 * What gateways share.
 *
 * @param url {@code redis://...} or {@code rediss://...}; secret, as it may hold a password
 */
public record ClusterConfig(Secret url) {}
