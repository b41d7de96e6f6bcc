// Package sso is the main job: a session and a connector in, a signed response
// and an audit event out.
//
// A launch has two steps, so that a face can ask the person something between
// them. [Service.Open] reads everything afresh in one round trip and lets
// package idp decide. [Service.Issue] turns the decision into a response: awsfed
// composes it, saml builds it, awsfed judges it, the key signs it while the
// store writes the event, and the signature is checked with the public
// certificate. Only then is there anything to post.
//
// Nothing is cached between the two steps or between launches.
package sso
