package awsfed_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/saml"
)

// What the tests of the judge change in a good document.

func assertion(d *saml.Document) *saml.Assertion { return &d.Assertions[0] }

func confirmation(d *saml.Document) *saml.Confirmation { return &d.Assertions[0].Confirmations[0] }

func issueAt(d *saml.Document, at time.Time) { d.IssueInstant, assertion(d).IssueInstant = at, at }

func sendTo(d *saml.Document, address string) {
	d.Destination, confirmation(d).Recipient = address, address
}

func attribute(d *saml.Document, short string) *saml.Attribute {
	for i := range assertion(d).Attributes {
		if assertion(d).Attributes[i].Name == prefix+short {
			return &assertion(d).Attributes[i]
		}
	}
	return nil
}

// set replaces the values of an attribute; without values it is removed.
func set(d *saml.Document, short string, values ...string) {
	if len(values) > 0 {
		attribute(d, short).Values = values
		return
	}
	assertion(d).Attributes = slices.DeleteFunc(assertion(d).Attributes, func(a saml.Attribute) bool { return a.Name == prefix+short })
}

func rename(d *saml.Document, short, full string) { attribute(d, short).Name = full }

func add(d *saml.Document, short string, values ...string) {
	assertion(d).Attributes = append(assertion(d).Attributes, saml.Attribute{Name: prefix + short, Values: values})
}

func addTags(d *saml.Document, n int) {
	for i := range n {
		add(d, fmt.Sprintf("PrincipalTag:k%d", i), "v")
	}
}

// TestJudgingIsCheap keeps the judge off the budget of the signature that it
// stands before: nothing is compiled, parsed or copied.
func TestJudgingIsCheap(t *testing.T) {
	doc := prepared(t, compose(t, launch(connector())))
	allocations := testing.AllocsPerRun(100, func() {
		if !awsfed.JudgePrepared(doc, entityID, now).Accepted() {
			t.Fatal("refused")
		}
	})
	if allocations > 12 {
		t.Errorf("judging allocates %.0f times, at most 12 are wanted", allocations)
	}
}

func BenchmarkJudgePrepared(b *testing.B) {
	doc := prepared(b, compose(b, launch(connector())))
	for b.Loop() {
		if !awsfed.JudgePrepared(doc, entityID, now).Accepted() {
			b.Fatal("refused")
		}
	}
}

func BenchmarkCompose(b *testing.B) {
	l := launch(connector())
	for b.Loop() {
		compose(b, l)
	}
}
