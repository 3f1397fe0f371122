package dev.forebay.config;

/**
 * The durable queue.
 *
 * @param store a URL: {@code sqlite:FILE} or {@code postgres://...}; secret, as it may hold a
 *     password
 */
public record JobsConfig(Secret store) {}
