package api_test

import (
	"strings"
	"testing"
)

func TestARoleIsNotOpenedToMoreGroupsByLeavingThemOut(t *testing.T) {
	s := newWorld(t).site
	const role = `"role_arn":"arn:aws:iam::111122223333:role/A","provider_arn":"arn:aws:iam::111122223333:saml-provider/G"`
	s.want(200, ask{method: put, path: "/connectors/aws-a", match: "*", body: `{"groups":["SSO-AWS-A"],"roles":[{` + role + `,"groups":["SSO-AWS-A"]}]}`})
	for _, method := range []string{put, patch} {
		for _, left := range []string{``, `,"groups":null`} {
			got := s.want(422, ask{method: method, path: "/connectors/aws-a", match: "*", body: `{"groups":["SSO-AWS-A"],"roles":[{` + role + left + `}]}`})
			if text := got.Body.String(); !strings.Contains(text, "roles[0].groups") || !strings.Contains(text, "write [] to open it") {
				t.Errorf("%s %q: %s", method, left, text)
			}
		}
	}
	s.want(200, ask{method: patch, path: "/connectors/aws-a", match: "*", body: `{"label":"Other"}`})
	s.want(200, ask{method: patch, path: "/connectors/aws-a", match: "*", body: `{"roles":[{` + role + `,"groups":[]}]}`})
	s.want(200, ask{method: patch, path: "/connectors/aws-a", match: "*", body: `{"roles":[{` + role + `,"groups":null}]}`})
}
