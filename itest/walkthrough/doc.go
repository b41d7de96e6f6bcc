// Package walkthrough does what docs/walkthrough.md says, word for word: it clicks
// what the guide has in italics, types what stands after a field in bold, runs its
// commands in a shell and applies its file, from an empty data folder until people
// have signed in to AWS and the connectors are gone again. The three ways have to
// end in the same stored state.
package walkthrough
