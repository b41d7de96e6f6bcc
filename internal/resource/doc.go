// Package resource is the shape in which connectors, people, groups and keys are
// shown and read outside of the program: in files and on the command line, and
// the same in the config API. It speaks names where the store speaks IDs.
package resource

import (
	"strconv"
	"time"
)

// Stamp writes a time as RFC 3339 in UTC, and no time as an empty string.
func Stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// nameOf is the name of a group, or its ID where the name is not known (it was
// deleted a moment ago).
func nameOf(names map[string]string, id string) string {
	name, ok := names[id]
	if !ok {
		return id
	}
	return name
}

func namesOf(names map[string]string, ids []string) []string {
	list := make([]string, 0, len(ids))
	for _, id := range ids {
		list = append(list, nameOf(names, id))
	}
	return list
}

// etag names one version of a thing, in the form of RFC 9110, 8.8.3. The ID is
// never used again, so that a thing made anew under the same name has another.
func etag(id string, version uint64) string {
	return `"` + id + "." + strconv.FormatUint(version, 10) + `"`
}
