package admin

import (
	"fmt"
	"testing"
	"time"
)

func TestTheRationIsBoundedInActorsToo(t *testing.T) {
	var r ration
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for i := range maxDeniedActors {
		if !r.take(fmt.Sprint(i), now) {
			t.Fatalf("actor %d is past it", i)
		}
	}
	if r.take("another", now) {
		t.Error("one more actor is counted")
	}
	if !r.take("0", now) || !r.take("another", now.Add(time.Minute)) {
		t.Error("who is counted already, or comes later, is not")
	}
}
