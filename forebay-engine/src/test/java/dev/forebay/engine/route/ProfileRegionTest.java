package dev.forebay.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileRegionTest {
  @ParameterizedTest
  @CsvSource({
    "us.anthropic.claude-sonnet-4-6, us-east-1",
    "us.anthropic.claude-sonnet-4-6, ca-central-1",
    "eu.anthropic.claude-sonnet-4-6, eu-central-1",
    "apac.amazon.nova-lite-v1:0, ap-south-1",
    "jp.anthropic.claude-haiku-4-5-20251001-v1:0, ap-northeast-3",
    "au.anthropic.claude-haiku-4-5-20251001-v1:0, ap-southeast-2",
    "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0, us-gov-west-1",
    "global.anthropic.claude-sonnet-4-6, eu-west-1",
    "global.anthropic.claude-sonnet-4-6, sa-east-1",
    "us.amazon.nova-lite-v1:0, sa-east-1",
    "eu.amazon.nova-lite-v1:0, il-central-1",
    "anthropic.claude-sonnet-4-6, eu-west-1",
    "us.something, eu-west-1",
    "arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-pro-v1:0, us-east-1",
    "arn:aws:bedrock:eu-west-1:1:application-inference-profile/abc, eu-west-1",
    "arn:aws:sagemaker:us-east-1:1:endpoint/us.a.b, us-east-1",
  })
  void aModelCanBeCalledWhereItIs(String model, String region) {
    assertThat(ProfileRegion.problem(model, region)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "eu.anthropic.claude-sonnet-4-6, us-west-2, 'is a profile for the geography eu, not for us-west-2'",
    "us.anthropic.claude-sonnet-4-6, eu-west-1, 'is a profile for the geography us, not for eu-west-1'",
    "us.anthropic.claude-sonnet-4-6, us-gov-west-1, 'is a profile for the geography us, not for us-gov-west-1'",
    "us-gov.amazon.nova-pro-v1:0, us-east-1, 'is a profile for the geography us-gov, not for us-east-1'",
    "global.amazon.nova-2-lite-v1:0, us-gov-east-1, 'is a profile for the geography global, not for us-gov-east-1'",
    "jp.amazon.nova-2-lite-v1:0, ap-southeast-1, 'is a profile for the geography jp, not for ap-southeast-1'",
    "au.amazon.nova-2-lite-v1:0, ap-northeast-1, 'is a profile for the geography au, not for ap-northeast-1'",
    "apac.amazon.nova-lite-v1:0, eu-west-1, 'is a profile for the geography apac, not for eu-west-1'",
    "arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-pro-v1:0, us-west-2, 'is in us-east-1, the target in us-west-2'",
    "arn:aws:bedrock:eu-west-1:1:inference-profile/us.amazon.nova-pro-v1:0, eu-west-1, 'is a profile for the geography us, not for eu-west-1'",
    "arn:aws:bedrock:eu-west-1:1:application-inference-profile/abc, us-east-1, 'is in eu-west-1, the target in us-east-1'",
    "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0, us-east-2, 'is in us-east-1, the target in us-east-2'",
  })
  void aModelOfAnotherPlaceIsSeen(String model, String region, String problem) {
    assertThat(ProfileRegion.problem(model, region)).contains(problem);
  }
}
