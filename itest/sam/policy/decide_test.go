package policy

import "testing"

func TestAllows(t *testing.T) {
	put := Statement{Allow: true, Actions: []string{"d:Put"}, Resources: []string{"arn:table/a"}}
	with := func(s Statement, c ...Condition) Statement { s.Conditions = c; return s }
	every := Condition{"ForAllValues:StringLike", "k", []string{"A#*", "B"}}
	some := Condition{"ForAnyValue:StringLike", "k", []string{"A#*"}}
	named := Condition{"Null", "k", []string{"false"}}
	equal := Condition{"StringEquals", "k", []string{"x", "y"}}
	perhaps := Condition{"StringEqualsIfExists", "k", []string{"x"}}
	long := Condition{"NumericGreaterThanEquals", "k", []string{"30"}}
	deny := with(Statement{Actions: []string{"d:*"}, Resources: []string{"*"}}, some)
	keys := func(values ...string) map[string][]string { return map[string][]string{"k": values} }
	for _, c := range []struct {
		name       string
		statements []Statement
		request    Request
		want       bool
	}{
		{"nothing allows", nil, Request{Action: "d:Put", Resource: "arn:table/a"}, false},
		{"a statement allows", []Statement{put}, Request{Action: "d:Put", Resource: "arn:table/a"}, true},
		{"another action", []Statement{put}, Request{Action: "d:Get", Resource: "arn:table/a"}, false},
		{"another resource", []Statement{put}, Request{Action: "d:Put", Resource: "arn:table/ab"}, false},
		{"every value is named", []Statement{with(put, every)}, Request{Action: "d:Put", Resource: "arn:table/a", Context: keys("A#1", "B")}, true},
		{"one value is not", []Statement{with(put, every)}, Request{Action: "d:Put", Resource: "arn:table/a", Context: keys("A#1", "C")}, false},
		{"no value satisfies every", []Statement{with(put, every)}, Request{Action: "d:Put", Resource: "arn:table/a"}, true},
		{"unless one is demanded", []Statement{with(put, every, named)}, Request{Action: "d:Put", Resource: "arn:table/a"}, false},
		{"one of several values equals", []Statement{with(put, equal)}, Request{Action: "d:Put", Resource: "arn:table/a", Context: keys("y")}, true},
		{"an absent value equals nothing", []Statement{with(put, equal)}, Request{Action: "d:Put", Resource: "arn:table/a"}, false},
		{"an absent value is let through where it may be absent", []Statement{with(put, perhaps)}, Request{Action: "d:Put", Resource: "arn:table/a"}, true},
		{"a wrong value is not", []Statement{with(put, perhaps)}, Request{Action: "d:Put", Resource: "arn:table/a", Context: keys("y")}, false},
		{"a number is enough", []Statement{with(put, long)}, Request{Action: "d:Put", Resource: "arn:table/a", Context: keys("30")}, true},
		{"a number is compared as one", []Statement{with(put, long)}, Request{Action: "d:Put", Resource: "arn:table/a", Context: keys("7")}, false},
		{"an absent number is not enough", []Statement{with(put, long)}, Request{Action: "d:Put", Resource: "arn:table/a"}, false},
		{"a denial wins", []Statement{put, deny}, Request{Action: "d:Put", Resource: "arn:table/a", Context: keys("C", "A#1")}, false},
		{"a denial of other values does not", []Statement{put, deny}, Request{Action: "d:Put", Resource: "arn:table/a", Context: keys("C")}, true},
		{"a resource's policy for another", []Statement{{Allow: true, Actions: []string{"d:Put"}, Resources: []string{"*"}, Principals: []string{"me"}}}, Request{Principal: "you", Action: "d:Put", Resource: "r"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Allows(c.statements, c.request); got != c.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

func TestReadRefusesWhatItDoesNotKnow(t *testing.T) {
	statement := func(element string, value any) any {
		s := map[string]any{"Effect": "Allow", "Action": "a:B", "Resource": "r"}
		s[element] = value
		return map[string]any{"Version": "2012-10-17", "Statement": []any{s}}
	}
	_, err := Read(statement("Sid", "Fine"))
	if err != nil {
		t.Fatal(err)
	}
	for what, document := range map[string]any{
		"NotAction":            statement("NotAction", "a:B"),
		"NotResource":          statement("NotResource", "r"),
		"NotPrincipal":         statement("NotPrincipal", map[string]any{"AWS": "x"}),
		"an effect":            statement("Effect", "Perhaps"),
		"a quantifier":         statement("Condition", map[string]any{"ForSomeValues:StringLike": map[string]any{"k": "v"}}),
		"an operator":          statement("Condition", map[string]any{"NumericEquals": map[string]any{"k": "1"}}),
		"the old version":      map[string]any{"Version": "2008-10-17", "Statement": []any{}},
		"an element beside it": map[string]any{"Version": "2012-10-17", "Statements": []any{}},
	} {
		_, err := Read(document)
		if err == nil {
			t.Errorf("%s is taken", what)
		}
	}
}
