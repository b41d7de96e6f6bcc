// A service provider by @node-saml/node-saml, what passport-saml stands on.
//
// Reads one JSON document from standard input and answers one verdict for each
// response; see judge.go for the shape of both.

import { readFileSync } from "node:fs";
import { SAML } from "@node-saml/node-saml";
import { DOMParser } from "@xmldom/xmldom";

const signing = (key) => key.getAttribute("use") !== "encryption";

// node-saml does not read metadata, so the certificates are taken from it here.
function certificates(metadata) {
  const doc = new DOMParser().parseFromString(metadata, "text/xml");
  return Array.from(doc.getElementsByTagNameNS("urn:oasis:names:tc:SAML:2.0:metadata", "KeyDescriptor"))
    .filter(signing)
    .map((key) => key.getElementsByTagNameNS("http://www.w3.org/2000/09/xmldsig#", "X509Certificate")[0])
    .map((certificate) => certificate.textContent.replace(/\s/g, ""));
}

function entityID(metadata) {
  return new DOMParser().parseFromString(metadata, "text/xml").documentElement.getAttribute("entityID");
}

async function judge(provider, encoded) {
  try {
    const { profile } = await provider.validatePostResponseAsync({ SAMLResponse: encoded });
    const attributes = {};
    for (const [name, value] of Object.entries(profile.attributes ?? {})) {
      attributes[name] = Array.isArray(value) ? value : [value];
    }
    return { accepted: true, name_id: profile.nameID, attributes };
  } catch (refusal) {
    return { accepted: false, reason: String(refusal) };
  }
}

const given = JSON.parse(readFileSync(0, "utf8"));
const provider = new SAML({
  callbackUrl: given.acs,
  issuer: given.audience,
  audience: given.audience,
  idpCert: certificates(given.metadata),
  idpIssuer: entityID(given.metadata),
  wantAssertionsSigned: true,
  wantAuthnResponseSigned: given.response_signed,
  validateInResponseTo: "never",
});
const verdicts = [];
for (const encoded of given.responses) {
  verdicts.push(await judge(provider, encoded));
}
process.stdout.write(JSON.stringify(verdicts));
