// Package strict reads the JSON that people and programs send, and refuses what
// encoding/json lets pass, and where two readers would see two things: fields that
// do not exist, are given twice, or are spelled in another case; something after
// the value; bytes that are no UTF-8; null where a value belongs.
//
// It stands before the API's framework and knows no HTTP. [Decode] reads a whole
// value; [Check] and [Merge] are the two halves of a merge patch (RFC 7396).
//
// Text that is not one JSON value is [Malformed]. What is wrong with fields is
// told all at once, as [idp.Problems] that name each of them by its path, such as
// roles[0].role_arn.
package strict
