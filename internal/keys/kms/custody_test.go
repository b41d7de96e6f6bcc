package kms

import (
	"fmt"
	"testing"
)

func TestTheMemoryOfDeletionsIsBounded(t *testing.T) {
	c := New(nil, Options{})
	last := ""
	for i := range 2*maxDeleted + 1 {
		last = fmt.Sprintf("arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-%012d", i)
		c.remember(last)
	}
	if len(c.deleted) > maxDeleted || !c.isDeleted(last) {
		t.Errorf("%d deletions are remembered, the last one: %t", len(c.deleted), c.isDeleted(last))
	}
}
