package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/gatepost/gatepost/internal/idp"
)

// goldenRecords are one of each record with a value in every field.
func goldenRecords(t *testing.T) string {
	t.Helper()
	at := time.Date(2026, 11, 24, 12, 0, 0, 5, time.UTC)
	connector := &idp.Connector{
		ID: "c1", Slug: "aws-a", Kind: idp.KindAWS, Label: "AWS A", Description: "d", Image: "i.png", Shown: true, Active: true, Used: true, URL: "u", EntityID: "e",
		Partition: "aws", Region: "eu-central-1", RelayState: "r", RelayStates: []string{"s"}, Roles: []idp.Role{{RoleARN: "ra", ProviderARN: "pa", Groups: []string{"g1"}}},
		Attributes: []idp.AttributeRule{{Name: "n", Value: "v"}}, SessionDuration: time.Hour, EndWithSession: true, SignResponse: true, AWSChooser: true,
		ConfirmCross: true, Groups: []string{"g1"}, CreatedAt: at, UpdatedAt: at,
	}
	user := &idp.User{
		ID: "u1", Email: "a@example.com", Name: "A", Active: true, NameID: "n1", AdminRole: idp.AdminOwner, Attributes: map[string]string{"k": "v"},
		Groups: []idp.Membership{{GroupID: "g1", Until: at}, {GroupID: "g2"}}, CreatedAt: at, UpdatedAt: at,
	}
	session := &idp.Session{
		ID: "s", Hash: "h", UserID: "u1", Methods: []idp.Method{idp.MethodPassword}, AuthTime: at, LastSeen: at, ExpiresAt: at,
		InstanceEpoch: 1, UserEpoch: 2, SourceIP: "192.0.2.1", UserAgent: "ua", Helpdesk: true,
	}
	cert := idp.Certificate{Ref: "r", DER: []byte{1}, Fingerprint: "f", NotBefore: at, NotAfter: at}
	key := &idp.Key{Slug: "aws-a", Custody: idp.CustodyKMS, Source: idp.SourceUploaded, State: idp.KeyReady, Current: cert, Next: &cert, CreatedAt: at, UpdatedAt: at}
	group := &idp.Group{ID: "g1", Name: "g", Description: "d", CreatedAt: at, UpdatedAt: at}
	event := idp.Event{
		ID: "e1", At: at, Actor: "a", ActorID: "u1", Action: "x", Target: "t", Connector: "aws-a", RoleARN: "ra", Outcome: "done", Reason: "r",
		AssertionID: "_1", SourceIP: "192.0.2.1", UserAgent: "ua", RequestID: "q", Before: map[string]any{"a": 1}, After: map[string]any{"a": 2},
	}
	var b strings.Builder
	add := func(name string, item Item, err error) {
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s: %s\n", name, item.Data)
	}
	item, err := connectorItem(connector)
	add("connector", item, err)
	item, err = summaryItem(connector)
	add("summary", item, err)
	item, err = userItem(user)
	add("user", item, err)
	item, err = groupItem(group, true)
	add("group", item, err)
	item, err = nameItem(usernameKey("a"), "u1")
	add("name", item, err)
	item, err = sessionItem(session)
	add("session", item, err)
	item, err = keyItem(key)
	add("key", item, err)
	item, err = credentialItem("u1", Credential{"$argon2id$", idp.AdminHelpdesk})
	add("credential", item, err)
	data, err := encodeEvent(event)
	add("event", Item{Data: data}, err)
	return b.String() + goldenSmallRecords(t, at)
}

// goldenSmallRecords are those that are made where they are written.
func goldenSmallRecords(t *testing.T, at time.Time) string {
	t.Helper()
	var b strings.Builder
	for _, record := range []any{
		instanceRecord{true, true, true, "http://localhost:8080"}, ownersRecord{[]string{"u1"}, at}, keyPrintRecord{"aws-a"}, linkRecord{"u1", "password", 7, 3, madeBy{Maker: "helpdesk"}},
		setupRecord{"h"}, deviceRecord{3, 4}, tokenRecord{"u1", "arn:aws:sts::111122223333:assumed-role/a/b", "owner", "CI", true, at, at, 3, 4, "s1", []string{"h1"}}, attemptsRecord{3, at},
	} {
		data, err := encode(record)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%T: %s\n", record, data)
	}
	return b.String()
}

// Stored records outlive the program that wrote them: what changes this file
// makes them unreadable, or silently different, and needs a new format number.
func TestRecordsAreStoredInTheFormThatStoresHave(t *testing.T) {
	golden(t, "records.txt", goldenRecords(t))
}

// What the version before knew of a link and its password was whether helpdesk made
// the link.
func TestLinksAndPasswordsOfTheVersionBeforeKeepWhoMadeThem(t *testing.T) {
	for was, want := range map[string]idp.AdminRole{`,"helpdesk":true`: idp.AdminHelpdesk, ``: idp.AdminNone} {
		link, err := linkFrom(&Item{Data: []byte(`{"f":1,"d":{"user":"u1","purpose":"password"` + was + `}}`)})
		if err != nil || link.Maker != want {
			t.Errorf("link %+v, %v", link, err)
		}
		held, err := credentialFrom(&Item{Data: []byte(`{"f":1,"d":{"password":"h"` + was + `}}`)})
		if err != nil || held.Maker != want {
			t.Errorf("credential %+v, %v", held, err)
		}
	}
}

func FuzzDecodeRecord(f *testing.F) {
	f.Add([]byte(`{"f":1,"d":{"id":"u1","email":"a@example.com","groups":[{"group":"g"}]}}`))
	f.Add([]byte(`{"f":2,"d":{}}`))
	f.Add([]byte(`{"f":1,"d":{}}{}`))
	f.Add([]byte(`{"F":1,"d":null}`))
	f.Add([]byte(`[`))
	f.Fuzz(func(t *testing.T, data []byte) {
		u, err := userFrom(&Item{Data: data})
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Fatalf("error is %v", err)
			}
			return
		}
		item, err := userItem(u)
		if err != nil {
			return // a year that JSON cannot write
		}
		again, err := userFrom(&item)
		if err != nil || fmt.Sprintf("%+v", again) != fmt.Sprintf("%+v", u) {
			t.Fatalf("%+v came back as %+v, %v", u, again, err)
		}
	})
}

func TestAnEventAlwaysFitsAndStaysText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 3000, 1<<16)
		fields := rapid.MapOfN(rapid.String(), text.AsAny(), 0, 40)
		ev := idp.Event{
			Actor: text.Draw(t, "actor"), Target: text.Draw(t, "target"), UserAgent: string(rapid.SliceOfN(rapid.Byte(), 0, 3000).Draw(t, "agent")),
			RoleARN: text.Draw(t, "role"), Reason: text.Draw(t, "reason"), Before: fields.Draw(t, "before"), After: fields.Draw(t, "after"),
		}
		data, err := encodeEvent(ev)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) > maxEvent {
			t.Fatalf("the event has %d bytes", len(data))
		}
		got, err := eventFrom(&Item{Data: data})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{got.Actor, got.Target, got.UserAgent, got.Reason} {
			if len(s) > maxEventText || !utf8.ValidString(s) {
				t.Fatalf("the text %q is too long or no text", s)
			}
		}
	})
}
