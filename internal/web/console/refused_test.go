package console

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/resource"
)

// refuse puts somebody into a group whom AWS does not take by their email.
func (s *site) refuse(group string) {
	s.Helper()
	_, err := s.owner().CreateUser(s.Context(), resource.User{Email: "o'brien@example.com", Active: true, Attributes: map[string]string{}})
	s.must(err)
	s.must(s.owner().AddMember(s.Context(), group, "o'brien@example.com", time.Time{}))
}

func TestWhatAPersonOpensSaysWhatAWSWouldRefuseAndWhatEndsSoon(t *testing.T) {
	s := newSite(t)
	s.furnish()
	s.refuse("engineers")
	s.shows(s.get("/admin/users/o'brien@example.com/access"), http.StatusOK, "refused by AWS", "RoleSessionName: cannot be a role session name")
	if strings.Contains(s.get(alice+"/access").body, "refused by AWS") {
		t.Error("it says that alice would be refused")
	}
	s.must(s.owner().AddMember(t.Context(), "engineers", "alice@example.com", s.service.Now().Add(10*time.Minute)))
	s.shows(s.get(alice+"/access"), http.StatusOK, "a role session opened now ends", "SessionNotOnOrAfter is less than 15 minutes away")
	s.shows(s.get("/admin/groups/engineers?done=member-added"), http.StatusOK, "expires_at", "give the membership at least 15 minutes")
	if strings.Contains(s.get("/admin/groups/engineers?done=saved").body, "expires_at") {
		t.Error("it warns of an end that nobody gave")
	}
}

func TestWhoWouldBeRefusedIsShownAfterAChangeAndBeforeActivation(t *testing.T) {
	s := newSite(t)
	s.furnish()
	const title = "Whose launch would be refused"
	for _, path := range []string{"/admin/connectors/aws-a", "/admin/connectors/aws-a/groups?done=saved", "/admin"} {
		if strings.Contains(s.get(path).body, title) || strings.Contains(s.get(path).body, "Refuses people") {
			t.Errorf("%s warns of nobody", path)
		}
	}
	s.refuse("engineers")
	s.must(s.owner().Grant(t.Context(), "aws-b", "engineers"))
	for _, path := range []string{
		"/admin/connectors/aws-a", "/admin/connectors/aws-b", "/admin/connectors/aws-a?done=activated", "/admin/connectors/aws-a/groups?done=saved",
		"/admin/groups/engineers?done=member-added", "/admin/groups/engineers/connectors?done=saved", "/admin/users/o'brien@example.com?done=saved",
		"/admin/users/o'brien@example.com/groups?done=saved",
	} {
		got := s.get(path)
		s.shows(got, http.StatusOK, title, "RoleSessionName", "o&#39;brien@example.com")
		if n := strings.Count(got.body, title); n != 1 {
			t.Errorf("%s says it %d times", path, n)
		}
	}
	if strings.Contains(s.get("/admin/groups/engineers?done=member-removed").body, title) {
		t.Error("it warns of somebody after a change that lets nobody in")
	}
	s.shows(s.get("/admin"), http.StatusOK, "Refuses people", "/admin/connectors/aws-a/access")
	s.shows(s.get("/admin/connectors/aws-a/access"), http.StatusOK, "2 people can get in, 1 would be refused by AWS", "refused by AWS")
}
