package desk_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/desk"
	"github.com/gatepost/gatepost/internal/keys/keystest"
	"github.com/gatepost/gatepost/internal/session"
	"github.com/gatepost/gatepost/internal/store"
)

var (
	_ admin.Keys  = (*desk.Client)(nil)
	_ desk.Keeper = (*keys.Keeper)(nil)
	_ desk.Store  = (*store.Store)(nil)
)

func TestRequestsThatAreRefused(t *testing.T) {
	tests := []struct {
		name    string
		request string
		field   string
		reason  string
	}{
		{"empty", ``, "request", "not one JSON object"},
		{"not JSON", `op=create`, "request", "not one JSON object"},
		{"a list", `[]`, "request", "wrong kind"},
		{"null", `null`, "op", "is missing"},
		{"something after it", `{"op":"setup"}{}`, "request", "not one JSON object"},
		{"not UTF-8", "{\"op\":\"set\xffup\"}", "request", "not one JSON object"},
		{"no operation", `{}`, "op", "is missing"},
		{"an unknown operation", `{"op":"sign"}`, "op", "not an operation"},
		{"an operation in capitals", `{"op":"CREATE","slug":"aws-a"}`, "op", "not an operation"},
		{"a field in capitals", `{"OP":"setup"}`, "OP", "not a field"},
		{"an unknown field", `{"op":"create","slug":"aws-a","digest":"AAAA"}`, "digest", "not a field"},
		{"an unknown field of the event", `{"op":"setup","event":{"at":"2026-01-01T00:00:00Z"}}`, "event.at", "not a field"},
		{"a field twice", `{"op":"create","slug":"aws-a","slug":"aws-b"}`, "slug", "given twice"},
		{"a number for a name", `{"op":"create","slug":7}`, "slug", "wrong kind"},
		{"no connector", `{"op":"create"}`, "slug", "is missing"},
		{"a hostile slug", `{"op":"create","slug":"../x"}`, "slug", "not a connector's slug"},
		{"a key where none belongs", `{"op":"create","slug":"aws-a","private_key":"x"}`, "private_key", "does not go with"},
		{"a connector where none belongs", `{"op":"setup","slug":"aws-a"}`, "slug", "does not go with"},
		{"a cursor where none belongs", `{"op":"delete","slug":"aws-a","cursor":"x"}`, "cursor", "does not go with"},
		{"an event's ID that is none", `{"op":"setup","event":{"id":"a#b"}}`, "event.id", "not the ID"},
		{"too long", `{"op":"setup","cursor":"` + strings.Repeat("x", 1<<20) + `"}`, "request", "too long"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := newFixture(t)
			f.connector(t, "aws-a", nil)
			problems := f.ask(t, test.request).Problems
			if len(problems) != 1 || problems[0].Field != test.field || !strings.Contains(problems[0].Reason, test.reason) {
				t.Errorf("got %+v, want %s: %s", problems, test.field, test.reason)
			}
			_, err := f.store.Key(t.Context(), "aws-a")
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("there is a key: %v", err)
			}
		})
	}
}

func TestAPrivateKeyComesBackInNoAnswer(t *testing.T) {
	privateKey, certificate := pair(t)
	text := func(pem []byte) string {
		quoted, err := json.Marshal(string(pem))
		if err != nil {
			t.Fatal(err)
		}
		return string(quoted)
	}
	key, cert := text(privateKey), text(certificate)
	requests := map[string]string{
		"taken":                         `{"op":"upload","slug":"aws-a","private_key":` + key + `,"certificate":` + cert + `}`,
		"in the wrong field":            `{"op":"upload","slug":"aws-a","private_key":` + cert + `,"certificate":` + key + `}`,
		"in a field that is not there":  `{"op":"upload","slug":"aws-a","key":` + key + `}`,
		"as the name of a field":        `{"op":"upload",` + key + `:1}`,
		"as the name of a field, twice": `{"op":"upload",` + key + `:1,` + key + `:1}`,
		"as the operation":              `{"op":` + key + `}`,
		"as the slug":                   `{"op":"create","slug":` + key + `}`,
		"as the ID of an event":         `{"op":"setup","event":{"id":` + key + `}}`,
		"instead of an event":           `{"op":"setup","event":` + key + `}`,
		"alone":                         key,
		"without quotes":                string(privateKey),
		"with something after it":       `{"op":"upload","private_key":` + key + `} x`,
		"of an unknown connector":       `{"op":"upload","slug":"aws-x","private_key":` + key + `,"certificate":` + cert + `}`,
	}
	for name, request := range requests {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			f.connector(t, "aws-a", nil)
			answer := f.handle(t, request)
			for _, told := range append(f.done, answer) {
				if strings.Contains(told, middle(privateKey)) || strings.Contains(told, "BEGIN PRIVATE") {
					t.Errorf("told: %s", told)
				}
			}
		})
	}
}

func TestSetupMakesALinkThatTheStoreKnowsByItsHashAlone(t *testing.T) {
	f := newFixture(t)
	var answer struct {
		Link      string
		ExpiresAt time.Time `json:"expires_at"`
	}
	text := f.handle(t, `{"op":"setup"}`)
	err := json.Unmarshal([]byte(text), &answer)
	if err != nil {
		t.Fatal(err)
	}
	secret, found := strings.CutPrefix(answer.Link, "https://sso.example.com/setup?token=")
	if !found || len(secret) != 64 || !answer.ExpiresAt.Equal(noon.Add(time.Hour)) {
		t.Fatalf("answered %s", text)
	}
	_, err = url.Parse(answer.Link)
	if err != nil {
		t.Error(err)
	}
	err = f.store.CheckSetup(t.Context(), session.Hash(secret))
	if err != nil {
		t.Error(err)
	}
	f.handle(t, `{"op":"setup"}`)
	err = f.store.CheckSetup(t.Context(), session.Hash(secret))
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an earlier link still opens: %v", err)
	}
	if strings.Contains(strings.Join(f.done, "\n"), secret) {
		t.Errorf("the log would have the token: %q", f.done)
	}
}

func TestTheDeskLooksAtTheConnectorItself(t *testing.T) {
	f := newFixture(t)
	f.connector(t, "mail", func(c *idp.Connector) {
		c.Kind, c.URL, c.EntityID, c.Partition = idp.KindBookmark, "https://mail.example.com", "", ""
	})
	f.connector(t, "active", func(c *idp.Connector) { c.Active, c.Used = true, true })
	f.create(t, "active")
	if got := f.ask(t, `{"op":"create","slug":"nobody"}`); !slices.Equal(got.Kinds, []string{"not_found"}) {
		t.Errorf("create without a connector: %+v", got)
	}
	if got := f.ask(t, `{"op":"create","slug":"mail"}`); len(got.Problems) != 1 || got.Problems[0].Field != "slug" {
		t.Errorf("create for a bookmark: %+v", got)
	}
	if got := f.ask(t, uploadOf(t, "active")); len(got.Problems) != 1 || got.Problems[0].Field != "slug" {
		t.Errorf("upload to a connector that people use: %+v", got)
	}
	if got := f.ask(t, `{"op":"delete","slug":"active"}`); !slices.Equal(got.Kinds, []string{"active"}) {
		t.Errorf("delete from an active connector: %+v", got)
	}
}

// uploadOf is a request to take a new key for a connector.
func uploadOf(t *testing.T, slug string) string {
	t.Helper()
	privateKey, certificate := pair(t)
	request, err := json.Marshal(map[string]string{
		"op": "upload", "slug": slug, "private_key": string(privateKey), "certificate": string(certificate),
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(request)
}

func TestAnInvocationByHandIsTheFunctionsOwn(t *testing.T) {
	f := newFixture(t)
	f.connector(t, "aws-a", nil)
	f.handle(t, `{"op":"create","slug":"aws-a"}`)
	events, _, err := f.store.Events(t.Context(), store.EventFilter{Since: noon.AddDate(0, 0, -1), Until: noon.AddDate(0, 0, 1), Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if e.Action == idp.ActionKeyCreate {
			if e.Actor != "keys function" || !strings.HasPrefix(e.ID, "ev_") {
				t.Errorf("noted %+v", e)
			}
			return
		}
	}
	t.Error("nothing was noted")
}

func TestAKeyWithoutAConnectorCanBeDeleted(t *testing.T) {
	f := newFixture(t)
	_, err := f.keeper.Create(t.Context(), "lost", "", event())
	if err != nil {
		t.Fatal(err)
	}
	answer := f.handle(t, `{"op":"delete","slug":"lost"}`)
	if answer != `{}` {
		t.Errorf("answered %s", answer)
	}
	_, err = f.store.Key(t.Context(), "lost")
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestCheckHasEachKeySignOnce(t *testing.T) {
	f := newFixture(t)
	for _, slug := range []string{"aws-a", "aws-b"} {
		f.connector(t, slug, nil)
		f.create(t, slug)
	}
	f.connector(t, "aws-without", nil)
	f.connector(t, "mail", func(c *idp.Connector) {
		c.Kind, c.URL, c.EntityID, c.Partition = idp.KindBookmark, "https://mail.example.com", "", ""
	})
	f.swapKeys(t, "aws-b")

	got := f.check(t, `{"op":"check"}`)
	if len(got.Keys) != 3 || got.Cursor != "" {
		t.Fatalf("checked %+v", got)
	}
	if a := got.Keys[0]; a.Slug != "aws-a" || a.State != "ready" || !a.Signs || len(a.Fingerprint) != 64 || a.NotAfter.Before(noon) {
		t.Errorf("a good key: %+v", a)
	}
	if b := got.Keys[1]; b.Slug != "aws-b" || b.Signs || len(b.Error.Kinds) != 1 || b.Error.Kinds[0] != "no_key" {
		t.Errorf("a key of another certificate: %+v", b)
	}
	if none := got.Keys[2]; none.Slug != "aws-without" || none.State != "none" || none.Signs || none.Error != nil {
		t.Errorf("no key: %+v", none)
	}
	last := f.done[len(f.done)-1]
	if !strings.HasPrefix(last, "check : ") || !strings.Contains(last, `"aws-b"`) || strings.Contains(last, `"aws-a"`) {
		t.Errorf("the log would say %q", last)
	}
	one := f.check(t, `{"op":"check","slug":"aws-a"}`)
	if len(one.Keys) != 1 || !one.Keys[0].Signs {
		t.Errorf("checked %+v", one)
	}
}

func TestCheckGoesByPages(t *testing.T) {
	f := newFixture(t)
	const connectors = 60
	for i := range connectors {
		f.connector(t, "aws-"+string(rune('a'+i/26))+string(rune('a'+i%26)), nil)
	}
	seen := map[string]bool{}
	for request := `{"op":"check"}`; request != ""; {
		got := f.check(t, request)
		for _, k := range got.Keys {
			seen[k.Slug] = true
		}
		request = ""
		if got.Cursor != "" {
			cursor, err := json.Marshal(got.Cursor)
			if err != nil {
				t.Fatal(err)
			}
			request = `{"op":"check","cursor":` + string(cursor) + `}`
		}
		if len(got.Keys) > 25 {
			t.Fatalf("a page of %d", len(got.Keys))
		}
	}
	if len(seen) != connectors {
		t.Errorf("%d of %d connectors were seen", len(seen), connectors)
	}
	if answer := f.handle(t, `{"op":"check","cursor":"garbage"}`); !strings.Contains(answer, "bad_cursor") {
		t.Errorf("answered %s", answer)
	}
}

func TestCheckTellsWhatCannotBeReachedOrSignsWrongly(t *testing.T) {
	f := newFixture(t)
	f.connector(t, "aws-a", nil)
	f.create(t, "aws-a")
	f.custody.signer = context.DeadlineExceeded
	got := f.check(t, `{"op":"check"}`)
	if k := got.Keys[0]; k.Signs || k.Error == nil || len(k.Error.Kinds) != 1 || k.Error.Kinds[0] != "key_unavailable" {
		t.Errorf("checked %+v", k)
	}
	f.custody.signer = nil
	other := keystest.Key(0)
	f.custody.signs = other
	got = f.check(t, `{"op":"check"}`)
	if k := got.Keys[0]; k.Signs || k.Error == nil || len(k.Error.Kinds) != 1 || k.Error.Kinds[0] != "mismatch" {
		t.Errorf("a key that signs with another: %+v", k)
	}
	f.custody.signs = nil
	if got = f.check(t, `{"op":"check"}`); !got.Keys[0].Signs {
		t.Errorf("no recovery: %+v", got)
	}
}

type checkAnswer struct {
	Keys []struct {
		Slug, State, Fingerprint string
		Signs                    bool
		NotAfter                 time.Time `json:"not_after"`
		Error                    *struct {
			Message string
			Kinds   []string
		}
	}
	Cursor string
	Error  *struct{ Message string }
}

func (f *fixture) check(t *testing.T, request string) checkAnswer {
	t.Helper()
	var got checkAnswer
	err := json.Unmarshal([]byte(f.handle(t, request)), &got)
	if err != nil {
		t.Fatal(err)
	}
	if got.Error != nil {
		t.Fatal(got.Error.Message)
	}
	return got
}

// swapKeys has the connector's certificate name the key of another.
func (f *fixture) swapKeys(t *testing.T, slug string) {
	t.Helper()
	other, _, err := f.custody.Custodian.Generate(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	k, err := f.store.Key(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	k.Current.Ref = other
	err = f.store.PutKey(t.Context(), k, event())
	if err != nil {
		t.Fatal(err)
	}
}
