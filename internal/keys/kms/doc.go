// Package kms keeps signing keys in AWS KMS. A key is made there, signs there,
// and never leaves; its ref is its ARN.
//
// # Who may do what
//
// Each key has a policy of its own, given when the key is made. It grants kms:Sign
// to the roles of [Options].SignerRoles, for SHA-256 digests and RSASSA-PKCS1-v1_5
// only, and kms:ScheduleKeyDeletion to the role of [Options].KeeperRole, for no less
// than [Options].Window days. IAM policies grant the rest, through the account:
// administrators may look at the key, disable it, delete it and change its policy.
// Under this policy neither they nor a policy attached to them can sign, and no grant
// can be made; who may change the policy can give themselves either. A role that is
// deleted and made again is another role to KMS, even under its old name: the keys'
// policies have to be put again.
//
// Calls, and what the caller's own policy has to allow for them:
//
//   - Generate: kms:CreateKey, with aws:RequestTag of [TagStack], and
//     kms:TagResource, of which KMS does not say what conditions see before there is
//     a key; GetPublicKey is in the key's policy. CreateKey skips KMS's
//     lockout check (kms:BypassPolicyLockoutSafetyCheck), which would otherwise
//     demand that the caller may change the key's policy afterwards. That is what
//     it must not: it could give Sign to anybody. The account's administrators can.
//   - Signer and Sign: nothing.
//   - Delete: nothing, for the role of [Options].KeeperRole. Tags open nothing: they
//     count up to five minutes after they were given, which is too late for a key
//     that came to nothing.
//
// # Faults
//
// Sign is one call and nothing else is asked. The client's own repeating applies
// to it; CreateKey is tried once, since KMS has no token that would keep a second
// try from making a second key. A key of which KMS says that it does not exist or
// waits for its deletion is [keys.ErrNoKey]; one that is disabled, may not be used
// by the caller, or gets no answer in time is [keys.ErrUnavailable], and signs
// again as soon as KMS lets it.
//
// What is signed is not verified here: the caller holds the certificate and does.
package kms
