package idp

import (
	"errors"
	"testing"
)

func TestOfManyProblemsTheFirstAreToldAndTheOthersCounted(t *testing.T) {
	var many Problems
	for range 300000 {
		many.add("roles", "x", "is wrong", "write another")
	}
	err := many.Err()
	for range 2 { // told again by the next face, it stays the same
		var told Problems
		if !errors.As(err, &told) || len(told) != MaxProblems+1 || told[MaxProblems].Reason != "there are 299950 more problems" {
			t.Fatalf("%d are told, the last is %+v", len(told), told[len(told)-1])
		}
		err = told.Err()
	}
	exact := many[:MaxProblems].Err().(Problems)
	if len(exact) != MaxProblems {
		t.Errorf("of %d, %d are told", MaxProblems, len(exact))
	}
}
