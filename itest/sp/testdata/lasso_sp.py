"""A service provider by Lasso, which is written in C (Debian: python3-lasso).

Lasso checks the signature, the issuer and the form; what it leaves to its
caller (audience, times, recipient) is checked here with Lasso's own functions.
Reads one JSON document from standard input and answers one verdict for each
response; see judge.go for the shape of both.
"""

import json
import sys

import lasso

SP_METADATA = """<?xml version="1.0"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{audience}">
  <SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true"
      protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <AssertionConsumerService index="0" isDefault="true"
        Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{acs}"/>
  </SPSSODescriptor>
</EntityDescriptor>
"""


def server(case):
    made = lasso.Server.newFromBuffers(SP_METADATA.format(**case), None, None, None)
    made.addProviderFromBuffer(lasso.PROVIDER_ROLE_IDP, case["metadata"], None, None)
    return made


def conditions(assertion, case):
    """Raises when the assertion does not hold here and now."""
    if assertion.validateConditions(case["audience"]) != lasso.SAML2_ASSERTION_VALID:
        raise ValueError("the conditions do not hold")
    data = assertion.subject.subjectConfirmation.subjectConfirmationData
    if data.recipient != case["acs"]:
        raise ValueError(f"the recipient is {data.recipient}")


def judge(provider, case, encoded):
    try:
        login = lasso.Login(provider)
        login.processAuthnResponseMsg(encoded)
        login.acceptSso()
        assertion = login.assertion
        conditions(assertion, case)
        attributes = {}
        for statement in assertion.attributeStatement:
            for attribute in statement.attribute:
                attributes[attribute.name] = [
                    "".join(node.content for node in value.any) for value in attribute.attributeValue
                ]
        return {
            "accepted": True,
            "name_id": assertion.subject.nameID.content,
            "attributes": attributes,
        }
    except Exception as refusal:  # Lasso raises many types, all of them refusals
        return {"accepted": False, "reason": f"{type(refusal).__name__}: {refusal}"}


case = json.load(sys.stdin)
provider = server(case)
json.dump([judge(provider, case, encoded) for encoded in case["responses"]], sys.stdout)
