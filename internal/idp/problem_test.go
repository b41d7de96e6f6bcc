package idp

import (
	"errors"
	"strings"
	"testing"
)

func TestWhatIsToldOfAProblemIsCutShort(t *testing.T) {
	long := strings.Repeat("ä", 1<<20)
	reason, remedy := "is "+long, "remove "+long // made once: 3,000 of each would be 12 GB
	many := make(Problems, 3000)
	for i := range many {
		many[i] = Problem{Field: long, Value: long, Reason: reason, Remedy: remedy}
	}
	one := many[0].Told()
	if want := strings.Repeat("ä", 100) + "… (cut)"; one.Value != want {
		t.Errorf("the value is told as %.300q", one.Value)
	}
	told := many.Told()
	if len(told) != MaxProblems+1 || told[MaxProblems].Reason != "there are 2950 more problems" || told[0] != one || one.Told() != one {
		t.Errorf("%d are told, the last is %.300q", len(told), told[len(told)-1].Reason)
	}
	for face, text := range map[string]string{"a line": many[0].Error(), "a sentence": many[0].Sentence(), "lines": many[:1].Error()} {
		if len(text) > 4096 || !strings.Contains(text, "… (cut)") {
			t.Errorf("%s has %d bytes", face, len(text))
		}
	}
	if n := strings.Count(many.Error(), "\n"); n != MaxProblems {
		t.Errorf("%d lines are told", n)
	}
	whole := Problem{Field: "a", Value: strings.Repeat("ä", 100), Reason: "b", Remedy: "c"}
	if whole.Told() != whole {
		t.Errorf("what is short is told as %+v", whole.Told())
	}
}

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
