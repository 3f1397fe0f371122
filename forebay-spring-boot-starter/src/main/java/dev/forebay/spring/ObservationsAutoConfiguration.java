package dev.forebay.spring;

import dev.forebay.client.Forebay;
import dev.forebay.client.micrometer.ForebayObservations;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** An observation of each call and attempt, if the application has a registry of Micrometer. */
@AutoConfiguration(
    after = ForebayAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.actuate.autoconfigure.observation.ObservationAutoConfiguration",
      "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"
    })
@ConditionalOnClass(name = "io.micrometer.observation.ObservationRegistry")
@ConditionalOnBean(Forebay.class)
@ConditionalOnSingleCandidate(ObservationRegistry.class)
public final class ObservationsAutoConfiguration {
  /** Follows calls, so that Forebay is built with it. */
  @Bean
  @ConditionalOnMissingBean
  ForebayObservations forebayObservations(ObservationRegistry registry) {
    return new ForebayObservations(registry);
  }
}
