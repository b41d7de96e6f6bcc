"""A service provider by pysaml2 (Debian: python3-pysaml2), which checks
signatures with xmlsec1.

Reads one JSON document from standard input and answers one verdict for each
response; see judge.go for the shape of both.
"""

import json
import logging
import shutil
import sys

from saml2 import BINDING_HTTP_POST
from saml2.client import Saml2Client
from saml2.config import SPConfig

logging.disable(logging.CRITICAL)


def client(case):
    config = SPConfig()
    config.load(
        {
            "entityid": case["audience"],
            "xmlsec_binary": shutil.which("xmlsec1"),
            "metadata": {"inline": [case["metadata"]]},
            "allow_unknown_attributes": True,
            "service": {
                "sp": {
                    "endpoints": {
                        "assertion_consumer_service": [(case["acs"], BINDING_HTTP_POST)],
                    },
                    "allow_unsolicited": True,
                    "want_assertions_signed": True,
                    "want_response_signed": case["response_signed"],
                },
            },
        }
    )
    return Saml2Client(config)


def judge(provider, encoded):
    try:
        response = provider.parse_authn_request_response(encoded, BINDING_HTTP_POST)
        if response is None:
            return {"accepted": False, "reason": "no response came out"}
        attributes = {}
        for statement in response.assertion.attribute_statement:
            for attribute in statement.attribute:
                attributes[attribute.name] = [value.text or "" for value in attribute.attribute_value]
        return {
            "accepted": True,
            "name_id": response.get_subject().text,
            "attributes": attributes,
        }
    except Exception as refusal:  # pysaml2 raises many types, all of them refusals
        return {"accepted": False, "reason": f"{type(refusal).__name__}: {refusal}"}


case = json.load(sys.stdin)
provider = client(case)
json.dump([judge(provider, encoded) for encoded in case["responses"]], sys.stdout)
