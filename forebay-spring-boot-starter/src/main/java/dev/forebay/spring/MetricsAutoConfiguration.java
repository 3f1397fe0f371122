package dev.forebay.spring;

import dev.forebay.client.Forebay;
import dev.forebay.client.micrometer.ForebayMeters;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** The meters of calls, if the application has a registry of Micrometer. */
@AutoConfiguration(
    after = ForebayAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
    })
@ConditionalOnClass(name = "io.micrometer.core.instrument.MeterRegistry")
@ConditionalOnBean(Forebay.class)
@ConditionalOnSingleCandidate(MeterRegistry.class)
public final class MetricsAutoConfiguration {
  /** Is a listener, so that Forebay is built with it. */
  @Bean
  @ConditionalOnMissingBean
  ForebayMeters forebayMeters(MeterRegistry registry) {
    return new ForebayMeters(registry);
  }

  /** The gauges ask Forebay, which is built after the meters. */
  @Bean
  SmartInitializingSingleton forebayGauges(ForebayMeters meters, Forebay forebay) {
    return () -> meters.bindTo(forebay);
  }
}
