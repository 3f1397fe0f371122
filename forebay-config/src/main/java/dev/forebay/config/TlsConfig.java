package dev.forebay.config;

/**
 * With what the gateway proves who it is, as the files were when they were read.
 *
 * @param certificate its certificate, and those between it and a root
 * @param key the private key of that certificate
 */
public record TlsConfig(Pem certificate, Pem key) {}
