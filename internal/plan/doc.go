// Package plan is the declarative file: connectors, groups, grants and, if asked
// for, people, in one YAML file that can be kept in git.
//
// [Read] takes a file apart, tells everything that is wrong with it, and spells
// out its matrix. [Export] makes the file of what is stored, and [File.Marshal]
// writes it: always the same bytes for the same state. [Diff] compares what is
// stored with what a file asks for and makes a [Plan]: steps in an order that
// works, each with what it changes and the version it was planned on, and the
// effect of all of them on people. [Plan.Text] shows it, [Plan.Apply] does it.
//
// A section that the file leaves out is left alone. What a section that is there
// does not list is destroyed. A field that is left out has its default.
//
// Nothing here reads a clock, a file or a store: [Load] and [Plan.Apply] work
// over the interfaces [Reader] and [Site], which their callers provide.
package plan
