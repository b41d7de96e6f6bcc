"""A service provider by OneLogin's toolkit (Debian: python3-onelogin-saml2).

Reads one JSON document from standard input and answers one verdict for each
response; see judge.go for the shape of both.
"""

import json
import sys
from urllib.parse import urlsplit

from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings


def settings(case):
    idp = OneLogin_Saml2_IdPMetadataParser.parse(case["metadata"])
    ours = {
        "strict": True,
        "sp": {
            "entityId": case["audience"],
            "assertionConsumerService": {"url": case["acs"]},
        },
        "security": {
            "wantAssertionsSigned": True,
            "wantMessagesSigned": case["response_signed"],
            "rejectDeprecatedAlgorithm": True,
        },
    }
    merged = OneLogin_Saml2_IdPMetadataParser.merge_settings(idp, ours)
    return OneLogin_Saml2_Settings(settings=merged, sp_validation_only=False)


def judge(provider, acs, encoded):
    url = urlsplit(acs)
    request = {
        "https": "on" if url.scheme == "https" else "off",
        "http_host": url.netloc,
        "script_name": url.path,
        "get_data": {},
        "post_data": {},
    }
    try:
        response = OneLogin_Saml2_Response(provider, encoded)
        response.is_valid(request, raise_exceptions=True)
        return {
            "accepted": True,
            "name_id": response.get_nameid(),
            "attributes": response.get_attributes(),
        }
    except Exception as refusal:  # the toolkit raises many types, all of them refusals
        return {"accepted": False, "reason": f"{type(refusal).__name__}: {refusal}"}


case = json.load(sys.stdin)
provider = settings(case)
json.dump([judge(provider, case["acs"], encoded) for encoded in case["responses"]], sys.stdout)
