// Package awsfed is the contract that AWS sets for SAML federation: what an
// identity provider must send so that AWS sign-in opens a role session, and
// what AWS answers otherwise.
//
// It is used at three times:
//
//   - when a connector is written: [CheckConnector] refuses what AWS can never
//     take, [CheckComplete] what is still missing for activation, and
//     [Warnings] tells what will surprise;
//   - when a person opens a connector: [RelayState] picks the console page,
//     [Compose] turns the grant into the statement to be signed, and
//     [JudgePrepared] refuses to have it signed when AWS would refuse it;
//   - when a response is looked at: [Judge] says what AWS sign-in would say, in
//     AWS's own words where AWS documents them.
//
// The package knows nothing of an account: whether a role exists, what its trust
// policy demands and how long its sessions may last is seen by AWS alone.
//
// The sources are the pages of the IAM User Guide "Configure SAML assertions for
// the authentication response", "Troubleshoot SAML federation with IAM" and
// "Pass session tags in STS", the STS API reference (AssumeRoleWithSAML, Tag),
// and "AWS Sign-In endpoints" in the General Reference.
package awsfed
