// Package idp is the domain of an identity provider that signs people into AWS:
// what a [Connector], a [User], a [Group], a [Session] and an [Event] are, the
// rules each of them keeps, and the one function that decides who may do what,
// [Decide].
//
// Everything here is plain data and pure functions. The package imports no AWS,
// no HTTP, no store and no XML; time is always passed in. What AWS in
// particular demands of a connector (ARNs, attribute names, limits) is in
// package awsfed.
//
// Rules are told as [Problems]: every fault of a value at once, each with the
// field, the value and the remedy, so that an API, a console and a command line
// can show the same answer.
package idp
