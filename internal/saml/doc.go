// Package saml is the identity provider's side of SAML 2.0, as far as signing
// people in to AWS needs it: one unsolicited response with one signed assertion,
// the metadata that tells who signs, and reading both back.
//
// # Issuing
//
// A response goes through four hands, and the types leave no other way:
//
//	prepared, err := saml.Prepare(spec, saml.SigningOptions{Certificate: cert}, judge)
//	signed, err := prepared.Sign(signer)
//	released, err := signed.Release()
//	form := released.Base64()
//
// [Prepare] builds the document and shows it to a judge as a service provider
// would read it, all but the signature. [Prepared.Sign] asks the key.
// [Signed.Release] checks the very bytes that will be sent with the public
// certificate. Only a [Released] has bytes.
//
// Text is carried exactly or refused. What XML 1.0 cannot carry is told as
// [idp.Problems] with the name of the field; it is never cleaned, since two
// people could then get the same signed identity.
//
// The document is built in exclusive canonical form: each element declares the
// namespaces it uses first, attributes stand in canonical order. So the bytes
// that are sent are those that are signed, and [Signed.Release] can check them
// without parsing.
//
// # Reading
//
// [Decode], [Read], [Document.VerifySignature] and [ReadMetadata] are for tools
// that show or judge a response. They are bounded and refuse what honest
// documents do not have. Nothing on the way of a launch parses XML.
//
// # Bounds of this package
//
// It knows nothing of AWS: which attributes, audiences and times are right is
// for package awsfed to say. It imports idp, for the rule about text, and
// nothing else of Gatepost. Signatures are RSA with SHA-256 and exclusive C14N;
// there is no encryption, no request, no logout.
//
// [SAMLCore], [SAMLBind], [SAMLProf] and [SAMLMeta] in comments are the OASIS
// SAML 2.0 standards of 15 March 2005.
//
// [SAMLCore]: https://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf
// [SAMLBind]: https://docs.oasis-open.org/security/saml/v2.0/saml-bindings-2.0-os.pdf
// [SAMLProf]: https://docs.oasis-open.org/security/saml/v2.0/saml-profiles-2.0-os.pdf
// [SAMLMeta]: https://docs.oasis-open.org/security/saml/v2.0/saml-metadata-2.0-os.pdf
package saml
