// Package desk is how the rest of Gatepost asks the function that keeps the keys:
// [Desk] answers there, [Client] asks from elsewhere. The function is not on the
// internet. It is invoked, by whom IAM allows it, with one JSON object:
//
//	{"op":"create","slug":"aws-a"}            makes the connector's key
//	{"op":"upload","slug":"aws-a",
//	 "private_key":"…","certificate":"…"}     takes a key and its certificate, both PEM
//	{"op":"delete","slug":"aws-a"}            removes the connector's key
//	{"op":"check"}                            has each key sign once; "slug" for one
//	                                          connector's, "cursor" for the next page
//	{"op":"setup"}                            makes the link for the first owner
//
// An "event" beside them says on whose behalf; without one it is the function's
// own. What happened, and when, the desk notes by itself. Unknown, doubled,
// differently-cased and needless fields are refused.
//
// The answer is one JSON object too, with "key", "keys" and "cursor", or "link" and
// "expires_at". If something went wrong it has "error": a message, the problems
// field by field, and the kinds of error by name, from which the client makes the
// sentinels of packages store and keys again. An error that this table of kinds
// does not list is passed on as its message alone.
//
// No signature is ever made of bytes that a caller gave. No answer, error or note
// holds a private key.
package desk
