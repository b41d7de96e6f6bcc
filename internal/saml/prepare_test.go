package saml_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/saml"
)

func TestPrepareRefusesAFaultyFieldByName(t *testing.T) {
	pair := loadKey(t, "current")
	for _, test := range []struct {
		name  string
		field string
		spoil func(*saml.Response)
	}{
		{"a response without an ID", "ID", func(r *saml.Response) { r.ID = "" }},
		{"an ID that begins with a digit", "ID", func(r *saml.Response) { r.ID = "7a" }},
		{"an ID with a colon", "ID", func(r *saml.Response) { r.ID = "a:b" }},
		{"an ID with a quotation mark", "ID", func(r *saml.Response) { r.ID = `a"b` }},
		{"an assertion ID with a space", "AssertionID", func(r *saml.Response) { r.AssertionID = "a b" }},
		{"an assertion with the response's ID", "AssertionID", func(r *saml.Response) { r.AssertionID = r.ID }},
		{"no issuer", "Issuer", func(r *saml.Response) { r.Issuer = "" }},
		{"an issuer that XML cannot carry", "Issuer", func(r *saml.Response) { r.Issuer = "urn:\x01" }},
		{"an issuer of more than 1024 characters", "Issuer", func(r *saml.Response) { r.Issuer = "https://sso.example.com/" + strings.Repeat("a", 1001) }},
		{"a destination that is a script", "Destination", func(r *saml.Response) { r.Destination = "javascript:alert(1)" }},
		{"a destination with a user in it", "Destination", func(r *saml.Response) { r.Destination = "https://signin.aws.amazon.com@evil.example/saml" }},
		{"a destination with a NUL", "Destination", func(r *saml.Response) { r.Destination += "\x00" }},
		{"no audience", "Audiences", func(r *saml.Response) { r.Audiences = nil }},
		{"an empty audience", "Audiences[1]", func(r *saml.Response) { r.Audiences = append(r.Audiences, "") }},
		{"no name ID", "NameID", func(r *saml.Response) { r.NameID = "" }},
		{"a name ID with U+FFFE", "NameID", func(r *saml.Response) { r.NameID = "a\uFFFE" }},
		{"a name ID with invalid UTF-8", "NameID", func(r *saml.Response) { r.NameID = "a\xff" }},
		{"a name ID with a surrogate", "NameID", func(r *saml.Response) { r.NameID = "a\xed\xa0\x80" }},
		{"no name ID format", "NameIDFormat", func(r *saml.Response) { r.NameIDFormat = "" }},
		{"no issue instant", "IssueInstant", func(r *saml.Response) { r.IssueInstant = time.Time{} }},
		{"an instant of the year 10000", "IssueInstant", func(r *saml.Response) { r.IssueInstant = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"no beginning", "NotBefore", func(r *saml.Response) { r.NotBefore = time.Time{} }},
		{"no end", "NotOnOrAfter", func(r *saml.Response) { r.NotOnOrAfter = time.Time{} }},
		{"an end that is the beginning", "NotOnOrAfter", func(r *saml.Response) { r.NotOnOrAfter = r.NotBefore }},
		{"no time of sign-in", "AuthnInstant", func(r *saml.Response) { r.AuthnInstant = time.Time{} }},
		{"no context of sign-in", "AuthnContext", func(r *saml.Response) { r.AuthnContext = "" }},
		{"no session index", "SessionIndex", func(r *saml.Response) { r.SessionIndex = "" }},
		{"a session end before the common era", "SessionNotOnOrAfter", func(r *saml.Response) { r.SessionNotOnOrAfter = time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"no attribute", "Attributes", func(r *saml.Response) { r.Attributes = nil }},
		{"an attribute without a name", "Attributes[0].Name", func(r *saml.Response) { r.Attributes[0].Name = "" }},
		{"an attribute without a value", "Attributes[1].Values", func(r *saml.Response) { r.Attributes[1].Values = nil }},
		{"an attribute's name with a vertical tab", "Attributes[2].Name", func(r *saml.Response) { r.Attributes[2].Name = "a\v" }},
		{"a value with an escape character", "Attributes[1].Values[0]", func(r *saml.Response) { r.Attributes[1].Values[0] = "alice\x1b" }},
	} {
		t.Run(test.name, func(t *testing.T) {
			spec := good()
			test.spoil(&spec)
			_, err := saml.Prepare(spec, saml.SigningOptions{Certificate: pair.cert}, func(*saml.Document) error {
				t.Error("the judge was asked about a faulty specification")
				return nil
			})
			var problems idp.Problems
			if !errors.As(err, &problems) || problems[0].Field != test.field {
				t.Errorf("got %v, want a problem with %s", err, test.field)
			}
		})
	}
}

func TestPrepareTellsEveryFaultAtOnce(t *testing.T) {
	_, err := saml.Prepare(saml.Response{}, saml.SigningOptions{Certificate: loadKey(t, "current").cert}, accept)
	var problems idp.Problems
	if !errors.As(err, &problems) || len(problems) < 13 {
		t.Errorf("got %v, want a problem for each field", err)
	}
}

func TestTheJudgeSeesWhatASPWouldRead(t *testing.T) {
	pair := loadKey(t, "current")
	spec := good()
	spec.SessionNotOnOrAfter = now.Add(time.Hour)
	for _, both := range []bool{false, true} {
		var judged saml.Document
		prepared, err := saml.Prepare(spec, saml.SigningOptions{Certificate: pair.cert, SignResponse: both}, func(doc *saml.Document) error {
			judged = *doc
			return nil
		})
		must(t, err)
		want := documentOf(spec)
		want.Size = judged.Size
		if diff := exported(judged); !reflect.DeepEqual(diff, want) {
			t.Errorf("judged\n%+v\nwant\n%+v", diff, want)
		}
		signed, err := prepared.Sign(pair.key)
		must(t, err)
		released, err := signed.Release()
		must(t, err)
		if len(released.Base64()) != judged.Size {
			t.Errorf("the judge was told a size of %d, and it is %d", judged.Size, len(released.Base64()))
		}
		sent, err := saml.Read(released.XML())
		must(t, err)
		want.Assertions[0].Signatures = 1
		if both {
			want.Signatures = 1
		}
		if got := exported(*sent); !reflect.DeepEqual(got, want) {
			t.Errorf("sent\n%+v\nwant\n%+v", got, want)
		}
	}
}

// documentOf is what a reader must find in a response that states spec.
func documentOf(spec saml.Response) saml.Document {
	return saml.Document{
		ID:           spec.ID,
		Version:      "2.0",
		IssueInstant: spec.IssueInstant,
		Destination:  spec.Destination,
		Issuer:       spec.Issuer,
		Status:       saml.StatusSuccess,
		Assertions: []saml.Assertion{{
			ID:            spec.AssertionID,
			IssueInstant:  spec.IssueInstant,
			Issuer:        spec.Issuer,
			NameID:        spec.NameID,
			NameIDFormat:  spec.NameIDFormat,
			Confirmations: []saml.Confirmation{{Method: saml.ConfirmationBearer, HasData: true, Recipient: spec.Destination, NotOnOrAfter: spec.NotOnOrAfter}},
			HasConditions: true,
			NotBefore:     spec.NotBefore,
			NotOnOrAfter:  spec.NotOnOrAfter,
			Audiences:     spec.Audiences,
			Authn: []saml.Authn{{
				Instant:             spec.AuthnInstant,
				SessionIndex:        spec.SessionIndex,
				SessionNotOnOrAfter: spec.SessionNotOnOrAfter,
				ContextClass:        spec.AuthnContext,
			}},
			Attributes: spec.Attributes,
		}},
	}
}

// exported is d without the tree behind it.
func exported(d saml.Document) saml.Document {
	return saml.Document{
		ID: d.ID, Version: d.Version, IssueInstant: d.IssueInstant, Destination: d.Destination,
		InResponseTo: d.InResponseTo, Issuer: d.Issuer, Status: d.Status, Signatures: d.Signatures,
		Assertions: d.Assertions, Encrypted: d.Encrypted, Size: d.Size,
	}
}

func TestWhatTheJudgeRefusesIsNotPrepared(t *testing.T) {
	refusal := errors.New("AWS would refuse it")
	prepared, err := saml.Prepare(good(), saml.SigningOptions{Certificate: loadKey(t, "current").cert}, func(*saml.Document) error { return refusal })
	if prepared != nil || !errors.Is(err, refusal) {
		t.Errorf("got %v and %v, want nothing and the judge's error", prepared, err)
	}
}

func TestNothingIsPreparedWithoutAJudge(t *testing.T) {
	prepared, err := saml.Prepare(good(), saml.SigningOptions{Certificate: loadKey(t, "current").cert}, nil)
	if prepared != nil || err == nil {
		t.Errorf("got %v and %v, want an error", prepared, err)
	}
}
