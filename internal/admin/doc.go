// Package admin is what administrators do, once: every face (the command line
// now; the config API, the console and the declarative file) calls the same use
// cases, so that they behave alike.
//
// A use case checks its input whole before it changes anything, returns
// [idp.Problems] for what is wrong with it, and writes its change and the audit
// event in one transaction.
package admin
