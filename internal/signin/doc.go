// Package signin proves who a person is and starts sessions; nothing else in
// Gatepost does either.
//
// An attempt goes through one line of steps, the same for every name, known or
// not: the source's share of attempts is taken, then an attempt on the account is
// reserved, both in the store and before anything is verified, so that attempts
// in parallel count like attempts one after the other; then the password is
// hashed with argon2id, against a fixed hash where there is none; then the
// outcome is recorded. A session is stored in one transaction with its event.
// What a stranger can learn from an answer, or from how long it takes, is the
// same for a name that exists as for one that does not.
//
// # Limits
//
// A source, one address of IPv4 or 64 bits of IPv6, has a share of attempts in each
// minute, whatever the names; who sits at the machine itself has none.
//
// After [LockAfter] failures in a row an account takes no password for 30
// seconds, then for twice as long at each further failure, up to 15 minutes. NIST
// SP 800-63B-4, 3.2.2, wants no more than 100 failures in a row before the
// authenticator is disabled. Here that stays a lock of 15 minutes: at most four
// guesses an hour get through, against a password of at least 15 characters, and
// a password disabled for good would let any stranger shut out the administrators
// for good. The right password after the lock ends the count, and so does
// [Service.Unlock].
//
// Anybody can lock a name that they know, and keep it locked. So this lock is for
// strangers. A browser that the person signed in with before is known by a mark in
// a cookie, for that person alone (OWASP calls it a device cookie), and has a count
// of its own; all of a person's have one more together, at four times as many
// failures, for whoever stole them. A mark ends with whatever ends the person's
// sessions by an epoch: a new password, a lockdown, a suspension. Whether there is
// such a person shows in none of this: with a mark as without one the same is read
// and written for every name, and a mark of one person is a stranger's for another.
package signin
