package dev.forebay.config;

/** A value that the file gives, with its place. */
record Found<T>(T value, String path, Place place) {}
