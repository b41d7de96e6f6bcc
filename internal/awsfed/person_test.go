package awsfed_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
)

func TestAPersonIsToldWhatAWSDoesNotTakeOfThem(t *testing.T) {
	for _, c := range []struct{ field, value, want string }{
		{"RoleSessionName", "o'brien@example.com", `AWS does not take ' in a session name ("o'brien@example.com")`},
		{"RoleSessionName", "Åsa Öst", `AWS does not take Å a blank Ö in a session name ("Åsa Öst")`},
		{"RoleSessionName", strings.Repeat("a", 65), "AWS takes at most 64 characters in a session name"},
		{"SourceIdentity", "a", `AWS takes no fewer than 2 characters in a source identity ("a")`},
		{"PrincipalTag:team", "blue!", `AWS does not take ! in a session tag ("blue!")`},
		{"PrincipalTag:team", "aws:x", "that begins with aws:"},
	} {
		l := launch(connector())
		l.Connector.Attributes = []idp.AttributeRule{{Name: c.field, Value: "${user.attributes.odd}"}}
		l.User.Attributes = map[string]string{"odd": c.value}
		_, err := awsfed.Compose(l)
		problems, ok := errors.AsType[idp.Problems](err)
		if !ok || len(problems) != 1 || problems[0].Remedy == "" || strings.Contains(problems[0].Remedy, "ASCII") {
			t.Fatalf("of %s %q: %v", c.field, c.value, err)
		}
		got := awsfed.ToPerson(problems[0])
		if !strings.Contains(got, c.want) {
			t.Errorf("of %s %q: %q, want %q", c.field, c.value, got, c.want)
		}
	}
	lacking := idp.Problem{Field: "RoleSessionName", Value: "${user.attributes.team}", Reason: "the person has no attribute \"team\""}
	if got := awsfed.ToPerson(lacking); got != lacking.Error() {
		t.Errorf("of a template that was not filled in: %q", got)
	}
}
