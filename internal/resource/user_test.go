package resource_test

import (
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/resource"
)

func TestUnconfirmedFieldsAreToldInWords(t *testing.T) {
	u := resource.User{Email: "a@example.com", Attributes: map[string]string{"team": "red"}, Unconfirmed: []string{"attributes.scope", "attributes.team", "email", "name"}}
	if got := strings.Join(u.UnconfirmedWords(), "; "); got != "attribute scope (removed); attribute team; email; name (removed)" {
		t.Errorf("it is told as %s", got)
	}
	u.Name = "A"
	if got := u.UnconfirmedWords()[3]; got != "name" {
		t.Errorf("a name is told as %s", got)
	}
}
