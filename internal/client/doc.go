// Package client speaks to Gatepost's config API: over the network, or to a
// handler in the same process ([Direct]), which behaves alike.
//
// Its methods are the routes of the API, on the shapes of package resource. Lists
// are read page by page while they are ranged over. A value that was read carries
// its ETag, or from a list what stands for it; given back as match to a method that
// changes the thing, it has a change of something that moved since refused.
//
// An answer that says no is an [*Error]. One that is about fields unwraps to
// [idp.Problems].
package client
