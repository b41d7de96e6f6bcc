package console

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// happened stores an event of a time.
func (s *site) happened(at time.Time, e idp.Event) {
	s.Helper()
	e.At = at
	s.must(s.service.Store.PutEvent(s.Context(), e))
}

func TestEventsAreFilteredByPersonConnectorAndTime(t *testing.T) {
	s := newSite(t)
	s.furnish()
	u, err := s.service.User(t.Context(), "alice@example.com")
	s.must(err)
	s.happened(noon.Add(-48*time.Hour), idp.Event{Action: idp.ActionLaunch, Actor: u.Email, ActorID: u.ID, Connector: "aws-a", Target: "aws-a", Reason: "long ago"})
	s.happened(noon.Add(-30*time.Minute), idp.Event{Action: idp.ActionSignIn, Actor: u.Email, ActorID: u.ID, Reason: "just now"})
	for _, c := range []struct {
		name, query string
		has, hasNot string
	}{
		{"a person", "user=Alice@example.com", "long ago", "bob@example.com created"},
		{"a connector", "connector=aws-a", "long ago", "just now"},
		{"since", "since=2026-11-24T11:00", "just now", "long ago"},
		{"until", "until=2026-11-24T11:00", "long ago", "just now"},
		{"all of them", "user=alice@example.com&connector=aws-a&since=2026-11-20T00:00&until=2026-11-23T00:00", "long ago", "just now"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := s.get("/admin/events?" + c.query)
			s.shows(got, http.StatusOK, c.has)
			if strings.Contains(got.body, c.hasNot) {
				t.Errorf("%s shows %q", c.query, c.hasNot)
			}
		})
	}
	s.shows(s.get("/admin/events?user=zoe@example.com&since=never"), http.StatusUnprocessableEntity, "Is not a time", "zoe@example.com")
	s.shows(s.get("/admin/events?until=0001-01-01T00:00"), http.StatusUnprocessableEntity, "Is not a time")
	s.shows(s.get("/admin/events?user=zoe@example.com"), http.StatusUnprocessableEntity, "There is no such person")
	s.shows(s.get("/admin/events?since=2026-11-24T11:00&until=2026-11-23T11:00"), http.StatusUnprocessableEntity, "Is before since")
	s.shows(s.get("/admin/events?connector=none&since=2026-11-24T11:00"), http.StatusOK, "Nothing matches")
}

func TestPagesOfEventsKeepTheFilter(t *testing.T) {
	s := newSite(t)
	for i := range 60 {
		s.happened(noon.Add(-time.Duration(i)*time.Minute), idp.Event{Action: idp.ActionSignIn, Actor: fmt.Sprintf("p%02d@example.com", i)})
	}
	first := s.get("/admin/events?since=2026-11-24T10:30")
	s.shows(first, http.StatusOK, "p00@example.com", "p49@example.com")
	_, rest, _ := strings.Cut(first.body, `href="/admin/events?cursor=`)
	query, _, _ := strings.Cut(rest, `"`)
	if !strings.Contains(html(query), "since=2026-11-24T10%3A30") {
		t.Errorf("the next page is %q", query)
	}
	s.shows(s.get("/admin/events?cursor="+html(query)), http.StatusOK, "p59@example.com", "First page")
	s.shows(s.get("/admin/events?cursor=x"), http.StatusBadRequest, "Start the list again")
}

func TestTheRecordIsExportedAsLines(t *testing.T) {
	s := newSite(t)
	s.furnish()
	whole := s.get("/admin/events/export?connector=aws-a")
	s.shows(whole, http.StatusOK)
	if got := whole.header.Get("Content-Disposition"); got != `attachment; filename="gatepost-events-20261124-120000.jsonl"` {
		t.Errorf("the file is %s", got)
	}
	for line := range strings.Lines(whole.body) {
		var e resource.Event
		s.must(json.Unmarshal([]byte(line), &e))
		if e.Connector != "aws-a" || e.ID == "" {
			t.Errorf("line %s", line)
		}
	}
	s.shows(s.get("/admin/events/export?since=never"), http.StatusUnprocessableEntity, "Is not a time")
}

// A file that ends early must not be taken for the whole record.
func TestAnExportThatIsTooLongForAFileSaysSo(t *testing.T) {
	s := newSite(t)
	for i := range 150 {
		s.happened(noon.Add(-time.Duration(i)*time.Minute), idp.Event{Action: idp.ActionSignIn, ID: fmt.Sprintf("ev_%03d", i), After: map[string]any{"long": strings.Repeat("x", 30<<10)}})
	}
	page := s.get("/admin/events/export?until=2026-11-25T00:00")
	s.shows(page, http.StatusOK, "More than one file holds", "24 Nov 2026")
	links := map[string]string{}
	for _, part := range strings.Split(page.body, "<a ")[1:] {
		text := part[strings.Index(part, ">")+1:]
		text, _, _ = strings.Cut(text, "</a>")
		links[text] = html(attribute("<a "+part, "href"))
	}
	seen := map[string]bool{}
	for _, path := range []string{links["Download the file"], links["Go on from there"]} {
		file := s.get(path)
		s.shows(file, http.StatusOK)
		for line := range strings.Lines(file.body) {
			var e resource.Event
			s.must(json.Unmarshal([]byte(line), &e))
			if seen[e.ID] {
				t.Errorf("%s comes twice", e.ID)
			}
			seen[e.ID] = true
		}
	}
	if len(seen) != 150 {
		t.Errorf("both files have %d events", len(seen))
	}
}

func TestATokenIsShownOnceAndRevoked(t *testing.T) {
	s := newSite(t)
	s.admit()
	s.shows(s.post(tokensPath, map[string]string{"name": "", "scope": "write", "lifetime": "12h"}), http.StatusUnprocessableEntity, "give it a value", `value="write" checked`, `value="12h" selected`)
	made := s.post(tokensPath, map[string]string{"name": "laptop", "scope": "write", "lifetime": "4h"})
	s.shows(made, http.StatusOK, "it is not shown again", "24 Nov 2026, 16:00 UTC", "export GATEPOST_SERVER=https://sso.example.com")
	_, rest, _ := strings.Cut(made.body, `<code id="token">`)
	secret, _, _ := strings.Cut(rest, "</code>")
	list := s.get(tokensPath)
	s.shows(list, http.StatusOK, "laptop", "Read and change", "yours")
	if len(secret) < 40 || strings.Contains(list.body, secret) {
		t.Errorf("the secret %q is shown again", secret)
	}
	tokens, err := s.owner().Tokens(t.Context())
	s.must(err)
	path := tokensPath + "/" + tokens[0].ID + "/revoke"
	asked := s.post(path, nil)
	s.shows(asked, http.StatusOK, "Revoke the token laptop?", "a token of dana@example.com")
	s.leads(s.post(path, s.formOf(asked, path)), tokensPath+"?done=token-revoked")
	s.leads(s.post(path, s.formOf(asked, path)), tokensPath+"?done=token-revoked") // a second click
	s.shows(s.get(tokensPath), http.StatusOK, "No token works just now")
}

func TestOthersTokensAreAnOwnersAlone(t *testing.T) {
	s := newSite(t)
	s.admit()
	s.shows(s.post(tokensPath, map[string]string{"name": "laptop"}), http.StatusOK)
	tokens, err := s.owner().Tokens(t.Context())
	s.must(err)
	s.who.Name, s.who.ID, s.who.Role = "vera@example.com", "u_vera", idp.AdminViewer
	s.shows(s.get(tokensPath), http.StatusOK, "No token works just now")
	s.leads(s.post(tokensPath+"/"+tokens[0].ID+"/revoke", nil), tokensPath+"?done=token-revoked") // there is none for them
	left, err := s.owner().Tokens(t.Context())
	s.must(err)
	if len(left) != 1 {
		t.Error("the token is revoked by somebody else")
	}
}

func TestLockdownTakesItsPhraseAndIsLifted(t *testing.T) {
	s := newSite(t)
	s.furnish()
	s.admit()
	s.shows(s.get(settingsPath), http.StatusOK, "https://sso.example.com", "test", "Dana", "Owner", "Open")
	const path = settingsPath + "/lockdown"
	s.shows(s.post(path, map[string]string{"typed": "lock everything"}), http.StatusUnprocessableEntity, "That is not the phrase")
	if !s.stored("aws-a").Active {
		t.Fatal("it locked down without the phrase")
	}
	s.shows(s.post(path, map[string]string{"typed": phrase}), http.StatusOK, "Everything is locked down", "Sign in again", "/signin?next=/admin/settings")
	s.shows(s.get(settingsPath), http.StatusOK, "Lockdown is in force", "Lift the lockdown")
	if s.stored("aws-a").Active {
		t.Error("a connector is still open")
	}
	s.who.Role = idp.AdminConnectors
	if body := s.get(settingsPath).body; strings.Contains(body, `action="/admin/settings/lift"`) {
		t.Error("somebody who is no owner is shown the button")
	}
	s.who.Role = idp.AdminOwner
	const lift = settingsPath + "/lift"
	asked := s.post(lift, nil)
	s.shows(asked, http.StatusOK, "Lift the lockdown?")
	if s.stored("aws-a").Active {
		t.Fatal("it is lifted without an answer")
	}
	s.leads(s.post(lift, s.formOf(asked, lift)), settingsPath+"?done=lockdown-lifted")
	if !s.stored("aws-a").Active {
		t.Error("the connector is not open again")
	}
}
