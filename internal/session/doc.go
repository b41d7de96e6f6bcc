// Package session is a sign-in session as those may see it who did not start
// it: the cookie that carries it and the token inside.
//
// The token names the person and the session beside the secret, so that one batch
// read finds the session, the person and the person's epoch together, and the
// session keeps its name when its secret changes. Only the SHA-256 of
// the secret is stored, so a copy of the store opens nothing. Whether a stored
// session still counts is decided by [idp.SignedIn].
//
// Sessions are started by package signin alone. The launch path imports this
// package and not that one: it can read sessions and cannot make one.
package session
