"""boto3: HTTP/1.1, with the endpoint and the keys of its environment."""
import json
import os
import unittest

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, EventStreamError

MESSAGES = [{"role": "user", "content": [{"text": "What is a forebay?"}]}]
BODY = json.dumps(
    {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 100,
        "messages": [{"role": "user", "content": "What is a forebay?"}],
    }
)
bedrock = boto3.client("bedrock-runtime")
impatient = boto3.client("bedrock-runtime", config=Config(retries={"total_max_attempts": 1}))


def asked(scenario):
    return f"anthropic.claude-{os.environ['FOREBAY_ACCESS']}-boto3-{scenario}"


def converse(scenario, client=bedrock):
    return client.converse(modelId=asked(scenario), messages=MESSAGES)


def converse_stream(scenario, client=bedrock):
    return client.converse_stream(modelId=asked(scenario), messages=MESSAGES)["stream"]


def answered_by(response):
    return response["ResponseMetadata"]["HTTPHeaders"]["x-forebay-answer"]


class Boto3Test(unittest.TestCase):
    def test_converses(self):
        answer = converse("well")
        self.assertTrue(answer["output"]["message"]["content"][0]["text"])
        self.assertEqual(answered_by(answer), "primary")

    def test_converses_as_a_stream(self):
        events = list(converse_stream("well"))
        self.assertTrue(any("messageStop" in event for event in events))
        self.assertTrue(any("metadata" in event for event in events))

    def test_invokes(self):
        answer = bedrock.invoke_model(modelId=asked("well"), body=BODY)
        self.assertEqual(json.loads(answer["body"].read())["type"], "message")

    def test_invokes_as_a_stream(self):
        answer = bedrock.invoke_model_with_response_stream(modelId=asked("well"), body=BODY)
        events = [json.loads(event["chunk"]["bytes"]) for event in answer["body"]]
        self.assertEqual(events[-1]["type"], "message_stop")

    def test_is_answered_by_the_fallback_when_the_first_target_is_down(self):
        self.assertEqual(answered_by(converse("down")), "fallback")
        self.assertTrue(any("messageStop" in event for event in converse_stream("down")))

    def test_never_sees_a_stream_that_failed_before_its_content(self):
        events = list(converse_stream("false-start"))
        self.assertEqual(sum("messageStart" in event for event in events), 1)
        self.assertTrue(any("messageStop" in event for event in events))

    def test_gets_pings_while_a_stream_is_silent(self):
        answer = bedrock.invoke_model_with_response_stream(modelId=asked("silent"), body=BODY)
        types = [json.loads(event["chunk"]["bytes"])["type"] for event in answer["body"]]
        pings = types.count("ping")
        self.assertGreaterEqual(pings, 3)
        self.assertEqual([kind for kind in types if kind != "ping"][0], "message_start")
        self.assertEqual(types[-1], "message_stop")
        self.assertTrue(any("messageStop" in event for event in converse_stream("silent")))

    def test_raises_when_a_stream_fails_after_its_content(self):
        for scenario in ("broken", "truncated"):
            events = []
            with self.subTest(scenario), self.assertRaises(EventStreamError) as raised:
                for event in converse_stream(scenario):
                    events.append(event)
            self.assertEqual(raised.exception.response["Error"]["Code"], "modelStreamErrorException")
            self.assertTrue(any("contentBlockDelta" in event for event in events))

    def test_raises_typed_exceptions(self):
        for scenario, error in (
            ("throttled", bedrock.exceptions.ThrottlingException),
            ("refused", bedrock.exceptions.ValidationException),
        ):
            for call in (converse, converse_stream):
                with self.subTest(scenario), self.assertRaises(error):
                    call(scenario, impatient)

    def test_raises_for_a_model_that_has_no_route(self):
        with self.assertRaises(bedrock.exceptions.ResourceNotFoundException):
            bedrock.converse(modelId="anthropic.claude-nowhere", messages=MESSAGES)

    @unittest.skipIf(os.environ["FOREBAY_ACCESS"] != "sigv4", "signs with a wrong secret")
    def test_is_refused_with_a_wrong_secret(self):
        wrong = boto3.client("bedrock-runtime", aws_access_key_id="FBCLIENTS", aws_secret_access_key="wrong")
        with self.assertRaises(ClientError) as raised:
            wrong.converse(modelId=asked("well"), messages=MESSAGES)
        self.assertEqual(raised.exception.response["Error"]["Code"], "InvalidSignatureException")


if __name__ == "__main__":
    unittest.main()
