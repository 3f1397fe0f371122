package dev.forebay.spring;

import dev.forebay.client.Forebay;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * The health of the routes for Actuator of Spring Boot 4: {@code UP} while each route has a target
 * that takes calls. {@code management.health.forebay.enabled=false} switches it off.
 */
@AutoConfiguration(after = ForebayAutoConfiguration.class)
@ConditionalOnClass(
    name = {
      "org.springframework.boot.health.contributor.HealthIndicator",
      "org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator"
    })
@ConditionalOnBean(Forebay.class)
public final class Boot4HealthAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean(name = "forebayHealthIndicator")
  @ConditionalOnEnabledHealthIndicator("forebay")
  HealthIndicator forebayHealthIndicator(Forebay forebay) {
    return () -> {
      RouteReport report = RouteReport.of(forebay);
      return (report.up() ? Health.up() : Health.down())
          .withDetail(RouteReport.ROUTES, report.routes())
          .build();
    };
  }
}
