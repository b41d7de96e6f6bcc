// Package demoacs is the page that stands in for AWS sign-in in the demo: it
// takes the posted response, judges it as AWS would, and shows what it says.
//
// It is part of `serve` alone and knows nothing that AWS would not know: the
// response, the metadata, the time.
package demoacs

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/saml"
	"github.com/gatepost/gatepost/internal/web/page"
	"github.com/gatepost/gatepost/internal/web/problem"
	"github.com/gatepost/gatepost/internal/web/reqctx"
)

// Path is where the page is, followed by the connector's slug.
const Path = "/demo/acs/"

// maxBody is the longest form that is read, in bytes: AWS takes 100,000
// characters of response, which percent-encoding can make three times as long.
const maxBody = 1 << 20

// Handler serves the page. All fields are needed.
type Handler struct {
	Metadata func(ctx context.Context, slug string) ([]byte, error)
	Write    problem.Writer
	Now      func() time.Time
}

// ServeHTTP judges a posted response.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		h.Write.Method(w, r, "POST")
		return
	}
	form, err := reqctx.Form(w, r, maxBody)
	if err != nil {
		h.Write.BadRequest(w, r, err.Error())
		return
	}
	slug := r.PathValue("connector")
	if !idp.ValidSlug(slug) {
		h.Write.NotFound(w, r)
		return
	}
	content, err := h.judge(r.Context(), slug, form["SAMLResponse"])
	if err != nil {
		h.Write.BadRequest(w, r, err.Error())
		return
	}
	content.RelayState = form["RelayState"]
	h.Write.Page(w, r, http.StatusOK, content)
}

func (h *Handler) judge(ctx context.Context, slug, response string) (page.DemoACS, error) {
	xml, err := saml.Decode(response)
	if err != nil {
		return page.DemoACS{}, errors.New("the field SAMLResponse is missing or is not base64")
	}
	doc, err := saml.Read(xml)
	if err != nil {
		return page.DemoACS{}, errors.New("the field SAMLResponse does not hold a SAML response")
	}
	document, err := h.Metadata(ctx, slug)
	if err != nil {
		return page.DemoACS{}, errors.New("this connector has no metadata")
	}
	descriptor, err := saml.ReadMetadata(document)
	if err != nil {
		return page.DemoACS{}, errors.New("this connector's metadata cannot be read")
	}
	verdict := awsfed.Judge(doc, descriptor, h.Now())
	return show(doc, verdict, xml), nil
}

func show(doc *saml.Document, verdict awsfed.Verdict, xml []byte) page.DemoACS {
	content := page.DemoACS{
		Accepted: verdict.Err() == nil,
		Address:  doc.Destination,
		XML:      string(saml.Indent(xml)),
		Facts:    facts(doc),
	}
	for _, s := range verdict.Sessions {
		content.Sessions = append(content.Sessions, roleSession(s))
	}
	content.Findings, content.Warnings = findings(verdict.Findings), findings(verdict.Warnings)
	return content
}

func findings(list []awsfed.Finding) []page.Finding {
	shown := make([]page.Finding, len(list))
	for i, f := range list {
		shown[i] = page.Finding{Text: f.Text, Code: f.Code, Cause: f.Cause, Remedy: f.Remedy}
	}
	return shown
}

func facts(doc *saml.Document) []page.Fact {
	list := []page.Fact{
		{Name: "Issuer", Values: []string{doc.Issuer}},
		{Name: "Destination", Values: []string{doc.Destination}},
	}
	for _, a := range doc.Assertions {
		list = append(list,
			page.Fact{Name: "Assertion ID", Values: []string{a.ID}},
			page.Fact{Name: "NameID", Values: []string{a.NameID}},
			page.Fact{Name: "Audience", Values: a.Audiences},
			page.Fact{Name: "Valid from", Values: []string{moment(a.NotBefore)}},
			page.Fact{Name: "Valid until", Values: []string{moment(a.NotOnOrAfter)}},
		)
		for _, n := range a.Authn {
			if !n.SessionNotOnOrAfter.IsZero() {
				list = append(list, page.Fact{Name: "Session ends at", Values: []string{moment(n.SessionNotOnOrAfter)}})
			}
			list = append(list, page.Fact{Name: "Signed in at", Values: []string{moment(n.Instant)}}, page.Fact{Name: "Signed in by", Values: []string{last(n.ContextClass, ":")}})
		}
		for _, attribute := range a.Attributes {
			list = append(list, page.Fact{Name: last(attribute.Name, "/"), Values: attribute.Values})
		}
	}
	return list
}

func roleSession(s awsfed.RoleSession) page.RoleSession {
	shown := page.RoleSession{
		RoleARN: s.RoleARN, Role: s.RoleARN, Account: s.Account, SessionName: s.Name,
		SourceIdentity: s.SourceIdentity, Duration: s.Duration, Ends: s.Ends,
	}
	arn, err := awsfed.ParseRole(s.RoleARN)
	if err == nil {
		shown.Role = arn.Name
	}
	for _, tag := range s.Tags {
		shown.Tags = append(shown.Tags, page.Tag{Key: tag.Key, Value: tag.Value, Transitive: slices.Contains(s.TransitiveKeys, tag.Key)})
	}
	return shown
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// last is the part of a long name that tells it from its neighbours.
func last(name, separator string) string {
	return name[strings.LastIndex(name, separator)+1:]
}
