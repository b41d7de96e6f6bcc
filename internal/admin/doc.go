// Package admin is what administrators do, once: every face calls the same use
// cases (the command line now; config API, console and declarative file are to
// come), so that they behave alike.
//
// A use case checks its input whole before it changes anything, returns
// [idp.Problems] for what is wrong with it, and writes its change and the audit
// event in one transaction.
package admin
