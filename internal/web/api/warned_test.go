package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

const odd = "o'brien@example.com"

// warnings are those of an answer that name people, as field and people.
func (r answered) warnings() []string {
	if r.Code == 204 {
		return nil
	}
	var all []string
	list, _ := r.json()["warnings"].([]any)
	for _, one := range list {
		w, _ := one.(map[string]any)
		people, _ := w["people"].([]any)
		reason, _ := w["reason"].(string)
		if len(people) == 0 {
			continue
		}
		if reason == "" || w["count"] != float64(len(people)) {
			all = append(all, fmt.Sprintf("half a warning: %v", w))
		}
		all = append(all, fmt.Sprintf("%s at %s: %v", w["field"], w["connector"], people))
	}
	return all
}

// newWarned is a site with a connector, made with its group, and nobody in it.
func newWarned(t *testing.T) *site {
	s := newSite(t)
	s.want(201, ask{method: post, path: "/groups", body: `{"name":"g"}`})
	s.want(201, ask{method: post, path: "/connectors", body: `{"label":"A","slug":"aws-a","account_id":"111122223333","groups":["g"],"key":{"custody":"file"}}`})
	s.want(201, ask{method: post, path: "/users", body: `{"email":"alice@example.com"}`})
	return s
}

func TestEachChangeTellsWhomAWSWouldRefuse(t *testing.T) {
	name, team := "RoleSessionName at aws-a: ["+odd+"]", "PrincipalTag:team at aws-a: [alice@example.com "+odd+"]"
	const rules = `{"attributes":[{"name":"RoleSessionName","value":"${user.email}"},{"name":"PrincipalTag:team","value":"${user.attributes.team}"}]}`
	s := newWarned(t)
	who := "/users/" + strings.ReplaceAll(odd, "'", "%27")
	tells := func(what string, want int, a ask, warnings ...string) {
		t.Helper()
		got := s.want(want, a).warnings()
		slices.Sort(got)
		slices.Sort(warnings)
		if !slices.Equal(got, warnings) {
			t.Errorf("%s warns of %q, want %q", what, got, warnings)
		}
	}
	tells("a person of no group", 201, ask{method: post, path: "/users", body: `{"email":"` + odd + `"}`})
	tells("a member", 204, ask{method: put, path: "/groups/g/members/alice@example.com"})
	soon := `{"expires_at":"` + time.Now().Add(10*time.Minute).Format(time.RFC3339) + `"}`
	tells("a member whose end is near", 200, ask{method: put, path: "/groups/g/members/alice@example.com", body: soon}, "expires_at at aws-a: [alice@example.com]")
	tells("a member without an end", 204, ask{method: put, path: "/groups/g/members/alice@example.com"})
	tells("a member who is refused", 200, ask{method: put, path: "/groups/g/members/o%27brien@example.com"}, name)
	tells("a person who is changed", 200, ask{method: patch, path: who, match: "*", body: `{"name":"O"}`}, name)
	tells("a person who is replaced", 200, ask{method: put, path: who, match: "*", body: `{"groups":[{"name":"g"}]}`}, name)
	tells("a suspended person", 200, ask{method: post, path: who + "/suspend"})
	tells("one who is let in again", 200, ask{method: post, path: who + "/resume"}, name)
	tells("a group", 200, ask{method: patch, path: "/groups/g", match: "*", body: `{"description":"G"}`}, name)
	tells("a connector", 200, ask{method: patch, path: "/connectors/aws-a", match: "*", body: `{"label":"AA"}`}, name)
	tells("activation", 200, ask{method: post, path: "/connectors/aws-a/activate"}, name)
	tells("a rule", 200, ask{method: patch, path: "/connectors/aws-a", match: "*", body: rules}, name, team)
	tells("an attribute", 200, ask{method: patch, path: "/users/alice@example.com", match: "*", body: `{"attributes":{"team":"blue"}}`})
	tells("a grant that is made again", 200, ask{method: put, path: "/connectors/aws-a/grants/g"}, name, strings.Replace(team, "alice@example.com ", "", 1))
	tells("a person of a group", 201, ask{method: post, path: "/users", body: `{"email":"bob@example.com","groups":[{"name":"g"}]}`}, "PrincipalTag:team at aws-a: [bob@example.com]")
	tells("who is out", 204, ask{method: remove, path: "/groups/g/members/o%27brien@example.com"})
	tells("who is out, changed", 200, ask{method: patch, path: who, match: "*", body: `{"name":"P"}`})

	access := s.want(200, ask{method: get, path: "/connectors/aws-a/access"}).json()
	if access["people"] != 1.0 || access["refused"] != 1.0 {
		t.Errorf("access counts %v who get in and %v who are refused", access["people"], access["refused"])
	}
}

func TestAGrantTellsOfThePeopleOfItsGroupAlone(t *testing.T) {
	s := newWarned(t)
	s.want(201, ask{method: post, path: "/groups", body: `{"name":"h"}`})
	s.want(201, ask{method: post, path: "/users", body: `{"email":"` + odd + `","groups":[{"name":"g"}]}`})
	s.want(204, ask{method: put, path: "/connectors/aws-a/grants/h"})
}

func TestAnImportTellsWhomAWSWouldRefuse(t *testing.T) {
	s := newWarned(t)
	file := ask{method: post, path: "/users/import", body: "email,groups\n" + odd + ",g\n", kind: "text/csv"}
	got := s.want(200, file).warnings()
	if len(got) != 1 || got[0] != "RoleSessionName at aws-a: ["+odd+"]" {
		t.Errorf("an import warns of %q", got)
	}
}
