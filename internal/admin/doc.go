// Package admin is what administrators do, once: config API, console, command line
// and declarative file call the same use cases, and so behave alike. [Service] has
// them unguarded; [Administrator] asks for each whether its actor may.
//
// A use case checks its input whole before it changes anything, returns
// [idp.Problems] for what is wrong with it, and writes its change and the audit
// event in one transaction.
package admin
