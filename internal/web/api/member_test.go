package api_test

import (
	"strings"
	"testing"
)

// A program that writes out a time it never set writes the zero time. That is an end
// which is past, and none that lasts for ever.
func TestAnEndThatIsGivenIsNeverNone(t *testing.T) {
	s := newWorld(t).site
	const path = "/groups/SSO-AWS-A/members/reader@example.com"
	s.want(201, ask{method: post, path: "/users", body: `{"email":"reader@example.com"}`})
	for _, end := range []string{"0001-01-01T00:00:00Z", "0001-01-01T01:00:00+01:00", "0001-01-01T00:00:00.5Z", "2001-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00"} {
		got := s.want(422, ask{method: put, path: path, body: `{"expires_at":"` + end + `"}`}).Body.String()
		for _, told := range []string{`"field":"expires_at"`, `"value":"` + end[:19], `"remedy":"`} {
			if !strings.Contains(got, told) {
				t.Errorf("the end %s is refused without %s: %s", end, told, got)
			}
		}
	}
	if got := s.want(200, ask{method: get, path: "/groups/SSO-AWS-A/members"}).Body.String(); strings.Contains(got, "reader@") {
		t.Errorf("somebody is in the group for ever: %s", got)
	}
}
