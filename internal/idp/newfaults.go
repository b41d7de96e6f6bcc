package idp

import (
	"errors"
	"regexp"
	"slices"
)

// NewFaults is what is wrong with a thing as it becomes, by its Validate, and was not
// wrong with it before: what was stored under older rules keeps nobody from
// suspending, revoking or mending something else, and is refused from where it is
// changed. Errors that are no [Problems] are returned as they are.
func NewFaults(before, after error) error {
	var old, all Problems
	if !errors.As(after, &all) || !errors.As(before, &old) {
		return after
	}
	return Problems(slices.DeleteFunc(slices.Clone(all), func(p Problem) bool {
		return slices.ContainsFunc(old, func(was Problem) bool { return sameFault(p, was) })
	})).Err()
}

// sameFault takes two places of a list for one: entries move.
func sameFault(a, b Problem) bool {
	return a.Value == b.Value && a.Reason == b.Reason && place.ReplaceAllString(a.Field, "[]") == place.ReplaceAllString(b.Field, "[]")
}

var place = regexp.MustCompile(`\[[0-9]+\]`)
