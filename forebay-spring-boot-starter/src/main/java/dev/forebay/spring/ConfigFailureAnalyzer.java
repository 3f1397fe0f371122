package dev.forebay.spring;

import dev.forebay.config.ConfigException;
import dev.forebay.config.PropertyTree;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says at a failed start what is wrong with the configuration, in place of a stack trace. */
final class ConfigFailureAnalyzer extends AbstractFailureAnalyzer<ConfigException> {
  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, ConfigException cause) {
    return new FailureAnalysis(
        "The configuration of Forebay was refused:\n\n" + cause.getMessage(),
        "Correct these keys. " + PropertyTree.BRACKETS,
        cause);
  }
}
