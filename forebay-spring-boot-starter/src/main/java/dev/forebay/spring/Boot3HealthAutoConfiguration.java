package dev.forebay.spring;

import dev.forebay.client.Forebay;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * The health of the routes for Actuator of Spring Boot 3: {@code UP} while each route has a target
 * that takes calls. {@code management.health.forebay.enabled=false} switches it off.
 */
@AutoConfiguration(after = ForebayAutoConfiguration.class)
@ConditionalOnClass(
    name = {
      "org.springframework.boot.actuate.health.HealthIndicator",
      "org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator"
    })
@ConditionalOnBean(Forebay.class)
public final class Boot3HealthAutoConfiguration {
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
