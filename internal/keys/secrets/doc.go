// Package secrets keeps signing keys in AWS Secrets Manager: one secret a key,
// PKCS#8 in PEM within a small JSON envelope. The key is made here or uploaded, is
// encrypted at rest by KMS, and signs in this process's memory; its ref is the
// name of its secret, gatepost/keys/k_… or gatepost/STACK/keys/k_….
//
// # Who may do what
//
// Whoever can read a secret can sign in anybody's name. The calls, and what the
// caller's policy has to allow for them on the names gatepost/STACK/keys/*:
//
//   - Generate and Import: secretsmanager:CreateSecret and TagResource, and
//     GetSecretValue to read the key back; for a KMS key of Options.Key also
//     kms:GenerateDataKey and kms:Decrypt.
//   - Signer and Sign: secretsmanager:GetSecretValue; for such a KMS key also
//     kms:Decrypt.
//   - Delete: secretsmanager:DeleteSecret.
//
// # Memory
//
// A key that was read is kept in memory for at most five minutes by the clock on
// the wall: a function's sandbox is frozen between requests, and the monotonic
// clock with it. Within that time a key that was deleted elsewhere, or whose
// secret was changed, may sign on in this process. A secret that is not the key
// asked for is read again at once, so that a process never waits for a change
// that was made for it.
//
// # Faults
//
// A secret that does not exist, waits for its deletion or holds another key is
// [keys.ErrNoKey]. One that cannot be read or holds no key is
// [keys.ErrUnavailable], and signs again as soon as it can be read. No error and
// nothing printed holds what is in a secret.
package secrets
