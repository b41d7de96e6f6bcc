package openapi_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestEveryAnswerIsWhatTheDocumentSays sends runs of requests that are drawn from
// the document, and holds each answer against every rule. A failure prints the seed
// and the shortest run that fails.
func TestEveryAnswerIsWhatTheDocumentSays(t *testing.T) {
	m := newTemplate(t)
	seen := tally{}
	rapid.Check(t, func(r *rapid.T) {
		w := m.copy(r)
		r.Repeat(map[string]func(*rapid.T){"request": func(r *rapid.T) {
			d := &drawer{r, w.doc}
			op := one(d, "operation", w.doc.operations)
			s := d.request(op)
			r.Logf("%s", s)
			faults, done := w.exchange(s)
			seen.note(op, done)
			if len(faults) > 0 {
				r.Fatalf("%s\nanswered %d\n%s", strings.Join(faults, "\n"), done.status, clipped(string(done.answer.body)))
			}
		}})
	})
	seen.check(t, m.first.doc)
}

// tally counts how operations answered: by operation and status.
type tally map[string]map[int]int

func (seen tally) note(op *operation, done *exchange) {
	if done == nil {
		return
	}
	if seen[op.id] == nil {
		seen[op.id] = map[int]int{}
	}
	seen[op.id][done.status]++
}

// check sees that the requests were worth the while: hardly an operation that never
// said yes, or never said no.
func (seen tally) check(t *testing.T, doc *document) {
	t.Helper()
	var yes, no, all int
	for _, op := range doc.operations {
		var said [6]int
		for status, count := range seen[op.id] {
			said[status/100] += count
			all += count
		}
		yes += min(said[2]+said[3], 1)
		no += min(said[4], 1)
		t.Logf("%-22s %s", op.id, counts(seen[op.id]))
	}
	t.Logf("%d requests, %d operations: %d said yes, %d said no", all, len(doc.operations), yes, no)
	if enough := len(doc.operations) * 9 / 10; yes < enough || no < enough {
		t.Errorf("of %d operations %d said yes and %d said no: the requests prove little", len(doc.operations), yes, no)
	}
}

func counts(by map[int]int) string {
	var parts []string
	for _, status := range slices.Sorted(maps.Keys(by)) {
		parts = append(parts, fmt.Sprintf("%d:%d", status, by[status]))
	}
	return strings.Join(parts, " ")
}
