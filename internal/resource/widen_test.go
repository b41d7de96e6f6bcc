package resource

import (
	"fmt"
	"testing"
)

func TestARoleIsWidenedWhenItLosesItsLastGroup(t *testing.T) {
	role := func(arn string, groups ...string) Role { return Role{RoleARN: arn, Groups: groups} }
	all := func(arn string) Role { return Role{RoleARN: arn, Groups: []string{}} }
	for _, c := range []struct {
		name          string
		before, after []Role
		wide          []int
		unsaid        int
	}{
		{"none", nil, []Role{role("a"), all("b")}, nil, 0},
		{"it stays open to all", []Role{all("a")}, []Role{role("a")}, nil, 0},
		{"another group, and fewer", []Role{role("a", "g"), role("b", "g", "h")}, []Role{role("a", "h"), role("b", "g")}, nil, 0},
		{"by the word", []Role{role("a", "g"), role("b", "g")}, []Role{role("b", "g"), all("a")}, []int{1}, 0},
		{"by leaving out", []Role{role("a", "g"), role("b", "g")}, []Role{role("b"), all("a")}, []int{0, 1}, 1},
		{"under another provider", []Role{{RoleARN: "a", ProviderARN: "p", Groups: []string{"g"}}}, []Role{{RoleARN: "a", ProviderARN: "q"}}, []int{0}, 1},
		{"one that goes", []Role{role("a", "g")}, []Role{role("b")}, nil, 0},
	} {
		wide, unsaid := Widened(c.before, c.after), Unsaid(c.before, c.after)
		if fmt.Sprint(wide) != fmt.Sprint(c.wide) || len(unsaid) != c.unsaid {
			t.Errorf("%s: %v, %v", c.name, wide, unsaid)
		}
	}
}
