// A service provider by samlify, which reads the metadata itself.
//
// samlify checks the status, the issuer, the signature and the times; audience
// and recipient it leaves to its caller, so the other judges answer for them.
// Reads one JSON document from standard input and answers one verdict for each
// response; see judge.go for the shape of both.

import { readFileSync } from "node:fs";
import samlify from "samlify";

const given = JSON.parse(readFileSync(0, "utf8"));

// samlify wants a schema validator. The schemas are the business of xmllint.
samlify.setSchemaValidator({ validate: () => Promise.resolve("not asked") });

const provider = samlify.ServiceProvider({
  entityID: given.audience,
  wantMessageSigned: given.response_signed,
  wantAssertionsSigned: true,
  assertionConsumerService: [
    { Binding: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", Location: given.acs, isDefault: true },
  ],
});
const idp = samlify.IdentityProvider({ metadata: given.metadata });

async function judge(encoded) {
  try {
    const { extract } = await provider.parseLoginResponse(idp, "post", { body: { SAMLResponse: encoded } });
    const attributes = {};
    for (const [name, value] of Object.entries(extract.attributes ?? {})) {
      attributes[name] = Array.isArray(value) ? value : [value];
    }
    return { accepted: true, name_id: extract.nameID, attributes };
  } catch (refusal) {
    return { accepted: false, reason: String(refusal) };
  }
}

const verdicts = [];
for (const encoded of given.responses) {
  verdicts.push(await judge(encoded));
}
process.stdout.write(JSON.stringify(verdicts));
