package dev.forebay.spring;

import dev.forebay.config.ConfigException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says at a failed start what is wrong with the configuration, in place of a stack trace. */
final class ConfigFailureAnalyzer extends AbstractFailureAnalyzer<ConfigException> {
  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, ConfigException cause) {
    return new FailureAnalysis(
        "The configuration of Forebay was refused:\n\n" + cause.getMessage(),
        "Correct these keys. In properties a name with dots or colons, such as a model id, stands in"
            + " brackets: forebay.routes.\"[anthropic.claude-sonnet-4-6]\" in YAML,"
            + " forebay.routes[anthropic.claude-sonnet-4-6] in .properties files.",
        cause);
  }
}
