// Package sp puts Gatepost's responses before service providers that other
// people wrote: in Go, in Python over libxml2 and xmlsec, in C and in JavaScript.
// Verifying a signature with the library that made it proves nothing; these
// judges canonicalise and verify with code of their own.
package sp

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/itest/tool"
)

// Case is what a service provider is told: where it stands and whom it trusts,
// and the responses to judge. It is what the judges under testdata read from
// standard input.
type Case struct {
	Metadata       string   `json:"metadata"`        // the IdP's, as served
	ACS            string   `json:"acs"`             // the address that the responses are posted to
	Audience       string   `json:"audience"`        // the service provider's entity ID
	ResponseSigned bool     `json:"response_signed"` // whether the response element must be signed too
	Responses      []string `json:"responses"`       // base64, as in the form
}

// Verdict is what a service provider says of one response. The judges under
// testdata write a list of them, one for each response of the case.
type Verdict struct {
	Accepted   bool                `json:"accepted"`
	Reason     string              `json:"reason"` // of a refusal
	NameID     string              `json:"name_id"`
	Attributes map[string][]string `json:"attributes"`
}

// Judge is a service provider. A missing one skips the test, or fails it where
// CI=true.
type Judge struct {
	Name string
	Hear func(t testing.TB, c Case) []Verdict

	AssertionOnly bool // it checks no signature of the response if the assertion has one
	NoAudience    bool // it leaves the audience to its caller

	// Reads is what it makes of an attribute's value once it has verified it; nil
	// for the value itself.
	Reads func(value string) string
	// Fears are characters with which its parser or canonicaliser goes wrong, so
	// that it refuses what the others verify.
	Fears string
}

// Judges are all the service providers, with the manners in which they differ:
// measured, and none of them ours to mend.
func Judges() []Judge {
	return []Judge{
		{
			Name: "crewjam (Go)", Hear: crewjam,
			// It writes what it verified anew, and encoding/xml reads a CR as LF.
			Reads: strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace,
		},
		{
			Name: "onelogin (Python)", Hear: python("onelogin.saml2", "onelogin_sp.py"),
			Reads: strings.TrimSpace,
		},
		{Name: "pysaml2 (Python, xmlsec1)", Hear: python("saml2", "pysaml2_sp.py")},
		{
			Name: "lasso (C)", Hear: python("lasso", "lasso_sp.py"),
		},
		{
			Name: "node-saml (JavaScript)", Hear: node("@node-saml/node-saml", "nodesaml_sp.mjs"),
			Fears: xml11Lines,
		},
		{
			Name: "samlify (JavaScript)", Hear: node("samlify", "samlify_sp.mjs"),
			AssertionOnly: true,
			NoAudience:    true,
			Fears:         xml11Lines + "\r",
		},
	}
}

// xml11Lines end a line in XML 1.1. xmldom takes them for line ends in XML 1.0
// too, and then digests something else.
const xml11Lines = "\u0085\u2028"

func python(module, script string) func(testing.TB, Case) []Verdict {
	return func(t testing.TB, c Case) []Verdict {
		t.Helper()
		if module == "saml2" {
			tool.Require(t, "xmlsec1")
		}
		return ask(t, c, tool.Python(t, module), script)
	}
}

func node(pkg, script string) func(testing.TB, Case) []Verdict {
	return func(t testing.TB, c Case) []Verdict {
		t.Helper()
		program, _ := tool.Node(t, pkg)
		return ask(t, c, program, script)
	}
}

// ask runs a judge's script. Whatever it cannot do is a failure of the test, not
// a refusal: a judge that breaks must not pass for one that refuses.
func ask(t testing.TB, c Case, program, script string) []Verdict {
	t.Helper()
	question, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var answer, complaint bytes.Buffer
	cmd := exec.CommandContext(t.Context(), program, filepath.Join(tool.Root(), "sp", "testdata", script))
	cmd.Stdin = bytes.NewReader(question)
	cmd.Stdout = &answer
	cmd.Stderr = &complaint
	err = cmd.Run()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, complaint.String())
	}
	var verdicts []Verdict
	err = json.Unmarshal(answer.Bytes(), &verdicts)
	if err != nil {
		t.Fatalf("%s answered %q: %v\n%s", script, answer.String(), err, complaint.String())
	}
	if len(verdicts) != len(c.Responses) {
		t.Fatalf("%s gave %d verdicts on %d responses", script, len(verdicts), len(c.Responses))
	}
	return verdicts
}
